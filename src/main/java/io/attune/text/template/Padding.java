package io.attune.text.template;

/** Methods that pad a string to a width. */
final class Padding {

    private Padding() {}

    static String center(Run run, String text, Arguments arguments) {
        return center(run, text, arguments.integer(0, 0), fill(arguments));
    }

    static String center(Run run, String text, int width, String fill) {
        int missing = missing(text, width);
        int left = missing / 2 + (missing & width & 1);
        return padded(run, text, left, missing - left, fill);
    }

    static String left(Run run, String text, Arguments arguments) {
        return padded(run, text, 0, missing(text, arguments.integer(0, 0)), fill(arguments));
    }

    static String right(Run run, String text, Arguments arguments) {
        return padded(run, text, missing(text, arguments.integer(0, 0)), 0, fill(arguments));
    }

    private static int missing(String text, int width) {
        return Math.max(0, width - Text.length(text));
    }

    private static String fill(Arguments arguments) {
        String fill = arguments.has(1) ? arguments.string(1) : " ";
        if (Text.length(fill) != 1) {
            throw new TemplateException("The chat template fills with '" + fill + "', which is not one character.");
        }
        return fill;
    }

    static String padded(Run run, String text, int left, int right, String fill) {
        run.budget().produce(text.length() + ((long) left + right) * fill.length());
        return fill.repeat(left) + text + fill.repeat(right);
    }

    static String zeros(Run run, String text, Arguments arguments) {
        int missing = missing(text, arguments.integer(0, 0));
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String sign = signed ? text.substring(0, 1) : "";
        return sign + padded(run, text.substring(sign.length()), missing, 0, "0");
    }

    static String expandTabs(Run run, String text, Arguments arguments) {
        int size = arguments.integer(0, 8);
        StringBuilder expanded = new StringBuilder();
        int column = 0;
        for (int c : text.codePoints().toArray()) {
            if (c == '\t') {
                int spaces = size > 0 ? size - column % size : 0;
                run.budget().produce(spaces);
                expanded.append(" ".repeat(spaces));
                column += spaces;
            } else {
                run.budget().produce(2);
                expanded.appendCodePoint(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return expanded.toString();
    }
}
