package io.attune.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Parses one line strictly: one JSON value, well-formed UTF-8 and Unicode, no key twice in an object, numbers that a
 * double holds. Values are {@code Map} in the line's order, {@code List}, {@code String}, {@code BigInteger}, {@code
 * Double}, {@code Boolean} and null.
 */
final class JsonLine {

    static final int MAX_NESTING = 64;

    private static final int MAX_NUMBER_DIGITS = 300;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxStringLength(RowReader.MAX_LINE_BYTES)
                    .maxNameLength(1000)
                    .maxNumberLength(MAX_NUMBER_DIGITS)
                    .build())
            .build();

    private final JsonParser json;

    private JsonLine(JsonParser json) {
        this.json = json;
    }

    static Object parse(byte[] line) throws Problem {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem("", "The line is not UTF-8. Save the file as UTF-8.");
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            JsonLine reading = new JsonLine(parser);
            Object value = reading.value(parser.nextToken(), "");
            if (parser.nextToken() != null) {
                throw new Problem("", "There is more after the row's JSON object. Write one object on each line.");
            }
            return value;
        } catch (JacksonException e) {
            int column = e.getLocation() == null ? 0 : Math.max(e.getLocation().getColumnNr(), 0);
            throw new Problem(
                    "",
                    "The line is not JSON (near column " + column + ": "
                            + e.getOriginalMessage().lines().findFirst().orElse("")
                            + "). Write one JSON object on each line.");
        }
    }

    private Object value(JsonToken token, String path) throws Problem {
        return switch (token) {
            case START_OBJECT -> object(path);
            case START_ARRAY -> array(path);
            case VALUE_STRING -> text(json.getString(), path);
            case VALUE_NUMBER_INT -> json.getBigIntegerValue();
            case VALUE_NUMBER_FLOAT -> number(path);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllegalStateException("A value cannot begin with " + token);
        };
    }

    private Map<String, Object> object(String path) throws Problem {
        Map<String, Object> members = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = text(json.currentName(), path);
            String member = path.isEmpty() ? key : path + "." + key;
            Object value = value(json.nextToken(), member);
            if (members.containsKey(key)) {
                throw new Problem(member, "The key stands twice in the same object. Keep one of them.");
            }
            members.put(key, value);
        }
        return members;
    }

    private List<Object> array(String path) throws Problem {
        List<Object> items = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            items.add(value(token, path + "[" + items.size() + "]"));
        }
        return items;
    }

    private Double number(String path) throws Problem {
        double value = json.getDoubleValue();
        if (Double.isInfinite(value)) {
            throw new Problem(path, "The number is too large. Write it as a string.");
        }
        return value;
    }

    /** An escape such as {@code \ud83d} alone names half a character, which no tokenizer can read. */
    private static String text(String text, String path) throws Problem {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new Problem(
                        path,
                        "The text holds half a surrogate pair (\\u%04x). Write the character whole."
                                .formatted((int) c));
            }
        }
        return text;
    }
}
