package io.attune.trainer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.format.ModelImport;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares a real chat model of the family llama with transformers and PEFT. */
class SmolLm2GoldenTest {

    @TempDir
    static Path models;

    private static RealModel model;

    @BeforeAll
    static void importModel() {
        String gguf = System.getProperty("attune.smollm2", "");
        assumeTrue(!gguf.isBlank(), "attune.smollm2 does not name the GGUF file of SmolLM2-135M-Instruct");
        ModelImport.importModel(Path.of(gguf), models, "smollm2", "HuggingFaceTB/SmolLM2-135M-Instruct");
        model = new RealModel(models.resolve("smollm2"), Path.of("src/test/resources/goldens/smollm2"), 2);
    }

    @Test
    void logitsProbabilitiesAndGreedyTextsAreThoseOfTransformers() {
        model.assertForward();
    }

    @Test
    void everyStepOfALoraRunIsThatOfPeft() {
        model.assertLoraRun();
    }

    @Test
    void everyStepOfFullTrainingIsThatOfTransformers() {
        model.assertFullRun();
    }
}
