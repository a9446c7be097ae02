package io.attune.job;

import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON and text in the columns of this package's tables. */
public final class JobJson {

    private static final Pattern NUL_ESCAPE = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");
    /** A number that was not kept yet when a row was written is 0. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private JobJson() {}

    /** A value as jsonb can hold it: without NUL. Its escape behind an even number of backslashes is text about it, and is kept. */
    public static String text(Object value) {
        return NUL_ESCAPE.matcher(MAPPER.writeValueAsString(value)).replaceAll("$1\uFFFD");
    }

    /** Text as the database can hold it. Null stays null. */
    public static String withoutNul(String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }

    public static JsonNode tree(String text) {
        return MAPPER.readTree(text);
    }

    public static <T> T read(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    /** The fields of a record, as its JSON names them. */
    public static Map<String, Object> fields(Object value) {
        return MAPPER.convertValue(value, new TypeReference<>() {});
    }
}
