package io.attune.text;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The number of bytes of text that each token stands for. This is known for a tokenizer that cuts the bytes of a
 * text into tokens and drops, adds and changes none: byte-level BPE. The positions of the tokens then follow from
 * their ids. The native library needs half of the time of the whole encoding to report them.
 *
 * @param byId number of bytes, by token id
 * @param composes whether the tokenizer first normalizes the text to Unicode's composed form (NFC); positions are
 *     then computed only for texts that NFC does not change
 */
record ByteLengths(int[] byId, boolean composes) {

    private static final String BYTE_LEVEL = "ByteLevel";
    private static final Set<String> KEEPING_SPLITS = Set.of("Split", "Punctuation", "Digits");
    private static final int FIRST_COMBINING = 0x300; // NFC changes no character below this one

    /**
     * Returns the byte lengths of a tokenizer; empty if the tokenizer does not cut the bytes of a text.
     *
     * @param model {@code model} of tokenizer.json without vocabulary and merges
     */
    static Optional<ByteLengths> of(
            JsonNode normalizer,
            JsonNode preTokenizer,
            JsonNode model,
            Vocabulary vocabulary,
            Collection<AddedToken> added) {
        boolean composes = normalizer.path("type").asString("").equals("NFC");
        boolean keepsText = normalizer.isNull() || normalizer.isMissingNode() || composes;
        boolean cutsBytes = model.path("type").asString("BPE").equals("BPE")
                && model.path("continuing_subword_prefix").asString("").isEmpty()
                && model.path("end_of_word_suffix").asString("").isEmpty()
                && model.path("unk_token").asString("").isEmpty(); // place() detects text without a token
        boolean keepsSpaces = added.stream().noneMatch(token -> token.lstrip() || token.rstrip());
        if (!keepsText || !cutsBytes || !keepsSpaces || !writesBytes(preTokenizer)) {
            return Optional.empty();
        }
        int[] bytes = new int[vocabulary.size()];
        vocabulary.ids().forEach((token, id) -> bytes[id] = token.length()); // one letter for each byte
        vocabulary.added().forEach((id, token) -> bytes[id] = token.getBytes(StandardCharsets.UTF_8).length);
        return Optional.of(new ByteLengths(bytes, composes));
    }

    private static boolean writesBytes(JsonNode preTokenizer) {
        JsonNode steps = preTokenizer.path("pretokenizers");
        if (!steps.isArray()) {
            return isByteLevel(preTokenizer);
        }
        boolean written = false;
        for (JsonNode step : steps) {
            boolean keeps = KEEPING_SPLITS.contains(step.path("type").asString(""))
                    && !step.path("behavior").asString("").equals("Removed");
            if (!keeps && !isByteLevel(step)) {
                return false;
            }
            written |= isByteLevel(step);
        }
        return written;
    }

    private static boolean isByteLevel(JsonNode step) {
        return step.path("type").asString("").equals(BYTE_LEVEL)
                && !step.path("add_prefix_space").asBoolean(true);
    }

    /** Returns the positions of the ids in the text that they encode; empty if the ids do not determine them. */
    Optional<Encoded> place(String text, int[] ids) {
        if (composes && text.chars().anyMatch(c -> c >= FIRST_COMBINING)) {
            return Optional.empty();
        }
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        int at = 0; // the char at which the current code point begins
        int firstByte = 0; // the first byte of that code point
        int done = 0; // bytes of the tokens so far
        for (int i = 0; i < ids.length; i++) {
            int last = done + byId[ids[i]] - 1;
            while (at < text.length() && firstByte + bytes(text, at) <= done) {
                firstByte += bytes(text, at);
                at += chars(text, at);
            }
            starts[i] = at;
            while (at < text.length() && firstByte + bytes(text, at) <= last) {
                firstByte += bytes(text, at);
                at += chars(text, at);
            }
            if (at == text.length()) {
                return Optional.empty();
            }
            ends[i] = at + chars(text, at);
            done = last + 1;
        }
        boolean whole = ids.length > 0 && ends[ids.length - 1] == text.length() && done == firstByte + bytes(text, at);
        return whole ? Optional.of(new Encoded(ids, starts, ends)) : Optional.empty();
    }

    private static int chars(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at)) ? 2 : 1;
    }

    private static int bytes(String text, int at) {
        char c = text.charAt(at);
        if (c < 0x80) {
            return 1;
        }
        if (c < 0x800) {
            return 2;
        }
        return Character.isHighSurrogate(c) ? 4 : 3;
    }
}
