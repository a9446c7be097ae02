package io.attune.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the tokenizer files of a Hugging Face folder out of a GGUF file's metadata: byte-level BPE, as the model's own tokenizer has it.
 * Which way of splitting a text belongs to a model is known by {@code tokenizer.ggml.pre}; a name that is not known here is refused, since
 * another split gives other tokens without any error.
 */
final class GgufTokenizer {

    /** How Llama 3 splits; transformers' own pattern for it. */
    private static final String LLAMA3_PATTERN =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;

    private final GgufMetadata metadata;
    private final List<String> tokens;
    private final List<Long> types;
    private final String pre;

    private GgufTokenizer(GgufMetadata metadata) {
        this.metadata = metadata;
        String model = metadata.text("tokenizer.ggml.model");
        if (!model.equals("gpt2")) {
            throw metadata.refused(
                    "tokenizer.ggml.model",
                    "is \"" + model + "\"; only \"gpt2\" (byte-level BPE) is built: "
                            + "import the model's Hugging Face folder");
        }
        pre = metadata.text("tokenizer.ggml.pre");
        if (!Set.of("smollm", "gpt-2", "llama-bpe").contains(pre)) {
            throw metadata.refused(
                    "tokenizer.ggml.pre",
                    "is \"" + pre + "\"; only \"smollm\", \"gpt-2\" and \"llama-bpe\" are "
                            + "built: import the model's Hugging Face folder");
        }
        tokens = metadata.texts("tokenizer.ggml.tokens");
        types = metadata.integers("tokenizer.ggml.token_type");
        if (types.size() != tokens.size()) {
            throw metadata.refused(
                    "tokenizer.ggml.token_type", "has " + types.size() + " entries for " + tokens.size() + " tokens");
        }
    }

    /** Reads and checks the tokenizer of a file. */
    static GgufTokenizer of(GgufMetadata metadata) {
        return new GgufTokenizer(metadata);
    }

    /** Writes tokenizer.json, tokenizer_config.json, generation_config.json and, where there is a template, chat_template.jinja. */
    void write(Path folder) throws IOException {
        JsonFile.write(folder.resolve("tokenizer.json"), tokenizer());
        JsonFile.write(folder.resolve("tokenizer_config.json"), tokenizerConfig());
        JsonFile.write(folder.resolve("generation_config.json"), generationConfig());
        if (metadata.has("tokenizer.chat_template")) {
            Files.writeString(folder.resolve("chat_template.jinja"), metadata.text("tokenizer.chat_template"));
        }
    }

    private ObjectNode tokenizer() {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        json.put("version", "1.0");
        json.putNull("truncation");
        json.putNull("padding");
        addedTokens(json.putArray("added_tokens"));
        json.putNull("normalizer");
        ArrayNode split =
                json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        switch (pre) {
            case "smollm" -> split.addObject().put("type", "Digits").put("individual_digits", true);
            case "llama-bpe" -> {
                ObjectNode pattern = split.addObject().put("type", "Split");
                pattern.putObject("pattern").put("Regex", LLAMA3_PATTERN);
                pattern.put("behavior", "Isolated").put("invert", false);
            }
            default -> { // GPT-2's pattern is ByteLevel's own
            }
        }
        byteLevel(split.addObject(), !pre.equals("llama-bpe"));
        postProcessor(json);
        byteLevel(json.putObject("decoder"), true);
        model(json.putObject("model"));
        return json;
    }

    private static void byteLevel(ObjectNode json, boolean useRegex) {
        json.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", useRegex);
    }

    private void addedTokens(ArrayNode json) {
        for (int id = 0; id < tokens.size(); id++) {
            int type = types.get(id).intValue();
            switch (type) {
                case UNKNOWN, CONTROL, USER_DEFINED ->
                    json.addObject()
                            .put("id", id)
                            .put("content", tokens.get(id))
                            .put("single_word", false)
                            .put("lstrip", false)
                            .put("rstrip", false)
                            .put("normalized", false)
                            .put("special", type != USER_DEFINED);
                case NORMAL, UNUSED -> {}
                default ->
                    throw metadata.refused(
                            "tokenizer.ggml.token_type",
                            "gives token " + id + " the type " + type + "; byte-level BPE has no such tokens");
            }
        }
    }

    private void postProcessor(ObjectNode json) {
        // llama.cpp puts the first token in front of Llama 3's texts without being told to
        if (!metadata.flag("tokenizer.ggml.add_bos_token", pre.equals("llama-bpe"))) {
            json.putNull("post_processor");
            return;
        }
        int bos = specialId("tokenizer.ggml.bos_token_id");
        ObjectNode processor = json.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        ArrayNode pair = processor.putArray("pair");
        special(single, bos, 0);
        sequence(single, "A", 0);
        special(pair, bos, 0);
        sequence(pair, "A", 0);
        special(pair, bos, 1);
        sequence(pair, "B", 1);
        ObjectNode token = processor.putObject("special_tokens").putObject(tokens.get(bos));
        token.put("id", tokens.get(bos));
        token.putArray("ids").add(bos);
        token.putArray("tokens").add(tokens.get(bos));
    }

    private void special(ArrayNode template, int id, int type) {
        template.addObject().putObject("SpecialToken").put("id", tokens.get(id)).put("type_id", type);
    }

    private static void sequence(ArrayNode template, String name, int type) {
        template.addObject().putObject("Sequence").put("id", name).put("type_id", type);
    }

    private void model(ObjectNode json) {
        json.put("type", "BPE");
        json.putNull("dropout");
        json.putNull("unk_token");
        json.putNull("continuing_subword_prefix");
        json.putNull("end_of_word_suffix");
        json.put("fuse_unk", false);
        json.put("byte_fallback", false);
        json.put("ignore_merges", pre.equals("llama-bpe"));
        ObjectNode vocabulary = json.putObject("vocab");
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            Integer other = ids.put(tokens.get(id), id);
            if (other != null) {
                throw metadata.refused(
                        "tokenizer.ggml.tokens", "holds \"" + tokens.get(id) + "\" twice, as " + other + " and " + id);
            }
            vocabulary.put(tokens.get(id), id);
        }
        ArrayNode merges = json.putArray("merges");
        for (String merge : metadata.texts("tokenizer.ggml.merges")) {
            String[] parts = merge.split(" ", -1);
            if (parts.length != 2
                    || !ids.containsKey(parts[0])
                    || !ids.containsKey(parts[1])
                    || !ids.containsKey(parts[0] + parts[1])) {
                throw metadata.refused(
                        "tokenizer.ggml.merges", "holds \"" + merge + "\", which does not join two tokens to a third");
            }
            merges.add(merge);
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
                json.put(name + "_token", tokens.get(specialId(key)));
            }
        }
        if (metadata.has("tokenizer.chat_template")) {
            json.put("chat_template", metadata.text("tokenizer.chat_template"));
        }
        json.put("clean_up_tokenization_spaces", false);
        json.put("model_max_length", metadata.integer("llama.context_length", 1, Integer.MAX_VALUE));
        json.put("tokenizer_class", "PreTrainedTokenizerFast");
        return json;
    }

    /** Generation ends at the end of the text, or of a turn where that is another token. */
    private ObjectNode generationConfig() {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        if (metadata.has("tokenizer.ggml.bos_token_id")) {
            json.put("bos_token_id", specialId("tokenizer.ggml.bos_token_id"));
        }
        Set<Integer> ends = new LinkedHashSet<>();
        for (String name : List.of("eos", "eot", "eom")) {
            String key = "tokenizer.ggml." + name + "_token_id";
            if (metadata.has(key)) {
                ends.add(specialId(key));
            }
        }
        if (ends.size() == 1) {
            json.put("eos_token_id", ends.iterator().next());
        } else if (ends.size() > 1) {
            ArrayNode ids = json.putArray("eos_token_id");
            ends.forEach(ids::add);
        }
        if (metadata.has("tokenizer.ggml.padding_token_id")) {
            json.put("pad_token_id", specialId("tokenizer.ggml.padding_token_id"));
        }
        return json;
    }

    private int specialId(String key) {
        return metadata.integer(key, 0, tokens.size() - 1);
    }
}
