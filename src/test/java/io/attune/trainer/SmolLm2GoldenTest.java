package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.architecture.Architecture;
import io.attune.format.ModelConfig;
import io.attune.format.ModelImport;
import io.attune.model.AdamW;
import io.attune.model.Decoder;
import io.attune.model.Goldens;
import io.attune.model.GreedyGeneration;
import io.attune.model.LoraAdapter;
import io.attune.model.Loss;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import io.attune.text.Packer;
import io.attune.text.TokenRow;
import io.attune.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real pretrained model, imported from its GGUF file, against transformers and PEFT; ids and labels are fed as the reference gave them. */
class SmolLm2GoldenTest {

    private static final Path GOLDENS = Path.of("src/test/resources/goldens/smollm2");

    @TempDir
    static Path models;

    private static Path folder;

    @BeforeAll
    static void importModel() {
        String gguf = System.getProperty("attune.smollm2", "");
        assumeTrue(!gguf.isBlank(), "attune.smollm2 does not name the GGUF file of SmolLM2-135M-Instruct");
        ModelImport.importModel(Path.of(gguf), models, "smollm2", "HuggingFaceTB/SmolLM2-135M-Instruct");
        folder = models.resolve("smollm2");
    }

    @Test
    void logitsProbabilitiesAndGreedyTextsAreThoseOfTransformers() {
        try (Torch torch = Torch.start("cpu", 2);
                Decoder decoder = open(torch, null, false)) {
            for (JsonNode prompt : Goldens.json(GOLDENS.resolve("forward.json"))) {
                int[] ids = ints(prompt.get("input_ids"));
                float[][] logits = decoder.logits(ids);
                int[] top = ints(prompt.get("top_ids"));
                for (int i = 0; i < top.length; i++) {
                    double expected = prompt.get("top_logits").get(i).asDouble();
                    assertThat((double) logits[ids.length - 1][top[i]]).isCloseTo(expected, within(2e-3));
                }
                boolean[] all = new boolean[ids.length];
                Arrays.fill(all, 1, ids.length, true);
                Loss loss = decoder.evaluate(Packer.pack(List.of(new TokenSequence(ids, all)), ids.length, 0)
                        .get(0));
                double probability = prompt.get("log_probability_of_input").asDouble();
                assertThat(-loss.sum()).isCloseTo(probability, within(1e-4 * Math.abs(probability)));
                int[] greedy = ints(prompt.get("greedy"));
                int[] said = new GreedyGeneration(decoder, Set.of(2)).complete(ids, greedy.length, token -> {});
                assertThat(said).isEqualTo(untilEnd(greedy));
            }
        }
    }

    @Test
    void everyStepOfALoraRunIsThatOfPeft() {
        try (Torch torch = Torch.start("cpu", 2)) {
            LoraAdapter adapter =
                    LoraAdapter.load(torch, ModelConfig.read(folder).architecture(), GOLDENS.resolve("lora/init"));
            try (Decoder decoder = open(torch, adapter, false)) {
                run(torch, decoder, Goldens.json(GOLDENS.resolve("lora/run.json")));
            }
        }
    }

    @Test
    void everyStepOfFullTrainingIsThatOfTransformers() {
        try (Torch torch = Torch.start("cpu", 2);
                Decoder decoder = open(torch, null, true)) {
            run(torch, decoder, Goldens.json(GOLDENS.resolve("full.json")));
        }
    }

    private static void run(Torch torch, Decoder decoder, JsonNode run) {
        List<TokenRow> rows = new ArrayList<>();
        for (int i = 0; i < run.get("input_ids").size(); i++) {
            int[] labels = ints(run.get("labels").get(i));
            boolean[] target = new boolean[labels.length];
            for (int t = 1; t < labels.length; t++) {
                target[t] = labels[t] != -100;
            }
            rows.add(new TokenRow(i + 1, ints(run.get("input_ids").get(i)), target));
        }
        int rowsPerStep = run.get("rows_per_step").asInt();
        var settings = new AdamW.Settings(0.9, 0.999, 1e-8, 0, run.get("clip").asDouble());
        decoder.train();
        try (AdamW optimizer = new AdamW(torch, decoder.trainable().values(), settings)) {
            var step = new GradientStep(torch, decoder, optimizer, 2048, 1, new Heartbeat(message -> {}));
            for (JsonNode expected : run.get("log")) {
                int number = expected.get("step").asInt();
                List<TokenRow> batch = rows.subList((number - 1) * rowsPerStep, number * rowsPerStep);
                GradientStep.Result result =
                        step.take(number, batch, run.get("learning_rate").asDouble());
                double loss = expected.get("loss").asDouble();
                double norm = expected.get("grad_norm").asDouble();
                assertThat(result.loss().targets())
                        .isEqualTo(expected.get("target_tokens").asLong());
                assertThat(result.loss().mean()).as("loss of step %d", number).isCloseTo(loss, within(1e-4 * loss));
                assertThat(result.gradNorm())
                        .as("gradient norm of step %d", number)
                        .isCloseTo(norm, within(1e-3 * norm));
            }
        }
    }

    private static Decoder open(Torch torch, LoraAdapter adapter, boolean trained) {
        Architecture config = ModelConfig.read(folder).architecture();
        return new Decoder(torch, config, Parameters.load(torch, config, folder, trained), adapter);
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    /** The reference keeps the token that ended a text. */
    private static int[] untilEnd(int[] greedy) {
        int length = 0;
        while (length < greedy.length && greedy[length] != 2) {
            length++;
        }
        return Arrays.copyOf(greedy, length);
    }
}
