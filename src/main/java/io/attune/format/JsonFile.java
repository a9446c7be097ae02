package io.attune.format;

import io.attune.architecture.Fields;
import io.attune.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object in a file, or an object inside another one. The size of the file is limited. Errors name file and
 * field.
 */
record JsonFile(Path file, String place, JsonNode node) implements Fields {

    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** The limit for configuration files, in bytes. Lists of tensors have a larger limit. */
    static final long SMALL = 4L << 20;

    static JsonFile read(Path file) {
        return read(file, SMALL);
    }

    static JsonFile read(Path file, long maxBytes) {
        if (!Files.isRegularFile(file)) {
            throw ModelFormatException.in(file, "there is no such file; a model folder in Hugging Face layout has it");
        }
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw ModelFormatException.in(file, "is " + size + " bytes long; at most " + maxBytes + " are read");
            }
            JsonNode node = tree(file, Files.readAllBytes(file));
            if (!node.isObject()) {
                throw ModelFormatException.in(file, "is not a JSON object");
            }
            return new JsonFile(file, "", node);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static JsonNode tree(Path file, byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new ModelFormatException(file + ": is not valid JSON: " + StrictJson.problem(json), e);
        }
    }

    /** Writes the tree with two-space indents and {@code \n} line ends. Equal trees give equal bytes. */
    static void write(Path file, JsonNode node) {
        try {
            Files.writeString(file, MAPPER.writeValueAsString(node).replace("\r\n", "\n") + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    /** Whether the file has the field, with a value other than null. */
    @Override
    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    /** The object in a field. */
    @Override
    public JsonFile object(String field) {
        if (!node.path(field).isObject()) {
            throw refused(field, "must be an object, is " + shown(field));
        }
        return new JsonFile(file, place + field + ".", node.get(field));
    }

    @Override
    public String text(String field) {
        if (!node.path(field).isString()) {
            throw refused(field, "must be a string, is " + shown(field));
        }
        return node.get(field).stringValue();
    }

    @Override
    public String text(String field, String absent) {
        return has(field) ? text(field) : absent;
    }

    @Override
    public boolean flag(String field, boolean absent) {
        if (!has(field)) {
            return absent;
        }
        if (!node.get(field).isBoolean()) {
            throw refused(field, "must be true or false, is " + shown(field));
        }
        return node.get(field).booleanValue();
    }

    @Override
    public int integer(String field, int min, int max) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw refused(field, "must be a whole number from " + min + " to " + max + ", is " + shown(field));
        }
        int number = value.intValue();
        if (number < min || number > max) {
            throw refused(field, "must be from " + min + " to " + max + ", is " + number);
        }
        return number;
    }

    @Override
    public int integer(String field, int min, int max, int absent) {
        return has(field) ? integer(field, min, max) : absent;
    }

    /** The number in a field: finite, and in the closed range. */
    @Override
    public double number(String field, double min, double max) {
        JsonNode value = node.path(field);
        if (!value.isNumber()) {
            throw refused(field, "must be a number, is " + shown(field));
        }
        double number = value.doubleValue();
        if (!(number >= min && number <= max)) {
            throw refused(field, "must be from " + min + " to " + max + ", is " + shown(field));
        }
        return number;
    }

    @Override
    public double number(String field, double min, double max, double absent) {
        return has(field) ? number(field, min, max) : absent;
    }

    @Override
    public List<String> texts(String field) {
        return elements(field, "strings", JsonNode::isString).stream()
                .map(JsonNode::stringValue)
                .toList();
    }

    @Override
    public List<Integer> integers(String field) {
        return elements(field, "whole numbers", value -> value.isIntegralNumber() && value.canConvertToInt()).stream()
                .map(JsonNode::intValue)
                .toList();
    }

    @Override
    public List<Double> numbers(String field) {
        return elements(field, "numbers", JsonNode::isNumber).stream()
                .map(JsonNode::doubleValue)
                .toList();
    }

    private List<JsonNode> elements(String field, String what, Predicate<JsonNode> fits) {
        JsonNode array = node.path(field);
        if (!array.isArray()) {
            throw refused(field, "must be a list of " + what + ", is " + shown(field));
        }
        List<JsonNode> values = new ArrayList<>();
        for (JsonNode element : array) {
            if (!fits.test(element)) {
                throw refused(field, "must be a list of " + what + ", holds " + shorten(element));
            }
            values.add(element);
        }
        return values;
    }

    @Override
    public boolean hasNull(String field) {
        return node.path(field).isNull();
    }

    @Override
    public boolean hasObject(String field) {
        return node.path(field).isObject();
    }

    @Override
    public ModelFormatException refused(String field, String problem) {
        return ModelFormatException.in(file, place + field + " " + problem);
    }

    @Override
    public String shown(String field) {
        JsonNode value = node.get(field);
        return value == null ? "missing" : shorten(value);
    }

    private static String shorten(JsonNode value) {
        String text = value.isContainer() ? (value.isArray() ? "a list" : "an object") : value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
