package io.attune.text.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Text as Python sees it: its white space, its way to print floats and strings, positions in code points. */
final class Text {

    private Text() {}

    /** {@code str.isspace} of one character; no white space lies beyond the basic plane. */
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
     * {@code strip}, {@code lstrip} and {@code rstrip}: off the ends go {@code chars}, or white space if that is null.
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

    /**
     * {@code str.split(separator, limit)}; a null separator splits at runs of white space, a negative limit is none.
     */
    static List<Object> split(String text, String separator, int limit) {
        List<Object> parts = new ArrayList<>();
        int from = 0;
        if (separator != null) {
            for (int at = text.indexOf(separator);
                    at >= 0 && (limit < 0 || parts.size() < limit);
                    at = text.indexOf(separator, from)) {
                parts.add(text.substring(from, at));
                from = at + separator.length();
            }
            parts.add(text.substring(from));
            return parts;
        }
        String rest = strip(text, null, true, false);
        while (!rest.isEmpty()) {
            if (limit >= 0 && parts.size() == limit) {
                parts.add(stripTrailing(rest));
                break;
            }
            int end = 0;
            while (end < rest.length() && !isSpace(rest.charAt(end))) {
                end++;
            }
            parts.add(rest.substring(0, end));
            rest = strip(rest.substring(end), null, true, false);
        }
        return parts;
    }

    /** How often {@code part}, which is not empty, stands in {@code text} without overlaps. */
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

    /** The characters of a text, each a string of one code point. */
    static List<Object> characters(String text) {
        List<Object> characters = new ArrayList<>();
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        return characters;
    }

    /** Order of code points, which is not that of UTF-16. */
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

    /** {@code repr} of a finite float: the shortest digits that give it back, as 1.0, 0.1, 1e+20, 1.5e-07. */
    static String of(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        for (int precision = 1; precision <= 17; precision++) {
            shortest = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        String digits = shortest.unscaledValue().abs().toString();
        int exponent = digits.length() - shortest.scale() - 1; // of the first digit
        digits = digits.replaceAll("0+$", "");
        StringBuilder text = new StringBuilder(value < 0 ? "-" : "");
        if (exponent < -4 || exponent >= 16) {
            text.append(digits.charAt(0));
            if (digits.length() > 1) {
                text.append('.').append(digits, 1, digits.length());
            }
            text.append(exponent < 0 ? "e-" : "e+");
            return text.append(Math.abs(exponent) < 10 ? "0" : "")
                    .append(Math.abs(exponent))
                    .toString();
        }
        if (exponent < 0) {
            return text.append("0.")
                    .append("0".repeat(-exponent - 1))
                    .append(digits)
                    .toString();
        }
        if (digits.length() <= exponent + 1) {
            return text.append(digits)
                    .append("0".repeat(exponent + 1 - digits.length()))
                    .append(".0")
                    .toString();
        }
        return text.append(digits, 0, exponent + 1)
                .append('.')
                .append(digits, exponent + 1, digits.length())
                .toString();
    }

    /** {@code repr} of a string. */
    static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c == quote) {
                        quoted.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        quoted.append(
                                c < 0x100
                                        ? "\\x%02x".formatted(c)
                                        : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                    }
                }
            }
        });
        return quoted.append(quote).toString();
    }

    /** The text itself, if this JVM's Unicode knows its characters; a newer one may tell other properties of others. */
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

    private static boolean isPrintable(int codePoint) {
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
