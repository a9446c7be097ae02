package io.attune.text.template;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * The filter {@code tojson} as transformers defines it: Python's {@code json.dumps} without escapes for what is not
 * ASCII.
 */
final class Json {

    /** As the indent: everything on one line. */
    static final int ONE_LINE = -1;

    private final Budget budget;
    private final boolean asciiOnly;
    private final int indent;

    private final StringBuilder json = new StringBuilder();

    private Json(Budget budget, boolean asciiOnly, int indent) {
        this.budget = budget;
        this.asciiOnly = asciiOnly;
        this.indent = indent;
    }

    static String of(Object value, Budget budget, boolean asciiOnly, int indent) {
        Json json = new Json(budget, asciiOnly, indent);
        json.write(value, 0);
        return json.json.toString();
    }

    private void write(Object value, int level) {
        budget.enter();
        int before = json.length();
        List<Object> items =
                value instanceof List || value instanceof Sequence.Tuple ? Values.itemsOrNull(value) : null;
        if (value == null) {
            json.append("null");
        } else if (value instanceof Boolean || value instanceof BigInteger) {
            json.append(value);
        } else if (value instanceof Double d) {
            budget.scan(Values.FLOAT_COST);
            json.append(Text.of(d));
        } else if (value instanceof String s) {
            string(s);
        } else if (items != null) {
            json.append('[');
            for (int i = 0; i < items.size(); i++) {
                next(i, level + 1);
                write(items.get(i), level + 1);
            }
            close(items.isEmpty(), level, ']');
        } else if (value instanceof Map<?, ?> map) {
            json.append('{');
            int i = 0;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                next(i++, level + 1);
                string(
                        entry.getKey() instanceof String key
                                ? key
                                : entry.getKey() == null
                                        ? "null"
                                        : entry.getKey().toString());
                json.append(": ");
                write(entry.getValue(), level + 1);
            }
            close(map.isEmpty(), level, '}');
        } else {
            throw new TemplateException("The chat template writes something as JSON that has no JSON.");
        }
        if (items == null && !(value instanceof Map)) {
            budget.produce(json.length() - before);
        }
        budget.leave();
    }

    private void next(int index, int level) {
        if (indent == ONE_LINE) {
            json.append(index == 0 ? "" : ", ");
        } else {
            json.append(index == 0 ? "" : ",");
            newline(level);
        }
    }

    private void close(boolean empty, int level, char bracket) {
        if (indent != ONE_LINE && !empty) {
            newline(level);
        }
        json.append(bracket);
    }

    private void newline(int level) {
        budget.produce(1L + (long) indent * level);
        json.append('\n').append(" ".repeat(indent * level));
    }

    private void string(String text) {
        budget.produce(text.length());
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (c < 0x20 || (asciiOnly && c > 0x7e)) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
