package io.attune.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the tokenizer files of a Hugging Face folder from a GGUF file's metadata. */
final class GgufTokenizer {

    private final GgufMetadata metadata;
    private final GgufVocabulary vocabulary;
    private final GgufTokens tokens;

    private GgufTokenizer(GgufMetadata metadata) {
        this.metadata = metadata;
        String model = metadata.text("tokenizer.ggml.model");
        vocabulary = switch (model) {
            case "gpt2" -> GgufByteLevel.of(GgufTokens.read(metadata));
            case "llama" -> GgufSentencePiece.of(GgufTokens.read(metadata));
            default ->
                throw metadata.refused(
                        "tokenizer.ggml.model",
                        "is \"" + model + "\"; only \"gpt2\" (byte-level BPE) and \"llama\" (SentencePiece) are built: "
                                + "import the model's Hugging Face folder");
        };
        tokens = vocabulary.tokens();
    }

    /** Reads and checks the tokenizer of a file. */
    static GgufTokenizer of(GgufMetadata metadata) {
        return new GgufTokenizer(metadata);
    }

    /**
     * Writes tokenizer.json, tokenizer_config.json, generation_config.json, and chat_template.jinja if the file has a
     * template.
     */
    void write(Path folder) throws IOException {
        JsonFile.write(folder.resolve("tokenizer.json"), tokenizer());
        JsonFile.write(folder.resolve("tokenizer_config.json"), tokenizerConfig());
        JsonFile.write(folder.resolve("generation_config.json"), generationConfig());
        if (metadata.has("tokenizer.chat_template")) {
            Files.writeString(folder.resolve("chat_template.jinja"), metadata.text("tokenizer.chat_template"));
        }
    }

    /** The content of tokenizer.json. */
    ObjectNode tokenizer() {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        json.put("version", "1.0");
        json.putNull("truncation");
        json.putNull("padding");
        addedTokens(json.putArray("added_tokens"));
        vocabulary.writeSplitting(json);
        postProcessor(json);
        vocabulary.writeDecoder(json);
        ObjectNode model = json.putObject("model");
        vocabulary.writeModel(model);
        ObjectNode ids = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            ids.put(tokens.text(id), id);
        }
        vocabulary.writeMerges(model);
        return json;
    }

    private void addedTokens(ArrayNode json) {
        boolean isPhi3 =
                metadata.text("general.name", "").toLowerCase(Locale.ROOT).matches(".*phi-?3.*");
        for (int id = 0; id < tokens.size(); id++) {
            if (vocabulary.isAdded(id)) {
                json.addObject()
                        .put("id", id)
                        .put("content", tokens.text(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", isPhi3 && takesSpacesInPhi3(tokens.text(id)))
                        .put("normalized", false)
                        .put("special", tokens.type(id) != GgufTokens.USER_DEFINED);
            }
        }
    }

    /**
     * Whether a token of Phi-3 takes the spaces behind it. GGUF has no key for this, so llama.cpp goes by the model's
     * name.
     */
    private static boolean takesSpacesInPhi3(String token) {
        return !Set.of("<unk>", "<s>", "<|endoftext|>").contains(token);
    }

    private void postProcessor(ObjectNode json) {
        Integer start = metadata.flag("tokenizer.ggml.add_bos_token", vocabulary.startsTexts())
                ? Integer.valueOf(tokens.named("tokenizer.ggml.bos_token_id"))
                : null;
        Integer end = metadata.flag("tokenizer.ggml.add_eos_token", false)
                ? Integer.valueOf(tokens.named("tokenizer.ggml.eos_token_id"))
                : null;
        if (start == null && end == null) {
            json.putNull("post_processor");
            return;
        }
        ObjectNode processor = json.putObject("post_processor").put("type", "TemplateProcessing");
        sequence(processor.putArray("single"), "A", 0, start, end);
        ArrayNode pair = processor.putArray("pair");
        sequence(pair, "A", 0, start, end);
        sequence(pair, "B", 1, start, end);
        ObjectNode special = processor.putObject("special_tokens");
        describe(special, start);
        describe(special, end);
    }

    private void sequence(ArrayNode template, String name, int type, Integer start, Integer end) {
        special(template, start, type);
        template.addObject().putObject("Sequence").put("id", name).put("type_id", type);
        special(template, end, type);
    }

    private void special(ArrayNode template, Integer id, int type) {
        if (id != null) {
            template.addObject()
                    .putObject("SpecialToken")
                    .put("id", tokens.text(id))
                    .put("type_id", type);
        }
    }

    private void describe(ObjectNode special, Integer id) {
        if (id != null) {
            ObjectNode token = special.putObject(tokens.text(id));
            token.put("id", tokens.text(id));
            token.putArray("ids").add(id.intValue());
            token.putArray("tokens").add(tokens.text(id));
        }
    }

    private ObjectNode tokenizerConfig() {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        json.put("add_prefix_space", false);
        for (String name : List.of("bos", "eos", "pad", "unk")) {
            String key = "tokenizer.ggml."
                    + switch (name) {
                        case "pad" -> "padding";
                        case "unk" -> "unknown";
                        default -> name;
                    }
                    + "_token_id";
            if (metadata.has(key)) {
                json.put(name + "_token", tokens.text(tokens.named(key)));
            }
        }
        if (metadata.has("tokenizer.chat_template")) {
            json.put("chat_template", metadata.text("tokenizer.chat_template"));
        }
        json.put("clean_up_tokenization_spaces", false);
        json.put(
                "model_max_length",
                metadata.integer(metadata.text("general.architecture") + ".context_length", 1, Integer.MAX_VALUE));
        json.put("tokenizer_class", "PreTrainedTokenizerFast");
        return json;
    }

    /**
     * Makes generation_config.json. Generation ends at the token that ends a text, or at another token that ends a
     * turn.
     */
    private ObjectNode generationConfig() {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        if (metadata.has("tokenizer.ggml.bos_token_id")) {
            json.put("bos_token_id", tokens.named("tokenizer.ggml.bos_token_id"));
        }
        Set<Integer> ends = new LinkedHashSet<>();
        for (String name : List.of("eos", "eot", "eom")) {
            String key = "tokenizer.ggml." + name + "_token_id";
            if (metadata.has(key)) {
                ends.add(tokens.named(key));
            }
        }
        if (ends.size() == 1) {
            json.put("eos_token_id", ends.iterator().next());
        } else if (ends.size() > 1) {
            ArrayNode ids = json.putArray("eos_token_id");
            ends.forEach(ids::add);
        }
        if (metadata.has("tokenizer.ggml.padding_token_id")) {
            json.put("pad_token_id", tokens.named("tokenizer.ggml.padding_token_id"));
        }
        return json;
    }
}
