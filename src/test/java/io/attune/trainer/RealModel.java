package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attune.architecture.Architecture;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Compares an imported pretrained model with transformers and PEFT. Uses the ids and labels of the reference.
 *
 * @param goldens folder with weights.json, forward.json, lora, full.json
 * @param end the token that ends a text
 */
public record RealModel(Path folder, Path goldens, int end) {

    /** Every tensor has the shape and bits of the reference, and there are no other tensors. */
    public void assertWeights() throws NoSuchAlgorithmException {
        JsonNode expected = Goldens.json(goldens.resolve("weights.json"));
        try (Safetensors weights = Safetensors.open(folder)) {
            assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(expected.propertyNames());
            for (Map.Entry<String, JsonNode> entry : expected.properties()) {
                Safetensors.Tensor tensor = weights.tensor(entry.getKey());
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(tensor.bytes());
                assertThat(HexFormat.of().formatHex(digest.digest()))
                        .as(entry.getKey())
                        .isEqualTo(entry.getValue().get("sha256").stringValue());
                long[] shape = new long[entry.getValue().get("shape").size()];
                Arrays.setAll(shape, i -> entry.getValue().get("shape").get(i).longValue());
                assertThat(tensor.shape()).as(entry.getKey()).isEqualTo(shape);
            }
        }
    }

    void assertForward() {
        try (Torch torch = Torch.start("cpu", 2);
                Decoder decoder = open(torch, null, false)) {
            for (JsonNode prompt : Goldens.json(goldens.resolve("forward.json"))) {
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
                int[] said = new GreedyGeneration(decoder, Set.of(end)).complete(ids, greedy.length, token -> {});
                assertThat(said).isEqualTo(untilEnd(greedy));
            }
        }
    }

    void assertLoraRun() {
        try (Torch torch = Torch.start("cpu", 2)) {
            LoraAdapter adapter =
                    LoraAdapter.load(torch, ModelConfig.read(folder).architecture(), goldens.resolve("lora/init"));
            try (Decoder decoder = open(torch, adapter, false)) {
                run(torch, decoder, Goldens.json(goldens.resolve("lora/run.json")));
            }
        }
    }

    void assertFullRun() {
        try (Torch torch = Torch.start("cpu", 2);
                Decoder decoder = open(torch, null, true)) {
            run(torch, decoder, Goldens.json(goldens.resolve("full.json")));
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
                List<TokenRow> batch = IntStream.range((number - 1) * rowsPerStep, number * rowsPerStep)
                        .mapToObj(i -> rows.get(i % rows.size()))
                        .toList();
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

    private Decoder open(Torch torch, LoraAdapter adapter, boolean trained) {
        Architecture architecture = ModelConfig.read(folder).architecture();
        return new Decoder(torch, architecture, Parameters.load(torch, architecture, folder, trained), adapter);
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    /** Cuts the token that ended a text, which the reference keeps. */
    private int[] untilEnd(int[] greedy) {
        int length = 0;
        while (length < greedy.length && greedy[length] != end) {
            length++;
        }
        return Arrays.copyOf(greedy, length);
    }
}
