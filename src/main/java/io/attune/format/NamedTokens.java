package io.attune.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads what a model folder says about its special tokens and chat templates, beside tokenizer.json.
 *
 * @param folder the model folder
 * @param config tokenizer_config.json
 * @param tokens the special tokens by their names in tokenizer_config.json, otherwise in special_tokens_map.json
 */
record NamedTokens(Path folder, JsonFile config, Map<String, String> tokens) {

    static NamedTokens read(Path folder) {
        JsonFile config = ifThere(folder.resolve("tokenizer_config.json"));
        Map<String, String> tokens = new LinkedHashMap<>();
        collect(config, tokens);
        if (!config.has("added_tokens_decoder")) { // the same rule as in transformers
            collect(ifThere(folder.resolve("special_tokens_map.json")), tokens);
        }
        return new NamedTokens(folder, config, tokens);
    }

    private static void collect(JsonFile file, Map<String, String> tokens) {
        file.node().forEachEntry((key, value) -> {
            if (key.endsWith("_token")) {
                put(tokens, key, value);
            } else if (key.equals("extra_special_tokens") || key.equals("additional_special_tokens")) {
                int number = 0;
                for (JsonNode token : value) {
                    put(tokens, key + "." + number++, token);
                }
            }
        });
    }

    private static void put(Map<String, String> tokens, String name, JsonNode token) {
        String text = token.isObject() ? token.path("content").asString("") : token.isString() ? token.asString() : "";
        if (!text.isEmpty()) {
            tokens.putIfAbsent(name, text);
        }
    }

    /** The content of a file; an empty object if the file is missing. */
    private static JsonFile ifThere(Path file) {
        return Files.isRegularFile(file)
                ? JsonFile.read(file)
                : new JsonFile(file, "", JsonFile.MAPPER.createObjectNode());
    }

    /** The text of a token by its name: {@code bos_token}, {@code eos_token}, ... */
    Optional<String> text(String name) {
        return Optional.ofNullable(tokens.get(name));
    }

    Collection<String> all() {
        return tokens.values();
    }

    /** The ids that end an answer, from generation_config.json and config.json. */
    Set<Integer> endIds() {
        Set<Integer> ids = new LinkedHashSet<>();
        for (String name : List.of("generation_config.json", "config.json")) {
            JsonNode value = ifThere(folder.resolve(name)).node().path("eos_token_id");
            if (value.isIntegralNumber()) {
                ids.add(value.intValue());
            }
            for (JsonNode id : value) {
                ids.add(id.intValue());
            }
        }
        return ids;
    }

    /**
     * The chat templates. {@code tokenizer.chat_template} is the main template. Templates with other names are
     * {@code tokenizer.chat_template.NAME}, and {@code tokenizer.chat_templates} lists these names.
     */
    Map<String, GgufValue> chatTemplates() {
        Map<String, GgufValue> metadata = new LinkedHashMap<>();
        List<String> others = new ArrayList<>();
        templates().forEach((name, template) -> {
            if (name.equals("default")) {
                metadata.put("tokenizer.chat_template", GgufValue.text(template));
            } else {
                String plain = name.replaceAll("[^A-Za-z0-9]", "_");
                others.add(plain);
                metadata.put("tokenizer.chat_template." + plain, GgufValue.text(template));
            }
        });
        if (!others.isEmpty()) {
            metadata.put("tokenizer.chat_templates", GgufValue.list(GgufValue.Type.STRING, others));
        }
        return metadata;
    }

    /** The templates by name. Files have priority over tokenizer_config.json. */
    private Map<String, String> templates() {
        Map<String, String> templates = new LinkedHashMap<>();
        Path file = folder.resolve("chat_template.jinja");
        JsonNode inConfig = config.node().path("chat_template");
        if (Files.isRegularFile(file)) {
            templates.put("default", content(file));
            Path toolUse = folder.resolve(TextFiles.TOOL_USE_TEMPLATE);
            if (Files.isRegularFile(toolUse)) {
                templates.put("tool_use", content(toolUse));
            }
        } else if (inConfig.isString()) {
            templates.put("default", inConfig.stringValue());
        } else {
            for (JsonNode named : inConfig) {
                templates.put(
                        named.path("name").asString("default"),
                        named.path("template").asString(""));
            }
        }
        return templates;
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
