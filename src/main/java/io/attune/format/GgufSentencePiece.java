package io.attune.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The BPE of SentencePiece ({@code tokenizer.ggml.model} is {@code llama}): pieces with scores. {@code ▁} stands for
 * a space in a piece. The 256 byte tokens stand for the bytes of characters without a piece.
 *
 * <p>SentencePiece has no merges. It joins the two neighbours whose joined piece has the highest score. The class
 * therefore makes a merge of each way of cutting a piece in two. The rank of a merge follows the score of its piece.
 *
 * <p>Gemma has tokens of several spaces. The GGUF file holds them with plain spaces. Their merges come first, the
 * shorter tokens before the longer ones. Therefore a run of spaces that is longer than every such token is cut into
 * even parts, as in transformers. SentencePiece itself takes the longest token first.
 *
 * @param tokens with the texts of tokenizer.json
 * @param scores by id; infinite for tokens of spaces
 * @param startsWithSpace whether the tokenizer puts a space before each stretch of text
 * @param singleSpaces whether the tokenizer drops spaces at the ends of a text and joins several spaces to one
 * @param unknown the token for characters with neither a piece nor byte tokens
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

    /** True: llama.cpp puts the start token in front of texts unless the file forbids it. */
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
            while (cut > 0) { // the longest left part comes first, as in transformers
                String left = piece.substring(0, cut);
                String right = piece.substring(cut);
                if (tokens.ids().containsKey(left) && tokens.ids().containsKey(right)) {
                    merges.add(left + " " + right);
                }
                cut = piece.offsetByCodePoints(cut, -1);
            }
        }
    }

    /** The ids that a merge can give, the highest score first. */
    private List<Integer> merged() {
        List<Integer> merged = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            String piece = tokens.text(id);
            boolean isPiece = tokens.type(id) == GgufTokens.NORMAL
                    || tokens.type(id) == GgufTokens.UNUSED
                    || scores.get(id) == Double.POSITIVE_INFINITY;
            if (isPiece && !piece.isEmpty() && piece.indexOf(' ') < 0) { // pieces of a text hold ▁, never a space
                merged.add(id);
            }
        }
        merged.sort(Comparator.comparingDouble((Integer id) -> -scores.get(id)).thenComparing(id -> id));
        return merged;
    }
}
