package io.attune.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.RowSizes;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryEstimateTest {

    private static final int DRAWN = 100;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theTotalIsTheSumOfItsPartsAndNoneIsNegative(Kind kind) {
        for (long seed = 0; seed < DRAWN; seed++) {
            MemoryEstimate e = MemoryEstimate.of(Trainings.drawn(seed), kind);
            long[] parts = {
                e.weights(),
                e.gradients(),
                e.moments(),
                e.activations(),
                e.logits(),
                e.allocator(),
                e.data(),
                e.runtime(),
                e.files()
            };
            assertThat(Arrays.stream(parts).sum()).as("seed " + seed).isEqualTo(e.total());
            assertThat(Arrays.stream(parts).min().orElseThrow())
                    .as("seed " + seed)
                    .isNotNegative();
        }
    }

    /** But for what the allocator makes of it: larger tensors have pages of their own, which it gives back. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void moreOfAnythingNeverTakesLess(Kind kind) {
        neverLess(
                kind,
                "layers",
                t -> withModel(
                        t,
                        m -> Trainings.model(
                                m.vocabulary(),
                                m.hidden(),
                                m.intermediate(),
                                m.layers() + 1,
                                m.heads(),
                                m.attentionWidth(),
                                m.kvWidth())));
        neverLess(
                kind,
                "hidden size",
                t -> withModel(
                        t,
                        m -> Trainings.model(
                                m.vocabulary(),
                                m.hidden() + 16,
                                m.intermediate(),
                                m.layers(),
                                m.heads(),
                                m.attentionWidth(),
                                m.kvWidth())));
        neverLess(
                kind,
                "MLP",
                t -> withModel(
                        t,
                        m -> Trainings.model(
                                m.vocabulary(),
                                m.hidden(),
                                m.intermediate() + 16,
                                m.layers(),
                                m.heads(),
                                m.attentionWidth(),
                                m.kvWidth())));
        neverLess(
                kind,
                "attention",
                t -> withModel(
                        t,
                        m -> Trainings.model(
                                m.vocabulary(),
                                m.hidden(),
                                m.intermediate(),
                                m.layers(),
                                m.heads() + 1,
                                m.attentionWidth() + 64,
                                m.kvWidth())));
        neverLess(kind, "micro-batch", t -> t.withMicroBatchTokens(t.microBatchTokens() + 100));
        neverLess(
                kind,
                "rank",
                t -> t.tuning().isFull()
                        ? t
                        : t.with(Tuning.lora(
                                t.tuning().r() + 1,
                                t.tuning().targetModules(),
                                t.tuning().dropout())));
        neverLess(
                kind,
                "dropout",
                t -> t.tuning().isFull()
                        ? t
                        : t.with(Tuning.lora(t.tuning().r(), t.tuning().targetModules(), true)));
        neverLess(
                kind,
                "batch",
                t -> new Training(
                        t.model(),
                        t.tuning(),
                        t.training(),
                        t.validation(),
                        t.batchSize() + 1,
                        t.steps(),
                        t.microBatchTokens()));
        neverLess(
                kind,
                "steps",
                t -> new Training(
                        t.model(),
                        t.tuning(),
                        t.training(),
                        t.validation(),
                        t.batchSize(),
                        t.steps() + 10,
                        t.microBatchTokens()));
        neverLess(
                kind,
                "validation rows",
                t -> new Training(
                        t.model(),
                        t.tuning(),
                        t.training(),
                        t.validation() == null ? t.training() : t.validation(),
                        t.batchSize(),
                        t.steps(),
                        t.microBatchTokens()));
    }

    /** A longer row may leave less room for neighbours, so this holds for rows that lie alone. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void longerRowsThatLieAloneTakeMore(Kind kind) {
        for (long seed = 0; seed < DRAWN; seed++) {
            Training drawn = Trainings.drawn(seed);
            long before = 0;
            for (int length = 100; length < 3000; length += 300) {
                RowSizes rows = RowSizes.of(new int[] {length, length}, length, 0);
                Training alone = new Training(drawn.model(), drawn.tuning(), rows, null, 4, 10, 1);
                long total = inUse(alone, kind);
                assertThat(total).as("seed " + seed + ", " + length).isGreaterThanOrEqualTo(before);
                before = total;
            }
        }
    }

    /** On a GPU adapters keep float32 copies of what goes into them, which can be more than small weights take. */
    @Test
    void anAdapterTakesLessThanAllWeights() {
        for (long seed = 0; seed < DRAWN; seed++) {
            Training drawn = Trainings.drawn(seed);
            Tuning small = Tuning.lora(1, Tuning.ALL_LINEAR, false);
            assertThat(inUse(drawn.with(small), Kind.CPU))
                    .as("seed " + seed)
                    .isLessThan(inUse(drawn.with(Tuning.full()), Kind.CPU));
        }
    }

    private static void neverLess(Kind kind, String what, UnaryOperator<Training> more) {
        for (long seed = 0; seed < DRAWN; seed++) {
            Training drawn = Trainings.drawn(seed);
            assertThat(inUse(more.apply(drawn), kind))
                    .as("more " + what + ", seed " + seed)
                    .isGreaterThanOrEqualTo(inUse(drawn, kind));
        }
    }

    private static long inUse(Training training, Kind kind) {
        MemoryEstimate estimate = MemoryEstimate.of(training, kind);
        return estimate.total() - estimate.allocator() - estimate.files();
    }

    private static Training withModel(Training t, UnaryOperator<ModelShape> model) {
        return new Training(
                model.apply(t.model()),
                t.tuning(),
                t.training(),
                t.validation(),
                t.batchSize(),
                t.steps(),
                t.microBatchTokens());
    }
}
