package io.attune.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.RowSizes;
import io.attune.setting.Tuning;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FittingTest {

    @Test
    void whatIsSaidToFitFits() {
        for (long seed = 0; seed < 200; seed++) {
            Training training = Trainings.drawn(seed);
            long total = MemoryEstimate.of(training, Kind.CPU).total();
            for (double share : new double[] {0.95, 0.8, 0.6, 0.4, 0.2}) {
                long bytes = (long) (share * total);
                Optional<Change> change = Fitting.of(training, Kind.CPU, bytes);
                if (change.isPresent()) {
                    assertThat(change.get().words()).as("seed " + seed).isNotEmpty();
                    assertThat(MemoryEstimate.of(change.get().applied(training), Kind.CPU)
                                    .total())
                            .as("seed " + seed + ", " + change.get().words())
                            .isLessThanOrEqualTo(bytes);
                }
            }
        }
    }

    @Test
    void aTrainingThatFitsNeedsNoChange() {
        Training training = Trainings.drawn(3);
        long bytes = MemoryEstimate.of(training, Kind.CPU).total();

        assertThat(Fitting.of(training, Kind.CPU, bytes))
                .hasValueSatisfying(change -> assertThat(change.words()).isEmpty());
    }

    @Test
    void nothingFitsIntoNothing() {
        assertThat(Fitting.of(Trainings.drawn(5), Kind.CUDA, 1 << 20)).isEmpty();
    }

    @Test
    void aSmallerMicroBatchComesFirstAndIsAsLargeAsFits() {
        ModelShape model = new Trainings.Sizes(49152, 576, 1536, 30, 9, 576, 192).model();
        Training training = new Training(
                model,
                Trainings.lora(16, model.targets(), false),
                RowSizes.of(lengths(), 5000, 20),
                null,
                64,
                100,
                4096);
        long bytes = MemoryEstimate.of(training, Kind.CPU).total() * 2 / 3;

        Change change = Fitting.of(training, Kind.CPU, bytes).orElseThrow();

        assertThat(change.maxLength()).isNull();
        assertThat(change.type()).isNull();
        assertThat(change.words()).isEqualTo("micro_batch_tokens = " + change.microBatchTokens());
        Training larger = training.withMicroBatchTokens(change.microBatchTokens() + 64);
        assertThat(MemoryEstimate.of(larger, Kind.CPU).total()).isGreaterThan(bytes);
    }

    @Test
    void fullTuningThatCannotFitIsOfferedAsLora() {
        ModelShape model = new Trainings.Sizes(49152, 2048, 8192, 24, 32, 2048, 2048).model();
        Training training =
                new Training(model, Tuning.of(Tuning.Type.FULL), RowSizes.of(lengths(), 5000, 0), null, 8, 100, 2048);

        Change change = Fitting.of(training, Kind.CPU, 16L << 30).orElseThrow();

        assertThat(change.type()).isEqualTo("lora");
        assertThat(change.words()).startsWith("LoRA (r = 16) instead of full tuning");
    }

    private static int[] lengths() {
        int[] lengths = new int[100];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = 60 + i;
        }
        return lengths;
    }
}
