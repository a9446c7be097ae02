package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.format.ModelImport;
import io.attune.model.Goldens;
import io.attune.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Compares a real model of the family gemma3, from a GGUF file of mixed 4- to 8-bit blocks, with transformers and
 * PEFT.
 */
class Gemma3GoldenTest {

    @TempDir
    static Path models;

    private static RealModel model;

    @BeforeAll
    static void importModel() {
        String gguf = System.getProperty("attune.gemma3", "");
        assumeTrue(!gguf.isBlank(), "attune.gemma3 does not name the GGUF file of gemma-3-270m");
        ModelImport.importModel(Path.of(gguf), models, "gemma3", "google/gemma-3-270m");
        model = new RealModel(models.resolve("gemma3"), Path.of("src/test/resources/goldens/gemma3-270m"), 1);
    }

    @Test
    void everyTensorHasTheReferencesShapeAndBits() throws NoSuchAlgorithmException {
        model.assertWeights();
    }

    @Test
    void textsHaveTheReferencesTokens() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(model.folder())) {
            for (JsonNode prompt : Goldens.json(model.goldens().resolve("forward.json"))) {
                int[] ids = new int[prompt.get("input_ids").size()];
                Arrays.setAll(ids, i -> prompt.get("input_ids").get(i).intValue());
                assertThat(tokenizer.encodeWithSpecial(prompt.get("text").stringValue()))
                        .as(prompt.get("text").toString())
                        .isEqualTo(ids);
            }
        }
    }

    @Test
    void logitsProbabilitiesAndGreedyTextsAreThoseOfTransformers() {
        model.assertForward();
    }

    @Test
    void everyStepOfALoraRunIsThatOfPeft() {
        model.assertLoraRun();
    }
}
