package io.attune.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.attune.format.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The tokenizer of a model folder ({@code tokenizer.json}), with the results of transformers. {@link #encode} does
 * not add, cut or pad ({@code add_special_tokens=False}), and recognises special tokens in the text.
 * {@link #prefix} and {@link #suffix} are the ids that {@code add_special_tokens=True} puts around a text. Holds
 * native memory until closed. Safe for use by several threads.
 *
 * <p>The native library is version 0.21.4 of the tokenizers library. Its ids equal those of version 0.23.3, with
 * one exception: a lower-casing normalizer and the capital letters that Unicode 17 has added (from U+A7CE and
 * U+16EA0 on).
 */
public final class Tokenizer implements AutoCloseable {

    /** Texts to find the post-processor's tokens with. Every tokenizer has a token for at least one of them. */
    private static final List<String> PROBES = List.of("a", "A", "0", ".", " ", "▁", "word");

    private final NativeTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final Optional<ByteLengths> byteLengths;
    private final Map<String, String> specialTokens;
    private final int[] prefix;
    private final int[] suffix;

    private Tokenizer(NativeTokenizer tokenizer, TokenizerJson json, Map<String, String> specialTokens) {
        this.tokenizer = tokenizer;
        vocabulary = json.vocabulary();
        byteLengths = json.byteLengths();
        this.specialTokens = specialTokens;
        NativeTokenizer.Marked probe = PROBES.stream()
                .map(tokenizer::marked)
                .filter(marked -> Arrays.stream(marked.added()).anyMatch(added -> added == 0))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there are no tokens for plain text"));
        int start = 0;
        while (probe.added()[start] == 1) {
            start++;
        }
        int end = probe.ids().length;
        while (probe.added()[end - 1] == 1) {
            end--;
        }
        prefix = Arrays.copyOf(probe.ids(), start);
        suffix = Arrays.copyOfRange(probe.ids(), end, probe.ids().length);
    }

    /**
     * Opens the tokenizer of a model folder.
     *
     * @throws ModelFormatException if the folder has no tokenizer, or one that the native library cannot use
     */
    public static Tokenizer open(Path modelFolder) throws IOException {
        TokenizerJson json = TokenizerJson.read(modelFolder);
        Map<String, String> specialTokens = SpecialTokens.read(modelFolder);
        NativeTokenizer tokenizer = null;
        try {
            tokenizer = new NativeTokenizer(json.text());
            return new Tokenizer(tokenizer, json, specialTokens);
        } catch (RuntimeException e) { // the library has no exception type of its own
            if (tokenizer != null) {
                tokenizer.close();
            }
            throw new ModelFormatException(
                    "tokenizer.json of " + modelFolder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the ids of {@code text}.
     *
     * @throws IllegalArgumentException if the text contains half a surrogate pair
     */
    public int[] encode(String text) {
        checked(text);
        return text.isEmpty() ? new int[0] : tokenizer.ids(text);
    }

    /**
     * Returns the ids of {@code text} with those that the post-processor puts around it
     * ({@code add_special_tokens=True}).
     */
    public int[] encodeWithSpecial(String text) {
        return Stream.of(prefix, encode(text), suffix)
                .flatMapToInt(Arrays::stream)
                .toArray();
    }

    /**
     * Returns the ids of {@code text} and their positions in it.
     *
     * @throws IllegalArgumentException if the text contains half a surrogate pair
     */
    public Encoded encodeWithOffsets(String text) {
        int pairs = checked(text);
        if (text.isEmpty()) {
            return new Encoded(new int[0], new int[0], new int[0]);
        }
        if (byteLengths.isPresent()) {
            int[] ids = tokenizer.ids(text);
            return byteLengths.get().place(text, ids).orElseGet(() -> withNativeSpans(text, pairs));
        }
        return withNativeSpans(text, pairs);
    }

    /** @param pairs number of code points of the text that take two chars */
    private Encoded withNativeSpans(String text, int pairs) {
        NativeTokenizer.Spans spans = tokenizer.spans(text);
        int[] starts = new int[spans.ids().length];
        int[] ends = new int[starts.length];
        int[] chars = pairs == 0 ? null : charsOfCodePoints(text, text.length() - pairs);
        for (int i = 0; i < starts.length; i++) {
            CharSpan span = spans.spans()[i];
            starts[i] = chars == null ? span.getStart() : chars[span.getStart()];
            ends[i] = chars == null ? span.getEnd() : chars[span.getEnd()];
        }
        return new Encoded(spans.ids(), starts, ends);
    }

    /** Returns the char at which each code point of the text begins, and the text's length. */
    private static int[] charsOfCodePoints(String text, int codePoints) {
        int[] chars = new int[codePoints + 1];
        for (int i = 0; i < codePoints; i++) {
            chars[i + 1] = chars[i] + Character.charCount(text.codePointAt(chars[i]));
        }
        return chars;
    }

    /**
     * Counts the code points that take two chars. Refuses half a pair, which the library would turn into three
     * unknown characters.
     */
    private static int checked(String text) {
        int pairs = 0;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    throw new IllegalArgumentException(String.format(
                            "the text holds half a character (U+%04X, a surrogate) at position %d",
                            (int) text.charAt(i), i));
                }
                pairs++;
                i++;
            }
        }
        return pairs;
    }

    /** The ids that the tokenizer's post-processor puts before a text, such as the id of {@code <s>}. */
    public int[] prefix() {
        return prefix.clone();
    }

    /** The ids that the tokenizer's post-processor puts after a text, such as the id of {@code </s>}. */
    public int[] suffix() {
        return suffix.clone();
    }

    /**
     * Returns the text of {@code ids}. Bytes that are not UTF-8 become U+FFFD, and ids without a token are left
     * out. An added token appears as in its file. Version 0.23 of the library differs for a token that is found by
     * its normalized form: it writes that form, and does not leave such a special token out.
     *
     * @param skipSpecial whether to leave special tokens out
     */
    public String decode(int[] ids, boolean skipSpecial) {
        return tokenizer.decode(ids, skipSpecial);
    }

    /** The largest id plus one. */
    public int vocabSize() {
        return vocabulary.size();
    }

    /** Returns the id of a token in its form in the vocabulary, such as {@code <|im_end|>}. */
    public OptionalInt id(String token) {
        Integer id = vocabulary.ids().get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * Returns the id of {@code bos_token}, {@code eos_token}, {@code pad_token} or {@code unk_token}, if the model
     * names one.
     */
    public OptionalInt specialId(String name) {
        String token = specialTokens.get(name);
        return token == null ? OptionalInt.empty() : id(token);
    }

    /** Whether {@code id} is an added token, such as a special token. */
    public boolean isAdded(int id) {
        return vocabulary.added().containsKey(id);
    }

    /** Returns the text of an added token, or null if {@code id} is not an added token. */
    String addedToken(int id) {
        return vocabulary.added().get(id);
    }

    /** The texts of the added tokens that are special. */
    Collection<String> specialTokens() {
        return vocabulary.special().stream()
                .mapToObj(id -> vocabulary.added().get(id))
                .toList();
    }

    /** Whether {@code id} is a special added token, which {@link #decode} can leave out. */
    public boolean isSpecial(int id) {
        return vocabulary.special().get(id);
    }

    /** The texts of all added tokens, by ascending id. */
    public Collection<String> addedTokens() {
        return vocabulary.added().values();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
