package io.attune.text.template;

import io.attune.text.template.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens. Supports {@code trim_blocks} (drops the newline after a block or comment),
 * {@code lstrip_blocks} (drops blanks before a block or comment at the beginning of a line), and the marks
 * {@code -} and {@code +}. Drops the template's last newline.
 */
final class Lexer {

    static final int MAX_SOURCE = 1 << 20;

    private static final Pattern RAW_BEGIN = Pattern.compile("\\{%([-+]?)\\s*raw\\s*(-?)%\\}");
    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private int lineCountedTo;
    /** Whether the next character begins a line, because the last tag dropped its newline. */
    private boolean lineStarting = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String source) {
        if (source.length() > MAX_SOURCE) {
            throw new TemplateException("The chat template is longer than " + MAX_SOURCE + " characters.");
        }
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        lexer.template();
        return lexer.tokens;
    }

    private void template() {
        while (position < source.length()) {
            int tag = nextTag(position);
            if (tag < 0) {
                add(Kind.DATA, source.substring(position));
                position = source.length();
                break;
            }
            char kind = source.charAt(tag + 1);
            Matcher raw = RAW_BEGIN.matcher(source).region(tag, source.length());
            if (kind == '%' && raw.lookingAt()) {
                data(tag, raw.group(1), true);
                raw(raw.end(), raw.group(2));
                continue;
            }
            String mark = markAt(tag + 2);
            data(tag, mark, kind != '{');
            position = tag + 2 + mark.length();
            switch (kind) {
                case '#' -> comment();
                case '%' -> tag(Kind.BLOCK_BEGIN, Kind.BLOCK_END);
                default -> tag(Kind.PRINT_BEGIN, Kind.PRINT_END);
            }
            lineStarting = source.charAt(position - 1) == '\n';
        }
        add(Kind.END, "");
    }

    private int nextTag(int from) {
        for (int i = source.indexOf('{', from); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '%' || next == '{' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    private String markAt(int index) {
        boolean mark = index < source.length() && (source.charAt(index) == '-' || source.charAt(index) == '+');
        return mark ? source.substring(index, index + 1) : "";
    }

    /**
     * Adds the text before a tag at {@code end}. Drops the blanks at the beginning of the tag's line if the tag
     * requires it.
     */
    private void data(int end, String mark, boolean stripsLine) {
        String text = source.substring(position, end);
        if (mark.equals("-")) {
            text = Text.stripTrailing(text);
        } else if (stripsLine && !mark.equals("+")) {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || lineStarting) && Text.isSpace(text.substring(lineStart))) {
                text = text.substring(0, lineStart);
            }
        }
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
    }

    private void comment() {
        int end = source.indexOf("#}", position);
        if (end < 0) {
            throw error("a comment is not closed");
        }
        String mark = end > position ? markAt(end - 1) : "";
        position = afterTag(end + 2, mark, true);
    }

    private void raw(int start, String mark) {
        position = mark.equals("-") ? skipSpace(start) : start;
        lineStarting = source.charAt(position - 1) == '\n';
        Matcher end = RAW_END.matcher(source);
        if (!end.find(position)) {
            throw error("raw is not closed");
        }
        data(end.start(), end.group(1), true);
        position = afterTag(end.end(), end.group(2), true);
        lineStarting = source.charAt(position - 1) == '\n';
    }

    private int afterTag(int end, String mark, boolean trimsNewline) {
        if (mark.equals("-")) {
            return skipSpace(end);
        }
        boolean newline = end < source.length() && source.charAt(end) == '\n';
        return trimsNewline && mark.isEmpty() && newline ? end + 1 : end;
    }

    private int skipSpace(int index) {
        int end = index;
        while (end < source.length() && Text.isSpace(source.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Reads a block tag or print tag, including its end. */
    private void tag(Kind begin, Kind end) {
        boolean block = begin == Kind.BLOCK_BEGIN;
        add(begin, block ? "{%" : "{{");
        String close = block ? "%}" : "}}";
        Deque<String> open = new ArrayDeque<>();
        while (true) {
            position = skipSpace(position);
            if (position >= source.length()) {
                throw error("a tag is not closed");
            }
            if (open.isEmpty()) {
                String mark = markAt(position);
                boolean marked = mark.equals("-") || (block && mark.equals("+"));
                int at = position + (marked ? 1 : 0);
                if (source.startsWith(close, at)) {
                    add(end, close);
                    position = afterTag(at + 2, marked ? mark : "", block);
                    return;
                }
            }
            inTag(open);
        }
    }

    private void inTag(Deque<String> open) {
        char c = source.charAt(position);
        if (c == '\'' || c == '"') {
            string(c);
        } else if (c >= '0' && c <= '9') {
            number();
        } else if (isNameStart(c)) {
            int end = position + 1;
            while (end < source.length() && isNamePart(source.charAt(end))) {
                end++;
            }
            take(Kind.NAME, end);
        } else {
            String operator = OPERATORS.stream()
                    .filter(o -> source.startsWith(o, position))
                    .findFirst()
                    .orElseThrow(() -> error("the character '" + Character.toString(source.codePointAt(position))
                            + "' is not understood"));
            switch (operator) {
                case "{" -> open.push("}");
                case "(" -> open.push(")");
                case "[" -> open.push("]");
                case "}", ")", "]" -> {
                    if (open.isEmpty() || !open.pop().equals(operator)) {
                        throw error("'" + operator + "' closes nothing");
                    }
                }
                default -> {}
            }
            add(Kind.OPERATOR, operator);
            position += operator.length();
        }
    }

    /**
     * Reads Python's integers and floats. Single underscores may separate digits. A float cannot begin after a dot.
     */
    private void number() {
        if (source.charAt(position) == '0' && position + 1 < source.length()) {
            int radix = switch (source.charAt(position + 1)) {
                case 'b', 'B' -> 2;
                case 'o', 'O' -> 8;
                case 'x', 'X' -> 16;
                default -> 10;
            };
            int start = position + 2;
            boolean underscore = start < source.length() && source.charAt(start) == '_';
            if (radix != 10 && isDigit(underscore ? start + 1 : start, radix)) {
                take(Kind.INTEGER, digits(underscore ? start + 1 : start, radix));
                return;
            }
        }
        int whole = digits(position, 10);
        int end = whole;
        if (charAt(end) == '.' && isDigit(end + 1, 10)) {
            end = digits(end + 1, 10);
        }
        if (charAt(end) == 'e' || charAt(end) == 'E') {
            int exponent = charAt(end + 1) == '+' || charAt(end + 1) == '-' ? end + 2 : end + 1;
            end = isDigit(exponent, 10) ? digits(exponent, 10) : end;
        }
        if (end > whole && (position == 0 || source.charAt(position - 1) != '.')) {
            take(Kind.FLOAT, end);
        } else if (source.charAt(position) != '0') {
            take(Kind.INTEGER, whole);
        } else {
            take(Kind.INTEGER, digits(position, 1)); // only zeros; the parser refuses other digits after them
        }
    }

    /** Returns the end of digits that begin at {@code start}. A radix of 1 accepts only zeros. */
    private int digits(int start, int radix) {
        int end = start + 1;
        while (isDigit(end, radix) || (charAt(end) == '_' && isDigit(end + 1, radix))) {
            end++;
        }
        return end;
    }

    private boolean isDigit(int index, int radix) {
        char c = charAt(index);
        int digit = c < 128 ? Character.digit(c, 16) : -1;
        return digit >= 0 && digit < radix;
    }

    /** Returns the character at an index, or NUL beyond the end. */
    private char charAt(int index) {
        return index < source.length() ? source.charAt(index) : 0;
    }

    private static boolean isNameStart(char c) {
        return c == '_' || Character.isLetter(c);
    }

    private static boolean isNamePart(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private void take(Kind kind, int end) {
        add(kind, source.substring(position, end));
        position = end;
    }

    private void string(char quote) {
        StringBuilder value = new StringBuilder();
        int i = position + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            if (source.charAt(i) == '\\') {
                i = escape(i + 1, value);
            } else {
                value.append(source.charAt(i++));
            }
        }
        if (i >= source.length()) {
            throw error("a string is not closed");
        }
        add(Kind.STRING, value.toString());
        position = i + 1;
    }

    /**
     * Reads one of Python's escapes. An unknown escape stands for itself, including the backslash. Returns the
     * index after it.
     */
    private int escape(int i, StringBuilder value) {
        if (i >= source.length()) {
            return i;
        }
        char c = source.charAt(i);
        switch (c) {
            case '\n' -> {}
            case '\\', '\'', '"' -> value.append(c);
            case 'a' -> value.append('\u0007');
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            case 'v' -> value.append('\u000b');
            case 'x' -> {
                return hex(i + 1, 2, value);
            }
            case 'u' -> {
                return hex(i + 1, 4, value);
            }
            case 'U' -> {
                return hex(i + 1, 8, value);
            }
            case 'N' -> {
                return named(i + 1, value);
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                int end = i + 1;
                while (end < i + 3 && isDigit(end, 8)) {
                    end++;
                }
                value.append((char) Integer.parseInt(source.substring(i, end), 8));
                return end;
            }
            default -> value.append('\\').append(c);
        }
        return i + 1;
    }

    private int hex(int i, int digits, StringBuilder value) {
        if (i + digits > source.length()
                || !source.substring(i, i + digits).chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            throw error("an escape lacks its " + digits + " hexadecimal digits");
        }
        long codePoint = Long.parseLong(source.substring(i, i + digits), 16);
        if (codePoint > Character.MAX_CODE_POINT || (codePoint >= 0xD800 && codePoint <= 0xDFFF)) {
            throw error("the code point " + Long.toHexString(codePoint) + " is no character");
        }
        value.appendCodePoint((int) codePoint);
        return i + digits;
    }

    /** Reads a character by its Unicode name in braces. */
    private int named(int i, StringBuilder value) {
        int end = charAt(i) == '{' ? source.indexOf('}', i) : -1;
        if (end < 0) {
            throw error("an escape \\N lacks its name in braces");
        }
        try {
            value.appendCodePoint(Character.codePointOf(source.substring(i + 1, end)));
        } catch (IllegalArgumentException e) {
            throw error("no character has the name '" + source.substring(i + 1, end) + "'");
        }
        return end + 1;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, lineAt(position)));
    }

    private int lineAt(int index) {
        for (; lineCountedTo < index; lineCountedTo++) {
            line += source.charAt(lineCountedTo) == '\n' ? 1 : 0;
        }
        return line;
    }

    private TemplateException error(String problem) {
        return new TemplateException(
                "The chat template is not valid (line " + lineAt(position) + "): " + problem + ".");
    }
}
