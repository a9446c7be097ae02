package io.attune.text;

import io.attune.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What {@code tokenizer.json} says of its tokens, which the native tokenizer does not tell.
 *
 * @param ids token to id, added tokens included
 * @param added ids of added tokens
 * @param size one more than the largest id
 */
record Vocabulary(Map<String, Integer> ids, BitSet added, int size) {

    /** Far above any real vocabulary; bounds what a broken file can make us allocate. */
    private static final int MAX_ID = 1 << 24;

    static Vocabulary read(Path file) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
            return new Reading(json).all();
        } catch (JacksonException e) {
            String problem = StrictJson.problem(
                    Files.readAllBytes(file), "a token is not a string, or its id is not a whole number.");
            throw new IOException(file + " is not a tokenizer that can be read: " + problem, e);
        }
    }

    /** One pass over the file: {@code added_tokens[].{id, content}} and {@code model.vocab}. */
    private static final class Reading {
        private final JsonParser json;
        private final Map<String, Integer> ids = new HashMap<>();
        private final BitSet added = new BitSet();
        private int size;

        Reading(JsonParser json) {
            this.json = json;
        }

        Vocabulary all() throws IOException {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                switch (field) {
                    case "added_tokens" -> addedTokens(value);
                    case "model" -> model(value);
                    default -> json.skipChildren();
                }
            }
            if (ids.isEmpty()) {
                throw new IOException("tokenizer.json has no vocabulary");
            }
            return new Vocabulary(Map.copyOf(ids), added, size);
        }

        private void addedTokens(JsonToken start) throws IOException {
            expect(start, JsonToken.START_ARRAY);
            while (json.nextToken() == JsonToken.START_OBJECT) {
                String content = null;
                int id = -1;
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String field = json.currentName();
                    json.nextToken();
                    switch (field) {
                        case "id" -> id = json.getIntValue();
                        case "content" -> content = json.getString();
                        default -> json.skipChildren();
                    }
                }
                put(content, id);
                added.set(id);
            }
        }

        private void model(JsonToken start) throws IOException {
            expect(start, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
                    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                        String token = json.currentName();
                        json.nextToken();
                        put(token, json.getIntValue());
                    }
                } else if (field.equals("vocab") && value == JsonToken.START_ARRAY) {
                    for (int id = 0; json.nextToken() == JsonToken.START_ARRAY; id++) { // Unigram: [token, score]
                        json.nextToken();
                        put(json.getString(), id);
                        while (json.nextToken() != JsonToken.END_ARRAY) {
                            json.skipChildren();
                        }
                    }
                } else {
                    json.skipChildren();
                }
            }
        }

        private void put(String token, int id) throws IOException {
            if (token == null || id < 0 || id > MAX_ID) {
                throw new IOException("tokenizer.json has a token without text or with id " + id);
            }
            ids.put(token, id);
            size = Math.max(size, id + 1);
        }

        private static void expect(JsonToken found, JsonToken expected) throws IOException {
            if (found != expected) {
                throw new IOException("tokenizer.json is not laid out as a tokenizer: it or one of its fields is not "
                        + (expected == JsonToken.START_ARRAY ? "an array" : "an object") + " where one belongs");
            }
        }
    }
}
