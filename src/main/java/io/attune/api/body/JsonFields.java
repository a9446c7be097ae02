package io.attune.api.body;

import io.attune.api.ApiException;
import io.attune.json.InvalidValueException;
import io.attune.json.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads an object of a request strictly. A value of another type or out of range is refused by name.
 * {@link #refuseOthers} refuses all fields that no call has read. A field with the value null counts as absent.
 */
public final class JsonFields {

    private final String path;
    private final JsonNode object;
    private final Set<String> known = new HashSet<>();
    private String missing;

    private JsonFields(String path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    /**
     * Reads the whole body.
     *
     * @throws ApiException if the body is not an object
     */
    public static JsonFields of(JsonNode body) {
        if (body == null || !body.isObject()) {
            throw ApiException.invalidValue(null, "The request's body must be a JSON object.");
        }
        return new JsonFields("", body);
    }

    /** Returns the full name of a field, such as {@code method.supervised}. */
    public String name(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    public boolean has(String field) {
        return take(field) != null;
    }

    /** Returns null if the field is absent. */
    public JsonFields object(String field) {
        JsonNode value = take(field);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            throw refused(field, "must be an object", value);
        }
        return new JsonFields(name(field), value);
    }

    public JsonNode any(String field) {
        return take(field);
    }

    public String text(String field) {
        JsonNode value = take(field);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw refused(field, "must be a string", value);
        }
        return value.asString();
    }

    /**
     * Reads a required text. If the text is missing, {@link #refuseOthers} reports it. That method reports an unknown
     * field first, because the client may have mistyped the required field.
     */
    public String requiredText(String field) {
        String value = text(field);
        if (missing == null && (value == null || value.isEmpty())) {
            missing = field;
        }
        return value;
    }

    public String oneOf(String field, String... choices) {
        return value(field, new ValueType.Choice(List.of(choices)));
    }

    public Integer integer(String field, int min, int max) {
        return value(field, new ValueType.Whole(min, max));
    }

    /**
     * Returns null if the field is absent, or if its value is the type's word for an absent value, such as "auto".
     */
    public <T> T value(String field, ValueType<T> type) {
        JsonNode value = take(field);
        if (value == null || value.isString() && type.word().equals(Optional.of(value.asString()))) {
            return null;
        }
        try {
            return type.read(value);
        } catch (InvalidValueException e) {
            throw refused(field, e.getMessage(), value);
        }
    }

    /** Returns all fields of this object. */
    public Set<Map.Entry<String, JsonNode>> entries() {
        return object.properties();
    }

    /**
     * Refuses unknown fields, then a missing required field. Call this method after all known fields are read.
     *
     * @throws ApiException if a field is unknown or a required field is missing
     */
    public void refuseOthers() {
        for (String field : object.propertyNames()) {
            if (!known.contains(field)) {
                throw ApiException.unknownParameter(
                        name(field),
                        NearestName.near(field, known).map(this::name).orElse(null));
            }
        }
        if (missing != null) {
            throw ApiException.missingParameter(name(missing));
        }
    }

    public ApiException refused(String field, String rule, JsonNode value) {
        String shown = value.toString();
        return ApiException.invalidValue(
                name(field),
                "'" + name(field) + "' " + rule + ", not "
                        + (shown.length() > 100 ? shown.substring(0, 100) + "..." : shown) + ".");
    }

    private JsonNode take(String field) {
        known.add(field);
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? null : value;
    }
}
