package io.attune.api.body;

import io.attune.api.ApiException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads an object of a request strictly: a value of another type or out of range is refused by name, and {@link #refuseOthers} refuses what
 * nobody asked for. A field that is null counts as absent.
 */
public final class JsonFields {

    private static final String AUTO = "auto";

    private final String path;
    private final JsonNode object;
    private final Set<String> known = new HashSet<>();
    private String missing;

    private JsonFields(String path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    /** The body as a whole. */
    public static JsonFields of(JsonNode body) {
        if (body == null || !body.isObject()) {
            throw ApiException.invalidValue(null, "The request's body must be a JSON object.");
        }
        return new JsonFields("", body);
    }

    /** The full name of a field, such as {@code method.supervised}. */
    public String name(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    public boolean has(String field) {
        return take(field) != null;
    }

    /** Null if absent. */
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

    /** If it is missing, {@link #refuseOthers} says so: an unknown field may be the one that was meant, and is told first. */
    public String requiredText(String field) {
        String value = text(field);
        if (missing == null && (value == null || value.isEmpty())) {
            missing = field;
        }
        return value;
    }

    public String oneOf(String field, String... choices) {
        String value = text(field);
        if (value != null && !List.of(choices).contains(value)) {
            throw refused(field, "must be one of " + String.join(", ", choices), object.get(field));
        }
        return value;
    }

    public Integer integer(String field, int min, int max) {
        return integer(field, take(field), min, max);
    }

    /** As {@link #integer}; the string {@code auto} is the same as leaving it out. */
    public Integer integerOrAuto(String field, int min, int max) {
        return integer(field, unlessAuto(field), min, max);
    }

    private Integer integer(String field, JsonNode value, int min, int max) {
        if (value == null) {
            return null;
        }
        boolean whole =
                value.isNumber() && value.canConvertToInt() && value.canConvertToExactIntegral(); // 2.0 is whole
        if (!whole || value.intValue() < min || value.intValue() > max) {
            throw refused(field, "must be a whole number from " + min + " to " + max, value);
        }
        return value.intValue();
    }

    public Double number(String field, Range range) {
        return number(field, take(field), range);
    }

    /** As {@link #number}; the string {@code auto} is the same as leaving it out. */
    public Double numberOrAuto(String field, Range range) {
        return number(field, unlessAuto(field), range);
    }

    private Double number(String field, JsonNode value, Range range) {
        if (value == null) {
            return null;
        }
        if (!value.isNumber() || !range.contains(value.doubleValue())) {
            throw refused(field, "must be a number " + range, value);
        }
        return value.doubleValue();
    }

    /** A non-empty array of strings; null if absent. */
    public List<String> texts(String field) {
        JsonNode value = take(field);
        if (value == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> texts.add(element.isString() ? element.asString() : null));
        }
        if (texts.isEmpty() || texts.contains(null)) {
            throw refused(field, "must be an array of strings", value);
        }
        return List.copyOf(texts);
    }

    /** All fields, whatever their names; empty if absent. */
    public Set<Map.Entry<String, JsonNode>> entries() {
        return object.properties();
    }

    /** Refuses fields that nobody asked for, then a lack of one that is required. To be called after all known fields were asked for. */
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

    private JsonNode unlessAuto(String field) {
        JsonNode value = take(field);
        return value != null && value.isString() && value.asString().equals(AUTO) ? null : value;
    }

    private JsonNode take(String field) {
        known.add(field);
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? null : value;
    }

    /** Bounds of a number; an open end does not belong to it. */
    public record Range(double min, boolean minOpen, double max, boolean maxOpen) {

        public static Range closed(double min, double max) {
            return new Range(min, false, max, false);
        }

        public static Range above(double min, double max) {
            return new Range(min, true, max, false);
        }

        public static Range below(double min, double max) {
            return new Range(min, false, max, true);
        }

        boolean contains(double value) {
            return Double.isFinite(value)
                    && (minOpen ? value > min : value >= min)
                    && (maxOpen ? value < max : value <= max);
        }

        @Override
        public String toString() {
            return (minOpen ? "above " : "from ") + plain(min) + (maxOpen ? " to below " : " to ") + plain(max);
        }

        private static String plain(double value) {
            return new BigDecimal(value).stripTrailingZeros().toPlainString();
        }
    }
}
