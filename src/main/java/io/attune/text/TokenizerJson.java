package io.attune.text;

import io.attune.format.ModelFormatException;
import io.attune.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokenizer.json of a model folder in the form that the native library gets. Only a few values are replaced in
 * the text of the file. A rewritten number could change in its last digits.
 *
 * <ul>
 *   <li>No text is cut or padded, and encoding is not random ({@code truncation}, {@code padding},
 *       {@code dropout}).
 *   <li>A space belongs to the token that contains it ({@code trim_offsets}).
 *   <li>{@code added_tokens} are those of {@link AddedTokens}.
 * </ul>
 *
 * @param text JSON
 * @param vocabulary the tokens of the file
 * @param byteLengths the bytes that each token stands for, if the tokenizer cuts the bytes of a text
 */
record TokenizerJson(String text, Vocabulary vocabulary, Optional<ByteLengths> byteLengths) {

    /** Far above any real vocabulary. Limits the memory that a broken file can take. */
    private static final int MAX_ID = 1 << 24;

    /**
     * @throws ModelFormatException if the folder has no tokenizer.json, or if the file does not have the layout of
     *     a tokenizer
     */
    static TokenizerJson read(Path modelFolder) throws IOException {
        Path file = modelFolder.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException(file + ": the model folder has no tokenizer.json");
        }
        String text = Files.readString(file);
        try (JsonParser json = JsonMapper.shared().createParser(text)) {
            Reading reading = new Reading(json);
            reading.all();
            Collection<AddedToken> added = AddedTokens.of(
                    reading.added,
                    SpecialTokens.config(modelFolder.resolve("tokenizer_config.json")),
                    SpecialTokens.config(modelFolder.resolve("special_tokens_map.json")));
            if (!List.copyOf(added).equals(reading.added)) {
                reading.writeAdded(added);
            }
            Vocabulary vocabulary = Vocabulary.of(reading.ids, added);
            return new TokenizerJson(
                    edited(text, reading.edits),
                    vocabulary,
                    ByteLengths.of(reading.normalizer, reading.preTokenizer, reading.model, vocabulary, added));
        } catch (JacksonException e) {
            String problem = StrictJson.problem(
                    text.getBytes(StandardCharsets.UTF_8), "a token is not a string, or its id is not a whole number");
            throw new ModelFormatException(file + " is not a tokenizer that can be read: " + problem, e);
        }
    }

    private static String edited(String text, List<Edit> edits) {
        edits.sort(Comparator.comparing(Edit::start));
        StringBuilder edited = new StringBuilder(text.length());
        int done = 0;
        for (Edit edit : edits) {
            edited.append(text, done, edit.start()).append(edit.replacement());
            done = edit.end();
        }
        return edited.append(text, done, text.length()).toString();
    }

    /** A replacement of the text from {@code start} to before {@code end}. */
    private record Edit(int start, int end, String replacement) {}

    /** Reads the file in one pass. */
    private static final class Reading {
        private final JsonParser json;
        private final Map<String, Integer> ids = new HashMap<>();
        private final List<AddedToken> added = new ArrayList<>();
        private final List<Edit> edits = new ArrayList<>();
        private final ObjectNode model = JsonMapper.shared().createObjectNode(); // without vocabulary and merges
        private JsonNode normalizer = MissingNode.getInstance();
        private JsonNode preTokenizer = MissingNode.getInstance();
        private Edit addedEdit; // replaces added_tokens

        Reading(JsonParser json) {
            this.json = json;
        }

        void all() throws IOException {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                switch (field) {
                    case "truncation", "padding" -> replace("null");
                    case "added_tokens" -> addedTokens(value);
                    case "model" -> model(value);
                    case "normalizer" -> normalizer = json.readValueAsTree();
                    case "pre_tokenizer" -> preTokenizer = json.readValueAsTree();
                    case "post_processor" -> postProcessor(value);
                    case "decoder" -> decoder(value);
                    default -> json.skipChildren();
                }
            }
            if (ids.isEmpty()) {
                throw new ModelFormatException("tokenizer.json has no vocabulary");
            }
            if (addedEdit == null) {
                addedEdit = new Edit(start(), start(), ", \"added_tokens\": ");
            }
        }

        void writeAdded(Collection<AddedToken> tokens) {
            ArrayNode array = JsonMapper.shared().createArrayNode();
            for (AddedToken token : tokens) {
                token.write(array.addObject().put("id", array.size() - 1)); // the library assigns ids itself
            }
            edits.add(new Edit(addedEdit.start(), addedEdit.end(), addedEdit.replacement() + array));
        }

        private void addedTokens(JsonToken value) throws IOException {
            expect(value, JsonToken.START_ARRAY);
            int start = start();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                AddedToken token = AddedToken.of(json.readValueAsTree());
                if (token.content().isEmpty()) {
                    throw new ModelFormatException("tokenizer.json has an added token without text");
                }
                added.add(token);
            }
            addedEdit = new Edit(start, end(), "");
        }

        private void model(JsonToken value) throws IOException {
            expect(value, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                JsonToken of = json.nextToken();
                if (field.equals("vocab") && of == JsonToken.START_OBJECT) {
                    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                        String token = json.currentName();
                        json.nextToken();
                        put(token, json.getIntValue());
                    }
                } else if (field.equals("vocab") && of == JsonToken.START_ARRAY) {
                    for (int id = 0; json.nextToken() == JsonToken.START_ARRAY; id++) { // Unigram: [token, score]
                        json.nextToken();
                        put(json.getString(), id);
                        while (json.nextToken() != JsonToken.END_ARRAY) {
                            json.skipChildren();
                        }
                    }
                } else if (field.equals("dropout")) {
                    replace("null");
                } else if (of.isScalarValue()) {
                    model.set(field, json.readValueAsTree());
                } else {
                    json.skipChildren();
                }
            }
        }

        private void postProcessor(JsonToken value) {
            walk(value, () -> {
                if (json.currentName().equals("trim_offsets")) {
                    replace("false");
                }
            });
        }

        /**
         * Refuses a decoder that strips the ends of tokens. The library ends the process at the first token that is
         * shorter than the stripped text.
         */
        private void decoder(JsonToken value) throws IOException {
            List<String> stops = new ArrayList<>();
            walk(value, () -> {
                if (json.currentName().equals("stop") && json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    stops.add(json.getString());
                }
            });
            if (!stops.stream().allMatch("0"::equals)) {
                throw new ModelFormatException(
                        "tokenizer.json has a decoder that strips the ends of tokens (Strip with \"stop\""
                                + " above 0), which fails on shorter tokens: set \"stop\" to 0");
            }
        }

        /** Calls {@code atScalar} at each value that is neither an object nor an array, at any depth. */
        private void walk(JsonToken value, Runnable atScalar) {
            int depth = value.isStructStart() ? 1 : 0;
            while (depth > 0) {
                JsonToken token = json.nextToken();
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token != JsonToken.PROPERTY_NAME && json.currentName() != null) {
                    atScalar.run();
                }
            }
        }

        /** Replaces the value at the parser's position, and skips it. */
        private void replace(String replacement) {
            int start = start();
            int length = json.currentToken().isScalarValue() ? json.getString().length() : -1;
            json.skipChildren();
            edits.add(new Edit(start, length < 0 ? end() : start + length, replacement));
        }

        private int start() {
            return (int) json.currentTokenLocation().getCharOffset();
        }

        private int end() {
            return (int) json.currentLocation().getCharOffset();
        }

        private void put(String token, int id) throws IOException {
            if (token == null || id < 0 || id > MAX_ID) {
                throw new ModelFormatException("tokenizer.json has a token without text or with id " + id);
            }
            ids.put(token, id);
        }

        private static void expect(JsonToken found, JsonToken expected) throws IOException {
            if (found != expected) {
                throw new ModelFormatException("tokenizer.json is not laid out as a tokenizer: " + expected
                        + " expected, " + found + " found");
            }
        }
    }
}
