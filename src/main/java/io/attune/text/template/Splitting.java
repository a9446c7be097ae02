package io.attune.text.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Python's ways to split strings. */
final class Splitting {

    private Splitting() {}

    /**
     * {@code str.split} and {@code str.rsplit}. A null separator splits at white space. A negative limit means no
     * limit.
     */
    static List<Object> split(Run run, String text, String separator, int limit, boolean fromRight) {
        run.budget().produce(text.length());
        if (separator == null) {
            return atSpace(run, text, limit, fromRight);
        }
        if (separator.isEmpty()) {
            throw new TemplateException("The chat template splits at the empty string.");
        }
        run.budget().scan(Text.searching(text, separator));
        List<Object> parts = new ArrayList<>();
        int from = 0;
        int to = text.length();
        while (limit < 0 || parts.size() < limit) {
            int at = fromRight ? text.lastIndexOf(separator, to - separator.length()) : text.indexOf(separator, from);
            if (at < 0) {
                break;
            }
            run.budget().produceItems(1);
            parts.add(fromRight ? text.substring(at + separator.length(), to) : text.substring(from, at));
            from = fromRight ? 0 : at + separator.length();
            to = fromRight ? at : text.length();
        }
        parts.add(text.substring(from, to));
        if (fromRight) {
            Collections.reverse(parts);
        }
        return parts;
    }

    private static List<Object> atSpace(Run run, String text, int limit, boolean fromRight) {
        List<Object> parts = new ArrayList<>();
        String rest = Text.strip(text, null, !fromRight, fromRight);
        run.budget().scan(2L * text.length());
        int from = 0;
        int to = rest.length();
        while (from < to) {
            run.budget().produceItems(1);
            if (limit >= 0 && parts.size() == limit) {
                parts.add(rest.substring(from, to)); // includes the blanks at the far end
                break;
            }
            if (fromRight) {
                int start = to;
                while (start > from && !Text.isSpace(rest.charAt(start - 1))) {
                    start--;
                }
                parts.add(rest.substring(start, to));
                to = start;
                while (to > from && Text.isSpace(rest.charAt(to - 1))) {
                    to--;
                }
            } else {
                int end = from;
                while (end < to && !Text.isSpace(rest.charAt(end))) {
                    end++;
                }
                parts.add(rest.substring(from, end));
                from = end;
                while (from < to && Text.isSpace(rest.charAt(from))) {
                    from++;
                }
            }
        }
        if (fromRight) {
            Collections.reverse(parts);
        }
        return parts;
    }

    /** {@code str.partition} and {@code str.rpartition} */
    static Tuple partition(Run run, String text, String separator, boolean fromRight) {
        if (separator.isEmpty()) {
            throw new TemplateException("The chat template splits at the empty string.");
        }
        run.budget().scan(Text.searching(text, separator));
        run.budget().produce(text.length());
        int at = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return new Tuple(fromRight ? List.of("", "", text) : List.of(text, "", ""));
        }
        return new Tuple(List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    /** {@code str.splitlines} */
    static List<Object> lines(Run run, String text, boolean keepEnds) {
        run.budget().produce(text.length());
        List<Object> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = from;
            while (end < text.length() && !endsLine(text.charAt(end))) {
                end++;
            }
            int next = Math.min(end + 1, text.length());
            if (next < text.length() && text.charAt(end) == '\r' && text.charAt(next) == '\n') {
                next++;
            }
            run.budget().produceItems(1);
            lines.add(text.substring(from, keepEnds ? next : end));
            from = next;
        }
        return lines;
    }

    private static boolean endsLine(char c) {
        return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }
}
