package io.attune.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.RowSizes;
import io.attune.format.ModelConfig;
import io.attune.setting.Lora;
import io.attune.setting.Tuning;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

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
                (seed, t) -> Trainings.drawn(
                        seed,
                        m -> new Trainings.Sizes(
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
                (seed, t) -> Trainings.drawn(
                        seed,
                        m -> new Trainings.Sizes(
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
                (seed, t) -> Trainings.drawn(
                        seed,
                        m -> new Trainings.Sizes(
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
                (seed, t) -> Trainings.drawn(
                        seed,
                        m -> new Trainings.Sizes(
                                m.vocabulary(),
                                m.hidden(),
                                m.intermediate(),
                                m.layers(),
                                m.heads() + 1,
                                m.attentionWidth() + m.attentionWidth() / m.heads(),
                                m.kvWidth())));
        neverLess(kind, "micro-batch", (seed, t) -> t.withMicroBatchTokens(t.microBatchTokens() + 100));
        neverLess(
                kind,
                "rank",
                (seed, t) -> t.tuning().type() == Tuning.Type.FULL
                        ? t
                        : t.with(t.tuning().with(Lora.R, t.tuning().get(Lora.R) + 1)));
        neverLess(
                kind,
                "dropout",
                (seed, t) -> t.tuning().type() == Tuning.Type.FULL
                        ? t
                        : t.with(t.tuning().with(Lora.LORA_DROPOUT, 0.1)));
        neverLess(
                kind,
                "batch",
                (seed, t) -> new Training(
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
                (seed, t) -> new Training(
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
                (seed, t) -> new Training(
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

    /** A job that was validated before may wait still. */
    @Test
    void aShapeThatWasStoredBeforeThereWereOtherFamiliesIsLlamas() {
        String old = "{\"vocabulary\":2048,\"hidden\":192,\"intermediate\":512,\"layers\":6,\"heads\":6,"
                + "\"parameters\":2828736,\"attention_width\":192,\"kv_width\":96,\"stored_bytes\":2}";
        ModelShape llama = ModelShape.of(ModelConfig.read(Path.of("src/main/resources/models/attune-tales")), 2);
        JsonMapper mapper = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();

        assertThat(mapper.readValue(old, ModelShape.class)).isEqualTo(llama);
        assertThat(mapper.readValue(mapper.writeValueAsString(llama), ModelShape.class))
                .isEqualTo(llama);
    }

    /** On a GPU adapters keep float32 copies of what goes into them, which can be more than small weights take. */
    @Test
    void anAdapterTakesLessThanAllWeights() {
        for (long seed = 0; seed < DRAWN; seed++) {
            Training drawn = Trainings.drawn(seed);
            Tuning small = Trainings.lora(1, drawn.model().targets(), false);
            assertThat(inUse(drawn.with(small), Kind.CPU))
                    .as("seed " + seed)
                    .isLessThan(inUse(drawn.with(Tuning.of(Tuning.Type.FULL)), Kind.CPU));
        }
    }

    private static void neverLess(Kind kind, String what, BiFunction<Long, Training, Training> more) {
        for (long seed = 0; seed < DRAWN; seed++) {
            Training drawn = Trainings.drawn(seed);
            assertThat(inUse(more.apply(seed, drawn), kind))
                    .as("more " + what + ", seed " + seed)
                    .isGreaterThanOrEqualTo(inUse(drawn, kind));
        }
    }

    private static long inUse(Training training, Kind kind) {
        MemoryEstimate estimate = MemoryEstimate.of(training, kind);
        return estimate.total() - estimate.allocator() - estimate.files();
    }
}
