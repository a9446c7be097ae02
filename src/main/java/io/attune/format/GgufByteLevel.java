package io.attune.format;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Byte-level BPE ({@code tokenizer.ggml.model} is {@code gpt2}). The key {@code tokenizer.ggml.pre} names the model's
 * way of splitting a text. An unknown name is refused: a wrong split gives wrong tokens without any error.
 */
record GgufByteLevel(GgufTokens tokens, GgufSplit split) implements GgufVocabulary {

    static GgufByteLevel of(GgufTokens tokens) {
        GgufMetadata metadata = tokens.metadata();
        String pre = metadata.text("tokenizer.ggml.pre");
        GgufSplit split = GgufSplit.named(pre)
                .orElseThrow(() -> metadata.refused(
                        "tokenizer.ggml.pre",
                        "is \"" + pre + "\"; built are " + String.join(", ", GgufSplit.names())
                                + ": import the model's Hugging Face folder"));
        for (int id = 0; id < tokens.size(); id++) {
            int type = tokens.type(id);
            if (type < GgufTokens.NORMAL || type > GgufTokens.UNUSED) {
                throw metadata.refused(
                        "tokenizer.ggml.token_type",
                        "gives token " + id + " the type " + type + "; byte-level BPE has no such tokens");
            }
        }
        return new GgufByteLevel(tokens, split);
    }

    @Override
    public boolean startsTexts() {
        return split.startsTexts();
    }

    @Override
    public boolean isAdded(int id) {
        return switch (tokens.type(id)) {
            case GgufTokens.UNKNOWN, GgufTokens.CONTROL, GgufTokens.USER_DEFINED -> true;
            default -> false;
        };
    }

    @Override
    public void writeSplitting(ObjectNode tokenizer) {
        split.writeNormalizer(tokenizer);
        split.writePreTokenizer(tokenizer);
        byteLevel(tokenizer.withArray("/pre_tokenizer/pretokenizers").addObject(), split.byteLevelSplits());
    }

    @Override
    public void writeDecoder(ObjectNode tokenizer) {
        byteLevel(tokenizer.putObject("decoder"), true);
    }

    private static void byteLevel(ObjectNode json, boolean useRegex) {
        json.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", useRegex);
    }

    @Override
    public void writeModel(ObjectNode model) {
        model.put("type", "BPE");
        model.putNull("dropout");
        model.putNull("unk_token");
        model.putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix");
        model.put("fuse_unk", false);
        model.put("byte_fallback", false);
        model.put("ignore_merges", split.ignoresMerges());
    }

    @Override
    public void writeMerges(ObjectNode model) {
        ArrayNode merges = model.putArray("merges");
        for (String merge : tokens.metadata().texts("tokenizer.ggml.merges")) {
            String[] parts = merge.split(" ", -1);
            if (parts.length != 2
                    || !tokens.ids().containsKey(parts[0])
                    || !tokens.ids().containsKey(parts[1])
                    || !tokens.ids().containsKey(parts[0] + parts[1])) {
                throw tokens.metadata()
                        .refused(
                                "tokenizer.ggml.merges",
                                "holds \"" + merge + "\", which does not join two tokens to a third");
            }
            merges.add(merge);
        }
    }
}
