package io.attune.text;

import io.attune.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The special tokens that a model folder names ({@code bos_token}, {@code eos_token}, ...), as text. */
final class SpecialTokens {

    private static final List<String> NAMES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private SpecialTokens() {}

    /**
     * From {@code tokenizer_config.json}, and {@code special_tokens_map.json} (older folders) for what it does not
     * name.
     */
    static Map<String, String> read(Path modelFolder) throws IOException {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
            JsonNode config = config(modelFolder.resolve(file));
            for (String name : NAMES) {
                JsonNode token = config.path(name);
                JsonNode text =
                        token.isObject() ? token.path("content") : token; // an AddedToken is written as an object
                if (text.isString()) {
                    tokens.putIfAbsent(name, text.stringValue());
                }
            }
        }
        return Map.copyOf(tokens);
    }

    /** The file as JSON; an empty object if there is none. */
    static JsonNode config(Path file) throws IOException {
        JsonMapper mapper = JsonMapper.shared();
        if (!Files.isRegularFile(file)) {
            return mapper.createObjectNode();
        }
        byte[] json = Files.readAllBytes(file);
        try {
            return mapper.readTree(json);
        } catch (JacksonException e) {
            throw new IOException(file + " is not JSON: " + StrictJson.problem(json), e);
        }
    }
}
