package io.attune.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way in which a byte-level vocabulary of a GGUF file splits a text before the merges: the meaning of
 * {@code tokenizer.ggml.pre}. The names and patterns are those of llama.cpp's vocabulary loader. Where llama.cpp also
 * quotes the pattern of the model's tokenizer.json, that form is used here. llama.cpp has no normalizers; the
 * normalizers here are those of the families' tokenizer.json.
 *
 * @param composed whether the tokenizer first brings the text into Unicode's composed form (NFC)
 * @param patterns each pattern splits the pieces that the patterns before it have left; {@link #GPT2}, always the
 *     last, is the pattern of ByteLevel itself
 * @param ignoresMerges whether a word that is a token stays whole, even where no merges lead to it
 * @param startsTexts whether the start-of-text token comes before a text if the file does not say it
 */
record GgufSplit(boolean composed, List<String> patterns, boolean ignoresMerges, boolean startsTexts) {

    private static final String GPT2 = "";
    private static final String DIGIT = "\\p{N}";
    private static final String UP_TO_THREE_DIGITS = "\\p{N}{1,3}";
    private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final String LLAMA3 = words(CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}");
    private static final String QWEN2 = words(CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}");
    private static final String QWEN35 = CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|" + SPACES;
    private static final String MINICPM5 = words(CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}+");
    private static final String SEED_CODER =
            CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|" + SPACES;
    private static final String BAILING = "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+";
    private static final String TEKKEN = casedWords("") + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + SPACES;
    private static final String O200K =
            casedWords(CONTRACTION + "?") + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + SPACES;
    private static final String BLOOM = " ?[^(\\s|[.,!?…。，、।۔،])]+";
    private static final List<String> DEEPSEEK3 = List.of(
            UP_TO_THREE_DIGITS,
            "[一-龥぀-ゟ゠-ヿ]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                    + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|" + SPACES);
    private static final List<String> DEEPSEEK_CODER =
            List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", "[一-龥ࠀ-一가-퟿]+", DIGIT);
    private static final List<String> FALCON = List.of(
            "[\\p{P}\\$\\+<=>\\^~\\|`]+",
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            "[0-9][0-9][0-9]");

    private static final Map<String, GgufSplit> BY_NAME = new LinkedHashMap<>();

    static {
        put(plain(GPT2), "gpt-2", "phi-2", "gigachat", "a.x-4.0", "mellum", "exaone4", "jais", "trillion");
        put(composed(GPT2), "mpt", "olmo");
        put(plain(DIGIT, GPT2), "smollm", "starcoder", "refact", "codeshell", "exaone", "minerva-7b");
        put(composed(DIGIT, GPT2), "command-r");
        put(
                new GgufSplit(false, List.of(LLAMA3), true, true),
                "llama-bpe",
                "llama3",
                "llama-v3",
                "falcon3",
                "falcon-h1",
                "pixtral",
                "lfm2");
        put(plain(LLAMA3), "dbrx", "smaug-bpe", "glm4", "chatglm-bpe");
        put(composed(QWEN2), "qwen2", "deepseek-r1-qwen", "megrez");
        put(plain(QWEN2), "stablelm2", "hunyuan", "grok-2");
        put(composed(QWEN35), "qwen35");
        put(new GgufSplit(false, List.of(UP_TO_THREE_DIGITS, MINICPM5), true, false), "minicpm5");
        put(plain(SEED_CODER), "seed-coder");
        put(plain(BAILING), "bailingmoe", "bailingmoe2", "llada-moe");
        put(new GgufSplit(false, List.of(TEKKEN), true, true), "tekken");
        put(plain(O200K), "gpt-4o", "llama4", "kanana2", "minimax-m2");
        put(plain(BLOOM), "bloom", "poro-chat", "gpt3-finnish");
        put(plain(BLOOM, DIGIT), "viking");
        put(new GgufSplit(false, DEEPSEEK3, false, false), "deepseek-v3", "hunyuan-dense", "joyai-llm");
        put(new GgufSplit(false, DEEPSEEK_CODER, false, false), "deepseek-coder");
        put(new GgufSplit(false, FALCON, false, false), "falcon");
    }

    /** The way of splitting with this name; empty if the name is not supported. */
    static Optional<GgufSplit> named(String pre) {
        return Optional.ofNullable(BY_NAME.get(pre));
    }

    /** The supported names. */
    static Set<String> names() {
        return BY_NAME.keySet();
    }

    void writeNormalizer(ObjectNode tokenizer) {
        if (composed) {
            tokenizer.putObject("normalizer").put("type", "NFC");
        } else {
            tokenizer.putNull("normalizer");
        }
    }

    void writePreTokenizer(ObjectNode tokenizer) {
        ArrayNode steps =
                tokenizer.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        for (String pattern : patterns) {
            if (pattern.equals(DIGIT)) {
                steps.addObject().put("type", "Digits").put("individual_digits", true);
            } else if (!pattern.equals(GPT2)) {
                ObjectNode split = steps.addObject().put("type", "Split");
                split.putObject("pattern").put("Regex", pattern);
                split.put("behavior", "Isolated").put("invert", false);
            }
        }
    }

    /** Whether the step ByteLevel, which writes bytes as letters, splits the text too. */
    boolean byteLevelSplits() {
        return patterns.contains(GPT2);
    }

    private static GgufSplit plain(String... patterns) {
        return new GgufSplit(false, List.of(patterns), false, false);
    }

    private static GgufSplit composed(String... patterns) {
        return new GgufSplit(true, List.of(patterns), false, false);
    }

    private static void put(GgufSplit split, String... names) {
        for (String name : names) {
            BY_NAME.put(name, split);
        }
    }

    private static String words(String wordsAndNumbers) {
        return wordsAndNumbers + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + SPACES;
    }

    /** The pattern of words that begin with capitals or consist of capitals, with an optional ending. */
    private static String casedWords(String after) {
        String upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
        String lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
        String before = "[^\\r\\n\\p{L}\\p{N}]?";
        return before + upper + "*" + lower + "+" + after + "|" + before + upper + "+" + lower + "*" + after;
    }
}
