package io.attune.json;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one JSON text strictly. The text must be a single value in well-formed UTF-8 and Unicode. An object must not
 * repeat a key. A double must be able to hold each number. Values are {@code Map<String, Object>} in the text's
 * order, {@code List<Object>}, {@code String}, {@code BigInteger}, {@code Double} (for a number with a point or an
 * exponent), {@code Boolean} and null.
 */
public final class StrictJson {

    private static final int MAX_NUMBER_LENGTH = 300;
    private static final int LONGEST_PATH = 200; // chars
    private static final int MOST_NESTING_ELSEWHERE = 500; // the same limit as in other parsers

    private final String text;
    private final char[] chars; // the characters of the text, and a NUL behind them
    private final int end;
    private final int maxNesting;
    private final ValueLimit values;
    private final FaultWriter faults;
    // the path of the current value: the key at each level (null before the first key), or the index (-1 in objects)
    private final String[] keys;
    private final int[] indexes;
    private char[] unescaped; // null until a string has an escape
    private int depth;
    private int at;

    private StrictJson(String text, int maxNesting, ValueLimit values) {
        this.text = text;
        this.end = text.length();
        this.chars = new char[end + 1];
        text.getChars(0, end, chars, 0);
        this.maxNesting = maxNesting;
        this.values = values;
        this.faults = new FaultWriter(text);
        this.keys = new String[maxNesting];
        this.indexes = new int[maxNesting];
    }

    /**
     * Reads a text.
     *
     * @throws JsonFault if the text is not strict JSON
     */
    public static Object read(String text, int maxNesting) throws JsonFault {
        return read(text, maxNesting, ValueLimit.none());
    }

    /**
     * Reads a text. Objects, arrays and the values in them count against {@code values}.
     *
     * @throws JsonFault if the text is not strict JSON, or holds too many values
     */
    public static Object read(String text, int maxNesting, ValueLimit values) throws JsonFault {
        return new StrictJson(text, maxNesting, values).whole();
    }

    /** Does the same as {@link #read(String, int, ValueLimit)} for bytes of UTF-8. */
    public static Object read(byte[] text, int maxNesting, ValueLimit values) throws JsonFault {
        return read(decode(text), maxNesting, values);
    }

    /** Does the same as {@link #read(String, int)} for bytes of UTF-8. */
    public static Object read(byte[] text, int maxNesting) throws JsonFault {
        return read(decode(text), maxNesting);
    }

    /**
     * Finds the fault of a text that another parser refused. Empty if the text is JSON, so that the cause is not its
     * form.
     */
    public static Optional<JsonFault> fault(byte[] text) {
        try {
            read(text, MOST_NESTING_ELSEWHERE);
            return Optional.empty();
        } catch (JsonFault fault) {
            return Optional.of(fault);
        }
    }

    /** Describes in one phrase why another parser refused a text: its form, or its size. */
    public static String problem(byte[] text) {
        return problem(text, "it has a number, a text or a name that is too long, or is nested too deep.");
    }

    /** Describes in one phrase why another parser refused a text. Gives {@code otherwise} if the text is JSON. */
    public static String problem(byte[] text, String otherwise) {
        return fault(text)
                .map(fault -> fault.place() + ": " + fault.getMessage())
                .orElse(otherwise);
    }

    private static String decode(byte[] bytes) throws JsonFault {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        // a replacement character may also stand in the text itself
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer decoded = CharBuffer.allocate(bytes.length);
        ByteBuffer encoded = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(encoded, decoded, true);
        if (result.isError()) {
            String before = decoded.flip().toString();
            throw new FaultWriter(before).notUtf8(bytes[encoded.position()] & 0xFF);
        }
        return text;
    }

    private Object whole() throws JsonFault {
        Object value = value("a value");
        if (next() != 0 || at < end) {
            throw faults.moreBehind(at);
        }
        return value;
    }

    /** Skips white space, and gives the character behind it without reading it; NUL at the end. */
    private char next() {
        char c = chars[at];
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            c = chars[++at];
        }
        return c;
    }

    private Object value(String expected) throws JsonFault {
        if (!values.allowsOneMore()) {
            throw faults.inValue(
                    at,
                    path(),
                    "There are more than " + values.most() + " values, objects and arrays counted. Write fewer.");
        }
        return switch (next()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            case 't' -> word("true", true, expected);
            case 'f' -> word("false", false, expected);
            case 'n' -> word("null", null, expected);
            default -> throw faults.noValue(at, expected);
        };
    }

    private Object word(String word, Object value, String expected) throws JsonFault {
        int after = at + word.length();
        if (!text.startsWith(word, at) || Character.isLetterOrDigit(chars[after])) {
            throw faults.noValue(at, expected);
        }
        at = after;
        return value;
    }

    private Map<String, Object> object() throws JsonFault {
        enter();
        indexes[depth - 1] = -1;
        Map<String, Object> members = new LinkedHashMap<>();
        boolean more = next() != '}';
        while (more) {
            if (chars[at] != '"') {
                throw faults.noKey(at, members.isEmpty());
            }
            int keyAt = at;
            keys[depth - 1] = null;
            String key = string();
            keys[depth - 1] = key;
            if (next() != ':') {
                throw faults.noColon(at);
            }
            at++;
            int size = members.size();
            members.put(key, value("a value"));
            if (members.size() == size) {
                throw faults.inValue(keyAt, path(), "The key stands twice in the same object. Keep one of them.");
            }
            more = goesOn('}');
        }
        leave();
        return members;
    }

    private List<Object> array() throws JsonFault {
        enter();
        List<Object> items = new ArrayList<>();
        boolean more = next() != ']';
        while (more) {
            indexes[depth - 1] = items.size();
            items.add(value(items.isEmpty() ? "a value or ]" : "a value"));
            more = goesOn(']');
        }
        leave();
        return items;
    }

    /** Reads a comma or the end of an object or array. Gives whether it was a comma. */
    private boolean goesOn(char close) throws JsonFault {
        char c = next();
        if (c == ',') {
            at++;
            next();
            return true;
        }
        if (c != close) {
            throw faults.noEnd(at, close);
        }
        return false;
    }

    private void enter() throws JsonFault {
        if (depth == maxNesting) {
            throw faults.inValue(
                    at, path(), "The values are nested deeper than " + maxNesting + " levels. Make them flatter.");
        }
        depth++;
        at++;
    }

    private void leave() {
        depth--;
        at++;
    }

    private String string() throws JsonFault {
        int start = at + 1;
        int length = 0; // of the unescaped characters
        boolean surrogates = false;
        int from = start;
        int close = endOfPlain(from);
        while (chars[close] == '\\') {
            unescaped = unescaped == null ? new char[end] : unescaped;
            System.arraycopy(chars, from, unescaped, length, close - from);
            length += close - from;
            at = close;
            char escaped = escaped();
            surrogates |= Character.isSurrogate(escaped);
            unescaped[length++] = escaped;
            from = at;
            close = endOfPlain(from);
        }
        if (close == end) {
            throw faults.openString(end, start - 1);
        }
        if (chars[close] != '"') {
            throw faults.controlInString(close);
        }
        at = close + 1;
        if (from == start) {
            return text.substring(start, close);
        }
        System.arraycopy(chars, from, unescaped, length, close - from);
        String string = new String(unescaped, 0, length + close - from);
        if (surrogates) {
            wholeCharacters(string, start - 1);
        }
        return string;
    }

    /** The end of the plain characters that begin here. */
    private int endOfPlain(int from) {
        int i = from;
        char c = chars[i];
        while (c >= ' ' && c != '"' && c != '\\') {
            c = chars[++i];
        }
        return i;
    }

    /** Reads an escape, and gives its character. */
    private char escaped() throws JsonFault {
        char escaped = switch (chars[at + 1]) {
            case '"', '\\', '/' -> chars[at + 1];
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw faults.badEscape(at);
        };
        at += chars[at + 1] == 'u' ? 6 : 2;
        return escaped;
    }

    private char hexadecimal() throws JsonFault {
        int code = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = i < end && chars[i] < 128 ? Character.digit(chars[i], 16) : -1;
            if (digit < 0) {
                throw faults.badUnicodeEscape(i);
            }
            code = code * 16 + digit;
        }
        return (char) code;
    }

    /**
     * Requires whole characters. An escape such as {@code \ud83d} alone is half of a surrogate pair, which no
     * tokenizer can read.
     */
    private void wholeCharacters(String read, int stringAt) throws JsonFault {
        for (int i = 0; i < read.length(); i++) {
            char c = read.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < read.length() && Character.isLowSurrogate(read.charAt(i + 1))) {
                i++;
            } else {
                throw faults.inValue(
                        stringAt,
                        path(),
                        "The text holds half a surrogate pair (\\u%04x). Write the character whole."
                                .formatted((int) c));
            }
        }
    }

    private Object number() throws JsonFault {
        int start = at;
        if (chars[at] == '-') {
            at++;
        }
        int first = at;
        digits();
        if (chars[first] == '0' && at > first + 1) {
            throw faults.leadingZero(first);
        }
        boolean whole = true;
        if (chars[at] == '.') {
            whole = false;
            at++;
            digits();
        }
        if (chars[at] == 'e' || chars[at] == 'E') {
            whole = false;
            at++;
            if (chars[at] == '+' || chars[at] == '-') {
                at++;
            }
            digits();
        }
        if (at - start > MAX_NUMBER_LENGTH) {
            throw faults.inValue(
                    start,
                    path(),
                    "The number has more than " + MAX_NUMBER_LENGTH + " characters. Write it as a string.");
        }
        String number = text.substring(start, at);
        if (whole) {
            return number.length() <= 18 ? BigInteger.valueOf(Long.parseLong(number)) : new BigInteger(number);
        }
        double value = Double.parseDouble(number);
        if (Double.isInfinite(value)) {
            throw faults.inValue(start, path(), "The number is too large. Write it as a string.");
        }
        return value;
    }

    private void digits() throws JsonFault {
        int start = at;
        while (chars[at] >= '0' && chars[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw faults.noDigit(at);
        }
    }

    /** The path of the current value, such as {@code messages[2].content}. */
    private String path() {
        StringBuilder path = new StringBuilder();
        for (int level = 0; level < depth; level++) {
            if (indexes[level] >= 0) {
                path.append('[').append(indexes[level]).append(']');
            } else if (keys[level] != null) {
                path.append(path.isEmpty() ? "" : ".").append(Shown.name(keys[level]));
            }
        }
        return Shown.of(path.toString(), LONGEST_PATH);
    }
}
