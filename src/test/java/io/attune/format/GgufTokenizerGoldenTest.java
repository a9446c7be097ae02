package io.attune.format;

import static io.attune.text.TokenizerGoldens.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.text.Tokenizer;
import io.attune.text.TokenizerGoldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares vocabularies of GGUF files with SentencePiece, transformers and the original tokenizer.json. */
class GgufTokenizerGoldenTest {

    private static final Path GEMMA = Path.of("src/test/resources/goldens/gemma3-270m/tokens.json");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> piecesWithScoresGiveTheIdsOfSentencePiece() throws IOException {
        List<String> texts = TokenizerGoldens.texts();
        return TokenizerGoldens.names("sentencepiece").stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    JsonNode golden = TokenizerGoldens.read("sentencepiece", name);
                    Map<String, Object> metadata = new HashMap<>();
                    golden.get("metadata").forEachEntry((key, value) -> metadata.put(key, plain(value)));
                    int compared = 0;
                    try (Tokenizer tokenizer = converted(metadata)) {
                        for (int i = 0; i < texts.size(); i++) {
                            if (!golden.get("rows").get(i).isNull()) {
                                assertThat(tokenizer.encode(texts.get(i)))
                                        .as(texts.get(i))
                                        .isEqualTo(ints(golden.get("rows").get(i)));
                                compared++;
                            }
                        }
                    }
                    assertThat(compared).isGreaterThan(80);
                }));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt2, gpt-2",
        "llama3, llama-bpe",
        "qwen2, qwen2",
        "qwen35, qwen35",
        "smollm, smollm",
        "bloom, bloom",
        "gpt_oss, gpt-4o",
        "tekken, tekken",
        "deepseek, deepseek-v3",
        "glm4, glm4"
    })
    void byteLevelVocabulariesGiveTheIdsOfTheTokenizerThatTheyWereMadeOf(String name, String pre) throws IOException {
        JsonNode golden = TokenizerGoldens.read("", name);
        List<String> texts = TokenizerGoldens.texts();
        try (Tokenizer tokenizer = converted(metadata(golden.get("tokenizer"), pre))) {
            for (int i = 0; i < texts.size(); i++) {
                assertThat(tokenizer.encode(texts.get(i)))
                        .as(texts.get(i))
                        .isEqualTo(ints(golden.get("rows").get(i).get(0)));
            }
        }
    }

    @Test
    void gemmasVocabularyOf262144TokensGivesTheIdsAndTextsOfTransformers() throws IOException {
        String gguf = System.getProperty("attune.gemma3", "");
        assumeTrue(!gguf.isBlank(), "attune.gemma3 does not name the GGUF file of gemma-3-270m");
        try (Gguf file = Gguf.open(Path.of(gguf))) {
            GgufTokenizer.of(file.metadata()).write(folder);
        }
        JsonNode goldens = JsonMapper.shared().readTree(GEMMA);
        assertThat(goldens.size()).isEqualTo(8);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.vocabSize()).isEqualTo(262_144);
            assertThat(tokenizer.prefix()).containsExactly(2);
            for (JsonNode golden : goldens) {
                int[] ids = ints(golden.get("input_ids"));
                assertThat(ids[0]).isEqualTo(2);
                assertThat(tokenizer.encode(golden.get("text").stringValue()))
                        .isEqualTo(Arrays.copyOfRange(ids, 1, ids.length));
                assertThat(tokenizer.decode(ints(golden.get("greedy")), false))
                        .isEqualTo(golden.get("greedy_text").stringValue());
            }
        }
    }

    private Tokenizer converted(Map<String, Object> metadata) throws IOException {
        GgufTokenizer.of(new GgufMetadata(folder.resolve("x.gguf"), metadata)).write(folder);
        return Tokenizer.open(folder);
    }

    /** The metadata that a converter to GGUF writes for a tokenizer.json. */
    private static Map<String, Object> metadata(JsonNode tokenizer, String pre) {
        JsonNode vocab = tokenizer.get("model").get("vocab");
        List<Object> tokens = new ArrayList<>(Collections.nCopies(vocab.size(), ""));
        List<Object> types = new ArrayList<>(Collections.nCopies(vocab.size(), 1L));
        vocab.forEachEntry((token, id) -> tokens.set(id.intValue(), token));
        tokenizer.get("added_tokens").forEach(token -> types.set(token.get("id").intValue(), 3L));
        List<Object> merges = new ArrayList<>();
        tokenizer
                .get("model")
                .get("merges")
                .forEach(pair ->
                        merges.add(pair.get(0).stringValue() + " " + pair.get(1).stringValue()));
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("general.architecture", "llama");
        metadata.put("llama.context_length", 64L);
        metadata.put("tokenizer.ggml.model", "gpt2");
        metadata.put("tokenizer.ggml.pre", pre);
        metadata.put("tokenizer.ggml.tokens", tokens);
        metadata.put("tokenizer.ggml.token_type", types);
        metadata.put("tokenizer.ggml.merges", merges);
        metadata.put("tokenizer.ggml.bos_token_id", 0L);
        return metadata;
    }

    /** The value in the form that the reader of GGUF files gives. */
    static Object plain(JsonNode value) {
        if (value.isArray()) {
            List<Object> list = new ArrayList<>();
            value.forEach(element -> list.add(plain(element)));
            return list;
        }
        if (value.isString()) {
            return value.stringValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return value.isIntegralNumber() ? (Object) value.longValue() : (Object) value.doubleValue();
    }
}
