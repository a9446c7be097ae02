package io.attune.text;

import io.attune.format.ModelFormatException;
import io.attune.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the special tokens that a model folder names ({@code bos_token}, {@code eos_token}, ...), as text. */
final class SpecialTokens {

    private static final List<String> NAMES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private SpecialTokens() {}

    /**
     * Reads {@code tokenizer_config.json}. {@code special_tokens_map.json} (older folders) adds the tokens that it
     * does not name.
     */
    static Map<String, String> read(Path modelFolder) throws IOException {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
            JsonNode config = config(modelFolder.resolve(file));
            for (String name : NAMES) {
                String text = text(config.path(name));
                if (!text.isEmpty()) {
                    tokens.putIfAbsent(name, text);
                }
            }
        }
        return Map.copyOf(tokens);
    }

    /**
     * Returns the special tokens that a file names: first the usual ones, then the model's own, such as
     * {@code image_token}.
     */
    static Map<String, JsonNode> named(JsonNode file) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        NAMES.forEach(name -> putNamed(named, name, file.path(name)));
        file.forEachEntry((key, value) -> {
            if (key.endsWith("_token")) {
                putNamed(named, key, value);
            }
        });
        if (file.path("extra_special_tokens").isObject()) {
            file.path("extra_special_tokens").forEachEntry((key, value) -> putNamed(named, key, value));
        }
        return named;
    }

    private static void putNamed(Map<String, JsonNode> named, String key, JsonNode value) {
        if (!text(value).isEmpty()) {
            named.put(key, value);
        }
    }

    /** Returns the special tokens that a file lists without names. */
    static List<JsonNode> extra(JsonNode file) {
        JsonNode listed = file.path("extra_special_tokens");
        if (listed.isMissingNode() || listed.isNull()) {
            listed = file.path("additional_special_tokens"); // before transformers 5
        }
        List<JsonNode> extra = new ArrayList<>();
        if (listed.isArray()) {
            listed.forEach(token -> {
                if (!text(token).isEmpty()) {
                    extra.add(token);
                }
            });
        }
        return extra;
    }

    /** Returns a token's text; empty if the value is not a token. */
    static String text(JsonNode token) {
        JsonNode text = token.isObject() ? token.path("content") : token; // an AddedToken is written as an object
        return text.isString() ? text.stringValue() : "";
    }

    /** Returns the file as JSON; an empty object if there is no file. */
    static JsonNode config(Path file) throws IOException {
        JsonMapper mapper = JsonMapper.shared();
        if (!Files.isRegularFile(file)) {
            return mapper.createObjectNode();
        }
        byte[] json = Files.readAllBytes(file);
        try {
            return mapper.readTree(json);
        } catch (JacksonException e) {
            throw new ModelFormatException(file + " is not JSON: " + StrictJson.problem(json), e);
        }
    }
}
