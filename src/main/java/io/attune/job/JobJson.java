package io.attune.job;

import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Converts between values and the JSON and text in columns of the database. */
public final class JobJson {

    private static final Pattern NUL_ESCAPE = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");
    /** Reads null and a missing number as 0: rows from before a field existed do not have it. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private JobJson() {}

    /**
     * A value as JSON that jsonb can store: the replacement character stands instead of NUL. The escape of NUL
     * after an odd number of other backslashes is ordinary text and stays.
     */
    public static String text(Object value) {
        return NUL_ESCAPE.matcher(MAPPER.writeValueAsString(value)).replaceAll("$1\uFFFD");
    }

    /** Text that PostgreSQL can store: the replacement character stands instead of NUL. Null stays null. */
    public static String withoutNul(String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }

    public static JsonNode tree(String text) {
        return MAPPER.readTree(text);
    }

    public static <T> T read(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    /** The fields of a record, by their names in its JSON. */
    public static Map<String, Object> fields(Object value) {
        return MAPPER.convertValue(value, new TypeReference<>() {});
    }
}
