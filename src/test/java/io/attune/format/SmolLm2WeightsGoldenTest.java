package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.attune.architecture.Activation;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Ropes;
import io.attune.architecture.Sizes;
import io.attune.trainer.RealModel;
import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * SmolLM2-135M-Instruct, imported from its GGUF file, is equal to the model in transformers: every bit of every
 * tensor, and the same tokens.
 */
class SmolLm2WeightsGoldenTest {

    @TempDir
    static Path models;

    private static ImportedModel imported;

    @BeforeAll
    static void importModel() {
        String file = System.getProperty("attune.smollm2", "");
        assumeTrue(
                !file.isBlank(),
                "NOT RUN: the system property attune.smollm2 does not name SmolLM2-135M-Instruct.Q4_1.gguf");
        imported = ModelImport.importModel(Path.of(file), models, "smollm2", "HuggingFaceTB/SmolLM2-135M-Instruct");
    }

    @Test
    void everyTensorHasTheReferencesShapeAndBits() throws NoSuchAlgorithmException {
        new RealModel(imported.folder(), Path.of("src/test/resources/goldens/smollm2"), 2).assertWeights();
    }

    @Test
    void theConfigIsTheReferences() {
        Sizes sizes = new Sizes(49152, 576, 1536, 30, 9, 3, 64, 8192);
        Norm norm = Norm.rms(1e-5);
        Layer layer = Layer.of(
                sizes.attention(Ropes.unscaled(64, 100_000, 1)),
                new Mlp(1536, Mlp.Form.GATED, Activation.SILU, false),
                norm);
        assertThat(imported.config().architecture())
                .isEqualTo(sizes.architecture(norm, Head.plain(true), Names.LLAMA, i -> layer));
        assertThat(imported.config().bosTokenId()).isEqualTo(1);
        assertThat(imported.config().eosTokenIds()).containsExactly(2);
        assertThat(imported.config().padTokenId()).isEqualTo(2);
    }

    @Test
    void textsHaveTheReferencesTokens() throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer()) {
            for (JsonNode prompt : golden("forward.json")) {
                String text = prompt.get("rendered").stringValue();
                long[] ids = new long[prompt.get("input_ids").size()];
                Arrays.setAll(ids, i -> prompt.get("input_ids").get(i).longValue());
                assertThat(tokenizer.encode(text, false, false).getIds())
                        .as(text)
                        .isEqualTo(ids);
                assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
            }
        }
    }

    /**
     * SmolLM2's own tokenizer.json first splits digits off. A reader of GGUF files without this rule gives 256, 216
     * before the 35.
     */
    @ParameterizedTest
    @CsvSource({"'a 12', '81 216 33 34'", "'a   3', '81 333 35'"})
    void digitsStandAloneAsInTheModelsOwnTokenizer(String text, String ids) throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer()) {
            assertThat(tokenizer.encode(text, false, false).getIds())
                    .isEqualTo(Arrays.stream(ids.split(" "))
                            .mapToLong(Long::parseLong)
                            .toArray());
        }
    }

    private static HuggingFaceTokenizer tokenizer() throws IOException {
        return HuggingFaceTokenizer.newInstance(imported.folder().resolve("tokenizer.json"));
    }

    private static JsonNode golden(String name) {
        return JsonMapper.shared()
                .readTree(SmolLm2WeightsGoldenTest.class.getResourceAsStream("/goldens/smollm2/" + name));
    }
}
