package io.attune.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The changes that an import makes to the tokenizer and chat template files of a model.
 *
 * @param chatTemplate a file with a Jinja template, or null to keep the model's template
 * @param eosToken the token that ends a text, in the spelling of the vocabulary, or null to keep the model's token
 */
public record TextOptions(Path chatTemplate, String eosToken) {

    public static final TextOptions KEEP = new TextOptions(null, null);

    private static final long MAX_TEMPLATE = 1 << 20;

    /** Changes the files of a model folder. */
    void apply(Path folder) throws IOException {
        if (chatTemplate != null) {
            applyTemplate(folder);
        }
        if (eosToken != null) {
            applyEos(folder);
        }
    }

    private void applyTemplate(Path folder) throws IOException {
        if (!Files.isRegularFile(chatTemplate)) {
            throw ModelFormatException.in(
                    chatTemplate, "there is no such file; --chat-template wants a Jinja template");
        }
        if (Files.size(chatTemplate) > MAX_TEMPLATE) {
            throw ModelFormatException.in(
                    chatTemplate, "is longer than a chat template may be, " + MAX_TEMPLATE + " bytes");
        }
        Files.writeString(folder.resolve("chat_template.jinja"), Files.readString(chatTemplate));
        Files.deleteIfExists(folder.resolve(TextFiles.TOOL_USE_TEMPLATE));
        Path config = folder.resolve("tokenizer_config.json");
        if (Files.isRegularFile(config)) {
            ObjectNode json = (ObjectNode) JsonFile.read(config).node();
            json.remove("chat_template");
            JsonFile.write(config, json);
        }
    }

    private void applyEos(Path folder) throws IOException {
        int id = id(folder.resolve("tokenizer.json"));
        ObjectNode tokenizer = objectOf(folder.resolve("tokenizer_config.json"));
        tokenizer.put("eos_token", eosToken);
        JsonFile.write(folder.resolve("tokenizer_config.json"), tokenizer);

        ObjectNode generation = objectOf(folder.resolve("generation_config.json"));
        JsonNode before = generation.path("eos_token_id");
        ArrayNode ids = JsonFile.MAPPER.createArrayNode().add(id);
        if (before.isArray()) {
            before.forEach(ids::add);
        } else if (before.isIntegralNumber()) {
            ids.add(before);
        }
        generation.set("eos_token_id", ids);
        JsonFile.write(folder.resolve("generation_config.json"), generation);
    }

    private static ObjectNode objectOf(Path file) {
        return Files.isRegularFile(file) ? (ObjectNode) JsonFile.read(file).node() : JsonFile.MAPPER.createObjectNode();
    }

    /** The id of the token in {@code added_tokens}, or otherwise in the model's vocabulary. */
    private int id(Path tokenizer) throws IOException {
        int id = -1;
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), tokenizer)) {
            json.nextToken();
            while (id < 0 && json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "added_tokens" -> id = inAddedTokens(json);
                    case "model" -> id = inModel(json);
                    default -> json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw ModelFormatException.in(tokenizer, "is not a tokenizer that can be read");
        }
        if (id < 0) {
            throw ModelFormatException.in(
                    tokenizer,
                    "has no token " + eosToken + "; --eos wants one of the vocabulary, as it is written there");
        }
        return id;
    }

    private int inAddedTokens(JsonParser json) {
        int found = -1;
        while (json.nextToken() == JsonToken.START_OBJECT) {
            int id = -1;
            boolean wanted = false;
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "id" -> id = json.getIntValue();
                    case "content" -> wanted = eosToken.equals(json.getString());
                    default -> json.skipChildren();
                }
            }
            found = wanted ? id : found;
        }
        return found;
    }

    /**
     * The id of the token in {@code model.vocab}: an object from token to id or, for Unigram, a list of tokens with
     * scores.
     */
    private int inModel(JsonParser json) {
        int id = -1;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean vocabulary = json.currentName().equals("vocab");
            JsonToken start = json.nextToken();
            if (!vocabulary) {
                json.skipChildren();
            } else if (start == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean found = json.currentName().equals(eosToken);
                    json.nextToken();
                    id = found ? json.getIntValue() : id;
                }
            } else {
                for (int i = 0; json.nextToken() == JsonToken.START_ARRAY; i++) {
                    json.nextToken();
                    id = eosToken.equals(json.getString()) ? i : id;
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        json.skipChildren();
                    }
                }
            }
        }
        return id;
    }
}
