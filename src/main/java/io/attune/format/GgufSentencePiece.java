package io.attune.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * SentencePiece's BPE ({@code tokenizer.ggml.model} is {@code llama}): pieces with scores, in which a space is written
 * {@code ▁}, and 256 tokens for the bytes of what has no piece.
 *
 * <p>SentencePiece has no merges; it joins the neighbours whose piece has the highest score. A merge here therefore
 * ranks as its piece does, and every way of cutting a piece in two is one. Tokens of several spaces, which Gemma has
 * and which the file writes as they stand in a text, come first, the shorter ones before the longer ones. A run of
 * spaces that is longer than all of them is therefore cut as transformers cuts it, in even parts; SentencePiece takes
 * the longest token first.
 *
 * @param tokens as tokenizer.json has them
 * @param scores by id; those of tokens of spaces are infinite
 * @param startsWithSpace whether a space is put before each stretch of text
 * @param singleSpaces whether spaces are dropped at the ends of a text and joined within
 * @param unknown the token of what has neither piece nor bytes
 */
record GgufSentencePiece(
        GgufTokens tokens, List<Double> scores, boolean startsWithSpace, boolean singleSpaces, String unknown)
        implements GgufVocabulary {

    private static final String SPACE = "▁";

    static GgufSentencePiece of(GgufTokens inFile) {
        GgufMetadata metadata = inFile.metadata();
        if (metadata.has("tokenizer.ggml.precompiled_charsmap")) {
            throw metadata.refused(
                    "tokenizer.ggml.precompiled_charsmap",
                    "is there; only texts that are taken as they are written are built: import the model's Hugging"
                            + " Face folder");
        }
        List<Double> scores = new ArrayList<>(metadata.numbers("tokenizer.ggml.scores"));
        if (scores.size() != inFile.size()) {
            throw metadata.refused(
                    "tokenizer.ggml.scores", "has " + scores.size() + " entries for " + inFile.size() + " tokens");
        }
        List<String> spelled = new ArrayList<>(inFile.texts());
        for (int id = 0; id < inFile.size(); id++) {
            int type = inFile.type(id);
            if (type < GgufTokens.NORMAL || type > GgufTokens.BYTE) {
                throw metadata.refused(
                        "tokenizer.ggml.token_type",
                        "gives token " + id + " the type " + type + "; a SentencePiece vocabulary has no such tokens");
            }
            if (type == GgufTokens.USER_DEFINED && isSpaces(inFile.text(id))) {
                spelled.set(id, SPACE.repeat(inFile.text(id).length()));
                scores.set(id, Double.POSITIVE_INFINITY);
            }
        }
        return new GgufSentencePiece(
                inFile.spelled(spelled),
                scores,
                metadata.flag("tokenizer.ggml.add_space_prefix", true),
                metadata.flag("tokenizer.ggml.remove_extra_whitespaces", false),
                spelled.get(metadata.integer("tokenizer.ggml.unknown_token_id", 0, inFile.size() - 1, 0)));
    }

    private static boolean isSpaces(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c == ' ');
    }

    /** llama.cpp puts the first token in front of texts without being told to. */
    @Override
    public boolean startsTexts() {
        return true;
    }

    @Override
    public boolean isAdded(int id) {
        return switch (tokens.type(id)) {
            case GgufTokens.UNKNOWN, GgufTokens.CONTROL -> true;
            case GgufTokens.USER_DEFINED -> scores.get(id) != Double.POSITIVE_INFINITY;
            default -> false;
        };
    }

    @Override
    public void writeSplitting(ObjectNode tokenizer) {
        ArrayNode steps =
                tokenizer.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        if (singleSpaces) {
            replace(steps.addObject(), "Regex", "\\A +|[ ▁]+\\z", "");
            replace(steps.addObject(), "Regex", " {2,}", " ");
        }
        if (startsWithSpace) {
            steps.addObject().put("type", "Prepend").put("prepend", SPACE);
        }
        replace(steps.addObject(), "String", " ", SPACE);
        tokenizer.putNull("pre_tokenizer");
    }

    @Override
    public void writeDecoder(ObjectNode tokenizer) {
        ArrayNode steps = tokenizer.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replace(steps.addObject(), "String", SPACE, " ");
        steps.addObject().put("type", "ByteFallback");
        steps.addObject().put("type", "Fuse");
        if (startsWithSpace) {
            steps.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
    }

    private static void replace(ObjectNode json, String kind, String pattern, String content) {
        json.put("type", "Replace").putObject("pattern").put(kind, pattern);
        json.put("content", content);
    }

    @Override
    public void writeModel(ObjectNode model) {
        model.put("type", "BPE");
        model.putNull("dropout");
        model.put("unk_token", unknown);
        model.putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix");
        model.put("fuse_unk", true);
        model.put("byte_fallback", tokens.types().contains(GgufTokens.BYTE));
        model.put("ignore_merges", false);
    }

    @Override
    public void writeMerges(ObjectNode model) {
        ArrayNode merges = model.putArray("merges");
        for (int id : merged()) {
            String piece = tokens.text(id);
            int cut = piece.offsetByCodePoints(piece.length(), -1);
            while (cut > 0) { // the longer left part first, as transformers has it
                String left = piece.substring(0, cut);
                String right = piece.substring(cut);
                if (tokens.ids().containsKey(left) && tokens.ids().containsKey(right)) {
                    merges.add(left + " " + right);
                }
                cut = piece.offsetByCodePoints(cut, -1);
            }
        }
    }

    /** The ids that merging may lead to, the highest score first. */
    private List<Integer> merged() {
        List<Integer> merged = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            String piece = tokens.text(id);
            boolean isPiece = tokens.type(id) == GgufTokens.NORMAL
                    || tokens.type(id) == GgufTokens.UNUSED
                    || scores.get(id) == Double.POSITIVE_INFINITY;
            if (isPiece && !piece.isEmpty() && piece.indexOf(' ') < 0) { // a space is never within a text's pieces
                merged.add(id);
            }
        }
        merged.sort(Comparator.comparingDouble((Integer id) -> -scores.get(id)).thenComparing(id -> id));
        return merged;
    }
}
