package io.attune.text.template;

import java.util.ArrayList;
import java.util.List;

/** Text with Python's rules: white space, order, and positions in code points. */
final class Text {

    private Text() {}

    /** Returns the text of a string or of markup. */
    static String of(Object string) {
        return string instanceof Markup markup ? markup.text() : (String) string;
    }

    /** Returns a text as markup if {@code original} is markup, else as a string. */
    static Object like(Object original, String text) {
        return original instanceof Markup ? new Markup(text) : text;
    }

    /** Returns the characters {@code [from, to)}, counted in code points. */
    static String part(Run run, String text, int from, int to) {
        run.budget().scan(Math.min(text.length(), 2L * to));
        int start = text.offsetByCodePoints(0, from);
        int end = text.offsetByCodePoints(start, to - from);
        run.budget().produce(end - start);
        return text.substring(start, end);
    }

    static boolean contains(Run run, String text, String part) {
        run.budget().scan(searching(text, part));
        return text.contains(part);
    }

    /** Returns the maximum number of characters that a search may read. */
    static long searching(String text, String part) {
        return (long) text.length() * Math.max(1, Math.min(part.length(), text.length()));
    }

    static String repeated(Run run, String text, int times) {
        run.budget().produce((long) text.length() * times);
        return text.repeat(times);
    }

    /** {@code str.isspace} of one character. All white space is in the basic plane. */
    static boolean isSpace(char c) {
        return (c >= 0x09 && c <= 0x0d)
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    /** {@code str.isspace}: false for the empty string. */
    static boolean isSpace(String text) {
        return !text.isEmpty() && stripTrailing(text).isEmpty();
    }

    static String stripTrailing(String text) {
        return strip(text, null, false, true);
    }

    /**
     * {@code strip}, {@code lstrip} and {@code rstrip}. Removes {@code chars}, or white space if {@code chars} is
     * null.
     */
    static String strip(String text, String chars, boolean left, boolean right) {
        int start = 0;
        int end = text.length();
        while (left && start < end && goes(text.codePointAt(start), chars)) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && goes(text.codePointBefore(end), chars)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static boolean goes(int codePoint, String chars) {
        return chars == null ? codePoint <= 0xffff && isSpace((char) codePoint) : chars.indexOf(codePoint) >= 0;
    }

    /** Counts the occurrences of {@code part}, which is not empty, in {@code text} without overlaps. */
    static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Returns the characters of a text, each as a string of one code point. */
    static List<Object> characters(String text) {
        List<Object> characters = new ArrayList<>();
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        return characters;
    }

    /** Compares by code points. The order of UTF-16 differs. */
    static int compare(String a, String b) {
        int mismatch = 0;
        int end = Math.min(a.length(), b.length());
        while (mismatch < end && a.charAt(mismatch) == b.charAt(mismatch)) {
            mismatch++;
        }
        if (mismatch == end) {
            return Integer.compare(a.length(), b.length());
        }
        char x = a.charAt(mismatch);
        char y = b.charAt(mismatch);
        if (Character.isSurrogate(x) != Character.isSurrogate(y)) {
            return Character.isSurrogate(x) ? 1 : -1;
        }
        return Character.compare(x, y);
    }

    /**
     * Returns the text if this JVM's Unicode version defines all its characters. Fails otherwise, because a newer
     * version may give an undefined character other properties.
     */
    static String known(String text) {
        text.codePoints()
                .filter(c -> Character.getType(c) == Character.UNASSIGNED)
                .findFirst()
                .ifPresent(c -> {
                    throw unknown(c);
                });
        return text;
    }

    private static TemplateException unknown(int codePoint) {
        return new TemplateException("The chat template needs properties of the character U+"
                + Integer.toHexString(codePoint) + ", which is not known here.");
    }

    /** {@code str.isprintable} of one character. */
    static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.UNASSIGNED -> throw unknown(codePoint);
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }
}
