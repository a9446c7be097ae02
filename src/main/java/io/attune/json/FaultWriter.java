package io.attune.json;

import java.util.Locale;
import java.util.Map;

/**
 * Writes the messages about faults in a JSON text. A message says what is expected at a place, what is there, and how
 * to correct it.
 */
final class FaultWriter {

    private static final int EXCERPT = 20; // characters on either side of the place
    private static final int LONGEST_WORD = 20;
    private static final String DOUBLE_QUOTES = "Write strings and keys in double quotes, as Python's json.dumps does.";
    private static final String CUT_OFF = "It seems to be cut off: write the rest of it.";

    /** Words that users and programs write, but JSON does not have or writes differently. */
    private static final Map<String, String> FOREIGN_WORDS = Map.of(
            "nan", "JSON has no NaN: write null, or leave the field out.",
            "infinity", "JSON has no Infinity: write null, or leave the field out.",
            "inf", "JSON has no Infinity: write null, or leave the field out.",
            "none", "Write null, as Python's json.dumps does.",
            "undefined", "Write null, or leave the field out.",
            "null", "Write null in small letters.",
            "true", "Write true in small letters, as Python's json.dumps does.",
            "false", "Write false in small letters, as Python's json.dumps does.");

    private final String text;

    FaultWriter(String text) {
        this.text = text;
    }

    /** Makes a fault about a value of well-formed JSON. */
    JsonFault inValue(int at, String field, String problem) {
        return new JsonFault(field, line(at), column(at), false, problem);
    }

    /** Makes a fault about a byte that is not UTF-8. The fault's text ends before this byte. */
    JsonFault notUtf8(int found) {
        return new JsonFault(
                "",
                line(text.length()),
                column(text.length()),
                false,
                "the byte 0x%02X is not UTF-8. Write the text as UTF-8.".formatted(found));
    }

    JsonFault noValue(int at, String expected) {
        return fault(
                at,
                expected,
                switch (charAt(at)) {
                    case '}', ']', ',' -> previous(at) == ',' ? "Remove the comma before it." : "Write the value.";
                    case '+', '.' ->
                        "Write numbers such as 5 and 0.5, without a plus and with a digit before the point.";
                    case ':' -> "Write the value here, and keys only in objects.";
                    default -> foreign(at);
                });
    }

    JsonFault noKey(int at, boolean first) {
        return fault(
                at,
                first ? "a key in double quotes or }" : "a key in double quotes",
                switch (charAt(at)) {
                    case '}' -> "Remove the comma before it.";
                    case ',' -> "Remove one comma.";
                    case '{', '[' -> "Write {\"key\": value}.";
                    default -> isWord(at) ? "Write keys in double quotes." : foreign(at);
                });
    }

    JsonFault noColon(int at) {
        return fault(at, "a colon", at == text.length() ? CUT_OFF : "Write a colon between the key and its value.");
    }

    /** Makes a fault about a place with neither a comma nor the end of an object or array. */
    JsonFault noEnd(int at, char close) {
        return fault(
                at,
                "a comma or " + close,
                switch (charAt(at)) {
                    case '}', ']' -> "Write " + close + " before it.";
                    case '"', '{', '[' ->
                        "Write a comma between two values, and a double quote inside of a string as \\\".";
                    case ':' -> "Write key and value in an object: {\"key\": value}.";
                    default -> isWord(at) ? "Write a double quote inside of a string as \\\"." : foreign(at);
                });
    }

    JsonFault moreBehind(int at) {
        return fault(
                at,
                "nothing more",
                switch (charAt(at)) {
                    case ',' -> "Remove the comma.";
                    case '}', ']' -> "Remove it, since what it closes is closed already.";
                    case '{', '[', '"' ->
                        "Write a single value; in a JSON Lines file every object stands on a line of its own.";
                    default -> foreign(at);
                });
    }

    JsonFault openString(int at, int beginning) {
        return new JsonFault(
                "",
                line(at),
                column(at),
                false,
                sentence(
                        at,
                        "a double quote that ends the string of column " + column(beginning),
                        "Write the double quote, and a line break inside of a string as \\n."));
    }

    JsonFault controlInString(int at) {
        String escape = switch (charAt(at)) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> "\\u%04x".formatted(text.codePointAt(at));
        };
        return fault(at, "a character of a string", "Write it as " + escape + ".");
    }

    JsonFault badEscape(int at) {
        return fault(
                at + 1,
                "one of \" \\ / b f n r t u behind the backslash",
                at + 1 == text.length() ? CUT_OFF : "Write a backslash itself as \\\\.");
    }

    JsonFault badUnicodeEscape(int at) {
        return fault(at, "a hexadecimal digit", "Write four of them behind \\u, and a backslash itself as \\\\.");
    }

    JsonFault leadingZero(int at) {
        return fault(at, "a number without a zero in front", "Remove the zero, or write the number as a string.");
    }

    JsonFault noDigit(int at) {
        String word = word(at).toLowerCase(Locale.ROOT);
        return fault(at, "a digit", FOREIGN_WORDS.getOrDefault(word, "Write numbers such as -1, 0.5 and 1e-5."));
    }

    /** The correction for text that is not JSON. */
    private String foreign(int at) {
        String word = word(at).toLowerCase(Locale.ROOT);
        if (!word.isEmpty()) {
            return FOREIGN_WORDS.getOrDefault(word, DOUBLE_QUOTES);
        }
        return switch (charAt(at)) {
            case 0 -> at == text.length() ? CUT_OFF : "Remove it.";
            case '\'', '`', '\u2018', '\u2019', '\u201C', '\u201D', '\u201E', '\u00AB', '\u00BB' -> DOUBLE_QUOTES;
            case '/', '#' -> "JSON has no comments: remove it.";
            default -> "Remove it.";
        };
    }

    private JsonFault fault(int at, String expected, String wayOut) {
        return new JsonFault("", line(at), column(at), at == text.length(), sentence(at, expected, wayOut));
    }

    private String sentence(int at, String expected, String wayOut) {
        return expected + " is expected, but " + found(at) + " (near " + excerpt(at) + "). " + wayOut;
    }

    private String found(int at) {
        if (at == text.length()) {
            return "nothing follows";
        }
        String word = word(at);
        if (!word.isEmpty()) {
            return word + " stands there";
        }
        int c = text.codePointAt(at);
        if (c > ' ' && c < 0x7F) {
            return (char) c + " stands there";
        }
        String name = Character.getName(c);
        return "the character U+%04X%s stands there"
                .formatted(c, name == null ? "" : " (" + name.toLowerCase(Locale.ROOT) + ")");
    }

    private boolean isWord(int at) {
        return !word(at).isEmpty();
    }

    private String word(int at) {
        int after = at;
        while (after < text.length()
                && after - at < LONGEST_WORD
                && text.charAt(after) < 0x7F
                && (Character.isLetterOrDigit(text.charAt(after)) || text.charAt(after) == '_')) {
            after++;
        }
        return text.substring(at, after);
    }

    private char charAt(int at) {
        return at < text.length() ? text.charAt(at) : 0;
    }

    /** The character before a place. White space does not count. */
    private char previous(int at) {
        int before = at - 1;
        while (before >= 0 && Character.isWhitespace(text.charAt(before))) {
            before--;
        }
        return before < 0 ? 0 : text.charAt(before);
    }

    private String excerpt(int at) {
        int from = wholeCharacter(Math.max(0, at - EXCERPT));
        int to = wholeCharacter(Math.min(text.length(), at + EXCERPT));
        String around = text.substring(from, to).replaceAll("[\\p{Cntrl}\\x{80}-\\x{9f}]", " ");
        return (from > 0 ? "..." : "") + Shown.of(around, around.length()) + (to < text.length() ? "..." : "");
    }

    private int wholeCharacter(int at) {
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    private int line(int at) {
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    private int column(int at) {
        int lineStart = text.lastIndexOf('\n', at - 1) + 1;
        return text.codePointCount(lineStart, at) + 1;
    }
}
