package io.attune.text.template;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The filter {@code tojson} as transformers defines it: Python's {@code json.dumps}, which does not escape
 * characters outside ASCII.
 */
final class Json {

    /** Levels of the stack that one level of nested lists takes. */
    private static final int DEPTH = 4;

    private static final HexFormat HEX = HexFormat.of();

    private final Run run;
    private final boolean asciiOnly;
    /** The indent of one level; null for all on one line. */
    private final String indent;

    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sortKeys;

    private final StringBuilder json = new StringBuilder();

    private Json(
            Run run, boolean asciiOnly, String indent, String itemSeparator, String keySeparator, boolean sortKeys) {
        this.run = run;
        this.asciiOnly = asciiOnly;
        this.indent = indent;
        this.itemSeparator = itemSeparator;
        this.keySeparator = keySeparator;
        this.sortKeys = sortKeys;
    }

    static Object of(Run run, Object value, Arguments arguments) {
        Object by = arguments.get(1, null);
        String indent = by == null
                ? null
                : Values.isString(by) ? Text.of(by) : Text.repeated(run, " ", Math.max(0, Numbers.index(by)));
        String itemSeparator = indent == null ? ", " : ",";
        String keySeparator = ": ";
        if (arguments.get(2, null) != null) {
            List<Object> separators = Items.unpacked(run, arguments.get(2));
            if (separators.size() != 2 || !separators.stream().allMatch(Values::isString)) {
                throw new TemplateException("The chat template writes JSON with separators that are not two strings.");
            }
            itemSeparator = Text.of(separators.get(0));
            keySeparator = Text.of(separators.get(1));
        }
        Json json =
                new Json(run, arguments.flag(0, false), indent, itemSeparator, keySeparator, arguments.flag(3, false));
        json.write(value, 0);
        return json.json.toString();
    }

    private void write(Object value, int level) {
        run.budget().enter(DEPTH);
        if (value instanceof String || value instanceof Markup) {
            string(Text.of(value));
        } else if (value instanceof Map<?, ?> map) {
            dict(map, level);
        } else if (value instanceof List<?> list && !(value instanceof Range)) {
            list(list, level);
        } else if (value instanceof Tuple tuple) {
            list(tuple.items(), level);
        } else {
            String simple = simple(value);
            run.budget().extend(json, simple.length());
            json.append(simple);
        }
        run.budget().leave(DEPTH);
    }

    private String simple(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Boolean || Numbers.isInteger(value)) {
            return value.toString();
        }
        if (value instanceof Double d) {
            return d.isNaN() ? "NaN" : d.isInfinite() ? (d < 0 ? "-Infinity" : "Infinity") : Printing.real(run, d);
        }
        throw new TemplateException("The chat template writes " + Values.type(value) + " as JSON, which has none.");
    }

    private void list(List<?> items, int level) {
        json.append('[');
        boolean first = true;
        for (Object item : items) {
            next(first, level + 1);
            write(item, level + 1);
            first = false;
        }
        close(first, level, ']');
    }

    private void dict(Map<?, ?> map, int level) {
        json.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : sortKeys ? sorted(map) : map.entrySet()) {
            next(first, level + 1);
            Object key = entry.getKey();
            string(Values.isString(key) ? Text.of(key) : simple(key));
            run.budget().extend(json, keySeparator.length());
            json.append(keySeparator);
            write(entry.getValue(), level + 1);
            first = false;
        }
        close(first, level, '}');
    }

    private List<Map.Entry<?, ?>> sorted(Map<?, ?> map) {
        run.budget().produceItems(map.size());
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        entries.sort((a, b) -> Comparison.compare(run, a.getKey(), b.getKey()));
        return entries;
    }

    private void next(boolean first, int level) {
        if (!first) {
            run.budget().extend(json, itemSeparator.length());
            json.append(itemSeparator);
        }
        newline(level);
    }

    private void close(boolean empty, int level, char bracket) {
        if (!empty) {
            newline(level);
        }
        run.budget().extend(json, 2);
        json.append(bracket);
    }

    private void newline(int level) {
        if (indent != null) {
            run.budget().extend(json, 1L + (long) indent.length() * level);
            json.append('\n').append(indent.repeat(level));
        }
    }

    private void string(String text) {
        run.budget().extend(json, text.length() + 2L);
        json.append('"');
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c != '"' && c != '\\' && !(asciiOnly && c > 0x7e)) {
                continue;
            }
            json.append(text, from, i);
            from = i + 1;
            run.budget().extend(json, 6);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case 0x7f -> json.append(c);
                default -> json.append("\\u").append(HEX.toHexDigits(c));
            }
        }
        json.append(text, from, text.length()).append('"');
    }
}
