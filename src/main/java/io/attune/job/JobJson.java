package io.attune.job;

import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON in the columns of this package's tables. */
final class JobJson {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JobJson() {}

    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static JsonNode tree(String text) {
        return MAPPER.readTree(text);
    }

    static <T> T read(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    /** The fields of a record, as its JSON names them. */
    static Map<String, Object> fields(Object value) {
        return MAPPER.convertValue(value, new TypeReference<>() {});
    }
}
