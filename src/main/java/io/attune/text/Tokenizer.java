package io.attune.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokenizer of a model folder ({@code tokenizer.json}), as transformers applies it with {@code
 * add_special_tokens=False}: nothing is added, cut or padded, and special tokens that stand in the text are recognised
 * as such. Holds native memory until closed. Safe for use by several threads.
 */
public final class Tokenizer implements AutoCloseable {

    private final HuggingFaceTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final Map<String, String> specialTokens;

    private Tokenizer(HuggingFaceTokenizer tokenizer, Vocabulary vocabulary, Map<String, String> specialTokens) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.specialTokens = specialTokens;
    }

    /** Opens the tokenizer of a model folder. */
    public static Tokenizer open(Path modelFolder) throws IOException {
        Path file = modelFolder.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString(), null, "the model folder has no tokenizer.json");
        }
        Vocabulary vocabulary = Vocabulary.read(file);
        Map<String, String> specialTokens = SpecialTokens.read(modelFolder);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                file, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
        return new Tokenizer(tokenizer, vocabulary, specialTokens);
    }

    /** The ids of {@code text}. */
    public int[] encode(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        return Arrays.stream(tokenizer.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** The text of {@code ids}; bytes that are no UTF-8 become U+FFFD. */
    public String decode(int[] ids, boolean skipSpecial) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
    }

    /** One more than the largest id. */
    public int vocabSize() {
        return vocabulary.size();
    }

    /** The id of a token as it is written in the vocabulary, such as {@code <|im_end|>}. */
    public OptionalInt id(String token) {
        Integer id = vocabulary.ids().get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The id of {@code bos_token}, {@code eos_token}, {@code pad_token} or {@code unk_token}, where the model names
     * one.
     */
    public OptionalInt specialId(String name) {
        String token = specialTokens.get(name);
        return token == null ? OptionalInt.empty() : id(token);
    }

    /** Whether {@code id} is a token that was added to the vocabulary as a unit, such as a special token. */
    public boolean isAdded(int id) {
        return vocabulary.added().get(id);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
