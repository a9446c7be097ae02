package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attune.architecture.Architecture;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
import io.attune.model.AdamW;
import io.attune.model.Decoder;
import io.attune.model.Goldens;
import io.attune.model.LoraAdapter;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import io.attune.text.TokenRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Compares whole runs of tiny random models with transformers and PEFT: every step's loss and gradient norm, and
 * the logits at the end.
 */
class TrainingGoldenTest {

    private static final int SMALL_MICRO_BATCH = 30; // tokens: each step is several packs

    static Stream<Path> runs() {
        return Goldens.runs().stream();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void everyStepAndTheTrainedLogitsAreThoseOfTheReference(Path run) {
        Path family = run.getParent();
        JsonNode settings = Goldens.json(run.resolve("run.json"));
        try (Torch torch = Torch.start("cpu", 1);
                Safetensors data = Safetensors.open(run.resolve("data.safetensors"));
                Safetensors trained = Safetensors.open(run.resolve("logits.safetensors"))) {
            Architecture config = ModelConfig.read(family).architecture();
            Parameters parameters = Parameters.load(torch, config, family, true);
            LoraAdapter adapter = Goldens.isFull(run) ? null : LoraAdapter.load(torch, config, run.resolve("init"));
            try (Decoder decoder = new Decoder(torch, config, parameters, adapter)) {
                train(torch, decoder, settings, data);
                assertThat(Goldens.difference(decoder, trained, "logits")).isLessThan(Goldens.logitsAfter(run));
            }
            if (adapter != null) {
                parameters.merge(torch, adapter);
                try (Decoder merged = new Decoder(torch, config, parameters, null)) {
                    assertThat(Goldens.difference(merged, trained, "merged_logits"))
                            .isLessThan(Goldens.logitsAfter(run));
                }
            }
        }
    }

    private static void train(Torch torch, Decoder decoder, JsonNode settings, Safetensors data) {
        List<List<TokenRow>> batches = new ArrayList<>();
        while (data.names().contains("input_ids." + batches.size())) {
            batches.add(Goldens.rows(data, "." + batches.size()));
        }
        var schedule = new LearningRateSchedule(
                settings.get("scheduler").asString(),
                settings.get("learning_rate").asDouble(),
                settings.get("warmup_steps").asInt(),
                settings.get("steps").asInt());
        var adamW = new AdamW.Settings(
                settings.get("betas").get(0).asDouble(),
                settings.get("betas").get(1).asDouble(),
                settings.get("eps").asDouble(),
                settings.get("weight_decay").asDouble(),
                settings.get("clip").asDouble());
        decoder.train();
        try (AdamW optimizer = new AdamW(torch, decoder.trainable().values(), adamW)) {
            var step = new GradientStep(torch, decoder, optimizer, SMALL_MICRO_BATCH, 1, new Heartbeat(message -> {}));
            for (JsonNode expected : settings.get("log")) {
                int number = expected.get("step").asInt();
                double rate = schedule.at(number);
                assertThat(rate).isCloseTo(expected.get("learning_rate").asDouble(), within(1e-12));
                GradientStep.Result result = step.take(number, batches.get((number - 1) % batches.size()), rate);
                double loss = expected.get("loss").asDouble();
                double norm = expected.get("grad_norm").asDouble();
                assertThat(result.loss().mean()).as("loss of step %d", number).isCloseTo(loss, within(1e-4 * loss));
                assertThat(result.gradNorm())
                        .as("gradient norm of step %d", number)
                        .isCloseTo(norm, within(1e-3 * norm));
            }
        }
    }
}
