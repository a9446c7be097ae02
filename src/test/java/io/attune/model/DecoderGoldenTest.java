package io.attune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.jni.JniUtils;
import io.attune.architecture.Architecture;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
import io.attune.text.Pack;
import io.attune.text.Packer;
import io.attune.text.TokenRow;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares forward and backward passes of tiny random models with transformers. */
class DecoderGoldenTest {

    static Stream<Path> families() {
        return Goldens.families().stream();
    }

    @ParameterizedTest
    @MethodSource("families")
    void logitsAreThoseOfTransformers(Path family) {
        try (Torch torch = Torch.start("cpu", 1);
                Decoder decoder = open(torch, family);
                Safetensors forward = Safetensors.open(family.resolve("forward.safetensors"))) {
            assertThat(Goldens.difference(decoder, forward, "logits")).isLessThan(1e-4);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void gradientsOfEveryWeightAreThoseOfTransformers(Path family) {
        try (Torch torch = Torch.start("cpu", 1);
                Decoder decoder = open(torch, family);
                Safetensors forward = Safetensors.open(family.resolve("forward.safetensors"))) {
            decoder.train();
            List<TokenRow> rows = Goldens.rows(forward, "");
            int targets = rows.stream().mapToInt(TokenRow::targets).sum();
            Loss loss = Loss.NONE;
            for (Pack pack : Packer.pack(TokenRow.sequences(rows), 40, 0)) { // several packs, whose losses add up
                loss = loss.plus(decoder.accumulate(pack, 1.0 / targets));
            }
            double expected = Goldens.floats(forward.tensor("loss")).get(0);
            assertThat(loss.mean()).isCloseTo(expected, within(1e-4 * expected));
            Goldens.json(family.resolve("grad_norms.json")).properties().forEach(entry -> {
                double norm = Math.sqrt(Goldens.weightsOf(entry.getKey(), decoder.trainable()).stream()
                        .mapToDouble(
                                weight -> squares(JniUtils.getGradient(weight).toFloatArray()))
                        .sum());
                double reference = entry.getValue().asDouble();
                assertThat(norm).as(entry.getKey()).isCloseTo(reference, within(1e-3 * reference));
            });
        }
    }

    private static double squares(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum;
    }

    private static Decoder open(Torch torch, Path folder) {
        Architecture architecture = ModelConfig.read(folder).architecture();
        return new Decoder(torch, architecture, Parameters.load(torch, architecture, folder, true), null);
    }
}
