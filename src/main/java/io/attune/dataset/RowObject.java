package io.attune.dataset;

import io.attune.json.Shown;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An object inside of a row, with its path. A field counts as absent if it is missing or empty: null, "", [] or {}.
 * Programs that write rows as tables fill missing columns with such values.
 *
 * @param path of the object inside of its row, such as {@code messages[2]}; empty for the row itself
 */
record RowObject(Map<String, Object> fields, String path, RowFindings findings) {

    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,40}");

    /** The object in a value; null if the value is no object. */
    static RowObject of(Object value, String path, RowFindings findings) {
        Map<String, Object> fields = asObject(value);
        return fields == null ? null : new RowObject(fields, path, findings);
    }

    /** The value of the field; null if the field is missing. */
    Object get(String field) {
        return fields.get(field);
    }

    boolean has(String field) {
        return !isAbsent(fields.get(field));
    }

    boolean hasAnyOf(Collection<String> names) {
        return names.stream().anyMatch(this::has);
    }

    /** The path of a field. */
    String at(String field) {
        return (path.isEmpty() ? "" : path + ".") + Shown.name(field);
    }

    void tell(String field, String problem) {
        findings.tell(at(field), problem);
    }

    /** The text of an optional field; null if the field is absent. */
    String optionalText(String field) {
        Object value = get(field);
        if (isAbsent(value) || value instanceof String) {
            return isAbsent(value) ? null : (String) value;
        }
        tell(field, "It is not a string. Write text, or leave the field out.");
        return null;
    }

    /**
     * Reports every unknown field with a value.
     *
     * @param place the object in a jq expression, such as {@code .messages[]}; empty for the row itself
     */
    void refuseUnknown(Set<String> known, String place) {
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            if (!known.contains(field.getKey()) && !isAbsent(field.getValue())) {
                String jq = PLAIN_NAME.matcher(field.getKey()).matches()
                        ? ", as `jq -c 'del(" + place + "." + field.getKey() + ")' FILE > converted.jsonl` does"
                        : "";
                tell(field.getKey(), "The field is unknown. Correct its name, or remove it" + jq + ".");
            }
        }
    }

    static boolean isAbsent(Object value) {
        return value == null
                || value instanceof String text && text.isEmpty()
                || value instanceof List<?> items && items.isEmpty()
                || value instanceof Map<?, ?> object && object.isEmpty();
    }

    @SuppressWarnings("unchecked") // StrictJson makes no other maps
    static Map<String, Object> asObject(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : null;
    }

    @SuppressWarnings("unchecked") // StrictJson makes no other lists
    static List<Object> asArray(Object value) {
        return value instanceof List ? (List<Object>) value : null;
    }
}
