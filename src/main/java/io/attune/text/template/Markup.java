package io.attune.text.template;

/** Text that the filter {@code safe} or {@code escape} marked as HTML. Text that is joined to it is escaped. */
record Markup(String text) {

    /** {@code markupsafe.escape} of a value's text. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '\'' -> escaped.append("&#39;");
                case '"' -> escaped.append("&#34;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** Returns a value as HTML: the value itself if it is HTML, else its escaped text. */
    static String of(Run run, Object value) {
        if (value instanceof Markup markup) {
            return markup.text();
        }
        String text = Printing.text(run, value);
        run.budget().produce(6L * text.length());
        return escape(text);
    }
}
