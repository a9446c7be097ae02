package io.attune.text.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Filters on text. */
final class TextFilters {

    private static final int PRETTY_WIDTH = 80;

    /** Levels of the stack that one level of nested lists takes. */
    private static final int PRETTY_DEPTH = 20;

    private TextFilters() {}

    static Object center(Run run, Object value, Arguments arguments) {
        return Text.like(value, Padding.center(run, Printing.text(run, value), arguments.integer(0, 80), " "));
    }

    static Object format(Run run, Object value, Arguments arguments) {
        if (!arguments.morePositional().isEmpty() && !arguments.moreNamed().isEmpty()) {
            throw new TemplateException("The chat template formats with arguments both with and without names.");
        }
        Object values = arguments.moreNamed().isEmpty()
                ? new Tuple(arguments.morePositional())
                : (Object) arguments.moreNamed();
        return PercentFormat.of(run, value instanceof Markup ? value : Printing.text(run, value), values);
    }

    static Object indent(Run run, Object value, Arguments arguments) {
        if (!Values.isString(value)) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template indents " + Values.type(value) + ".");
        }
        String by = Values.isString(arguments.get(0, 4L))
                ? Text.of(arguments.get(0))
                : Text.repeated(run, " ", Math.max(0, arguments.integer(0, 4)));
        boolean blank = arguments.flag(2, false);
        StringBuilder indented = new StringBuilder(arguments.flag(1, false) ? by : "");
        boolean first = true;
        for (Object line : Splitting.lines(run, Text.of(value) + "\n", false)) {
            String text = (String) line;
            String before = first ? "" : blank || !text.isEmpty() ? "\n" + by : "\n";
            run.budget().extend(indented, (long) before.length() + text.length());
            indented.append(before).append(text);
            first = false;
        }
        return Text.like(value, indented.toString());
    }

    static Object replace(Run run, Object value, Arguments arguments) {
        return Searching.replace(
                run,
                Printing.text(run, value),
                Printing.text(run, arguments.get(0)),
                Printing.text(run, arguments.get(1)),
                arguments.get(2, null) == null ? -1 : arguments.integer(2, -1));
    }

    /** Writes capitals after blanks, hyphens and opening brackets. */
    static Object title(Run run, Object value, Arguments arguments) {
        String text = Printing.text(run, value);
        run.budget().produce(2L * text.length());
        StringBuilder title = new StringBuilder();
        int from = 0;
        while (from < text.length()) {
            int end = from;
            while (end < text.length() && !endsWord(text.charAt(end))) {
                end++;
            }
            if (end > from) {
                int first = Character.charCount(text.codePointAt(from));
                title.append(Text.known(text.substring(from, from + first)).toUpperCase(Locale.ROOT));
                title.append(Text.known(text.substring(from + first, end)).toLowerCase(Locale.ROOT));
            }
            from = end;
            while (from < text.length() && endsWord(text.charAt(from))) {
                title.append(text.charAt(from++));
            }
        }
        return title.toString();
    }

    private static boolean endsWord(char c) {
        return "-({[<".indexOf(c) >= 0 || Text.isSpace(c);
    }

    static Object truncate(Run run, Object value, Arguments arguments) {
        int length = arguments.integer(0, 255);
        String end = arguments.has(2) ? arguments.string(2) : "...";
        int leeway = arguments.get(3, null) == null ? 5 : arguments.integer(3, 5);
        int kept = length - Text.length(end);
        if (kept < 0 || leeway < 0) {
            throw new TemplateException(
                    "The chat template cuts text to less than the length of the text that it appends.");
        }
        if (!Values.isString(value)) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template cuts " + Values.type(value) + ".");
        }
        if (Items.length(run, value) <= (long) length + leeway) {
            return value;
        }
        String text = Text.part(run, Text.of(value), 0, kept);
        int space = text.lastIndexOf(' ');
        String cut = arguments.flag(1, false) || space < 0 ? text : text.substring(0, space);
        return Text.like(value, cut + (value instanceof Markup ? Markup.escape(end) : end));
    }

    static Object wordCount(Run run, Object value, Arguments arguments) {
        String text = Text.known(Printing.text(run, value));
        run.budget().lookUp(text.length());
        long words = 0;
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            boolean part = c == '_' || Letters.isAlphanumeric(c);
            words += part && !inWord ? 1 : 0;
            inWord = part;
        }
        return words;
    }

    /** Breaks lines at blanks. Refuses words with hyphens, because Python breaks them by its own rules. */
    static Object wordWrap(Run run, Object value, Arguments arguments) {
        if (!Values.isString(value)) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template wraps the lines of " + Values.type(value) + ".");
        }
        String text = Text.of(value);
        int width = arguments.integer(0, 79);
        boolean breaksWords = arguments.flag(1, true);
        String newline = arguments.get(2, null) == null ? "\n" : arguments.string(2);
        if (width <= 0 || text.indexOf('-') >= 0 && arguments.flag(3, true)) {
            throw new TemplateException(
                    "The chat template wraps words with hyphens, or to no width, which is not supported here.");
        }
        List<String> wrapped = new ArrayList<>();
        for (Object line : Splitting.lines(run, text, false)) {
            String wrappedLine = String.join(newline, wrappedLine(run, (String) line, width, breaksWords));
            run.budget().produce(wrappedLine.length() + newline.length());
            wrapped.add(wrappedLine);
        }
        return String.join(newline, wrapped);
    }

    private static List<String> wrappedLine(Run run, String text, int width, boolean breaksWords) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int onLine = 0; // characters
        int at = 0;
        while (at < text.length()) {
            int end = at;
            boolean space = isBlank(text.charAt(at));
            while (end < text.length() && isBlank(text.charAt(end)) == space) {
                end++;
            }
            run.budget().produceItems(1);
            run.budget().scan(3L * (end - at));
            String chunk = text.substring(at, end);
            int length = Text.length(chunk);
            if (onLine + length <= width) {
                boolean dropped = space && line.isEmpty() && !lines.isEmpty();
                line.append(dropped ? "" : chunk);
                onLine += dropped ? 0 : length;
                at = end;
            } else if (space && line.isEmpty() && !lines.isEmpty()) {
                at = end;
            } else if (length > width && (breaksWords || line.isEmpty())) {
                int room = breaksWords ? Math.max(1, width - onLine) : length;
                int cut = chunk.offsetByCodePoints(0, Math.min(room, length));
                line.append(chunk, 0, cut);
                at += cut;
                flush(line, lines);
                onLine = 0;
            } else {
                at = space ? end : at;
                flush(line, lines);
                onLine = 0;
            }
        }
        flush(line, lines);
        return lines;
    }

    private static void flush(StringBuilder line, List<String> lines) {
        int end = line.length();
        while (end > 0 && isBlank(line.charAt(end - 1))) {
            end--;
        }
        if (end > 0) {
            lines.add(line.substring(0, end));
        }
        line.setLength(0);
    }

    /** Whether Python's textwrap counts the character as white space. */
    private static boolean isBlank(char c) {
        return c == ' ' || (c >= 0x09 && c <= 0x0d);
    }

    static Object urlEncode(Run run, Object value, Arguments arguments) {
        Iterator<Object> items = Values.isString(value)
                ? null
                : Items.iteratorOrNull(
                        run, value instanceof Map<?, ?> dict ? new DictView(DictView.Kind.ITEMS, dict) : value);
        if (items == null) {
            return quoted(run, value, false);
        }
        StringBuilder query = new StringBuilder();
        while (items.hasNext()) {
            List<Object> pair = Items.unpacked(run, items.next());
            if (pair.size() != 2) {
                throw new TemplateException("The chat template writes items that are not pairs as a query.");
            }
            query.append(query.isEmpty() ? "" : "&");
            query.append(quoted(run, pair.get(0), true)).append('=').append(quoted(run, pair.get(1), true));
        }
        return query.toString();
    }

    private static String quoted(Run run, Object value, boolean inQuery) {
        byte[] bytes = Printing.text(run, value).getBytes(StandardCharsets.UTF_8);
        run.budget().produce(4L * bytes.length);
        StringBuilder quoted = new StringBuilder();
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0 || c == '/' && !inQuery;
            if (plain) {
                quoted.append(c);
            } else if (c == ' ' && inQuery) {
                quoted.append('+');
            } else {
                quoted.append('%').append("0123456789ABCDEF".charAt(c >> 4)).append("0123456789ABCDEF".charAt(c & 15));
            }
        }
        return quoted.toString();
    }

    static Object xmlAttributes(Run run, Object value, Arguments arguments) {
        if (!(value instanceof Map<?, ?> dict)) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template writes " + Values.type(value) + " as XML attributes.");
        }
        StringBuilder attributes = new StringBuilder();
        run.budget().step(dict.size());
        dict.forEach((key, attribute) -> {
            if (attribute == null || attribute instanceof Undefined) {
                return;
            }
            if (!(key instanceof String name)
                    || name.chars().anyMatch(c -> isBlank((char) c) || "/>=".indexOf(c) >= 0)) {
                throw new TemplateException("The chat template writes an XML attribute with a name that is not valid.");
            }
            attributes.append(attributes.isEmpty() ? "" : " ");
            attributes
                    .append(Markup.of(run, key))
                    .append("=\"")
                    .append(Markup.of(run, attribute))
                    .append('"');
        });
        boolean spaced = arguments.flag(0, true) && !attributes.isEmpty();
        return (spaced ? " " : "") + attributes;
    }

    static Object stripTags(Run run, Object value, Arguments arguments) {
        String text = Printing.text(run, value);
        run.budget().produce(2L * text.length());
        String plain = without(without(text, "<!--", "-->"), "<", ">");
        StringBuilder joined = new StringBuilder();
        for (Object word : Splitting.split(run, plain, null, -1, false)) {
            joined.append(joined.isEmpty() ? "" : " ").append(word);
        }
        return unescaped(joined.toString());
    }

    private static String without(String text, String open, String close) {
        StringBuilder kept = new StringBuilder();
        int from = 0;
        for (int start = text.indexOf(open); start >= 0; start = text.indexOf(open, from)) {
            int end = text.indexOf(close, start);
            if (end < 0) {
                break;
            }
            kept.append(text, from, start);
            from = end + close.length();
        }
        return kept.append(text, from, text.length()).toString();
    }

    private static String unescaped(String text) {
        String plain = text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&#39;", "'");
        int ampersand = plain.replace("&amp;", "").indexOf('&');
        if (ampersand >= 0) {
            throw new TemplateException(
                    "The chat template strips tags from text with '&', which is not supported here.");
        }
        return plain.replace("&amp;", "&");
    }

    /** Prints a value that fits on one line. Python's layout of longer values is not built. */
    static Object prettyPrint(Run run, Object value, Arguments arguments) {
        String text = Printing.repr(run, sortedKeys(run, value));
        if (Text.length(text) > PRETTY_WIDTH) {
            throw new TemplateException(
                    "The chat template writes more than a line with pprint, which is not supported here.");
        }
        return text;
    }

    private static Object sortedKeys(Run run, Object value) {
        run.budget().enter(PRETTY_DEPTH);
        Object sorted = value;
        if (value instanceof List<?> list && !(value instanceof Range)) {
            run.budget().produceItems(list.size() + 1L);
            sorted = list.stream().map(item -> sortedKeys(run, item)).collect(Collectors.toList());
        } else if (value instanceof Map<?, ?> map) {
            run.budget().produceItems(2L * map.size() + 4);
            Map<Object, Object> byKey = new TreeMap<>((a, b) -> Comparison.compare(run, a, b));
            map.forEach((key, item) -> byKey.put(key, sortedKeys(run, item)));
            sorted = byKey;
        }
        run.budget().leave(PRETTY_DEPTH);
        return sorted;
    }
}
