package io.attune.estimate;

import io.attune.dataset.RowSizes;
import io.attune.setting.Lora;
import io.attune.setting.Tuning;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Trainings to estimate, drawn by a seed. */
final class Trainings {

    private Trainings() {}

    /** Of a decoder as Llama is one. */
    record Sizes(int vocabulary, int hidden, int intermediate, int layers, int heads, int attentionWidth, int kvWidth) {

        ModelShape model() {
            long layer = (long) hidden * (2L * attentionWidth + 2L * kvWidth + 3L * intermediate + 2);
            long parameters = layer * layers + (long) vocabulary * hidden + hidden;
            return ModelShape.stored(
                    vocabulary,
                    hidden,
                    null,
                    parameters,
                    2,
                    false,
                    0,
                    intermediate,
                    layers,
                    heads,
                    attentionWidth,
                    kvWidth);
        }
    }

    static Training drawn(long seed) {
        return drawn(seed, UnaryOperator.identity());
    }

    /** @param other makes another model of the drawn one's sizes */
    static Training drawn(long seed, UnaryOperator<Sizes> other) {
        Random random = new Random(seed);
        int heads = 1 + random.nextInt(16);
        int headDim = 2 << random.nextInt(7);
        int kvHeads = random.nextBoolean() ? heads : 1;
        int hidden = 16 * (1 + random.nextInt(128));
        int layers = 1 + random.nextInt(40);
        int vocabulary = 256 << random.nextInt(10);
        int intermediate = hidden * (1 + random.nextInt(4));
        Sizes sizes = new Sizes(vocabulary, hidden, intermediate, layers, heads, heads * headDim, kvHeads * headDim);
        ModelShape model = other.apply(sizes).model();
        Tuning tuning = random.nextInt(3) == 0
                ? Tuning.of(Tuning.Type.FULL)
                : lora(1 << random.nextInt(8), model.targets().subList(0, 1 + random.nextInt(7)), random.nextBoolean());
        RowSizes rows = rows(random);
        return new Training(
                model,
                tuning,
                rows,
                random.nextBoolean() ? rows(random) : null,
                1 << random.nextInt(6),
                1 + random.nextInt(200),
                64 << random.nextInt(8));
    }

    static Tuning lora(int r, List<String> targetModules, boolean dropout) {
        return Tuning.of(Tuning.Type.LORA)
                .with(Lora.R, r)
                .with(Lora.TARGET_MODULES, targetModules)
                .with(Lora.LORA_DROPOUT, dropout ? 0.1 : 0.0);
    }

    private static RowSizes rows(Random random) {
        int[] lengths = new int[1 + random.nextInt(600)];
        int longest = 2 + random.nextInt(1500);
        int shortest = 1 + random.nextInt(longest);
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = shortest + random.nextInt(longest - shortest + 1);
        }
        return RowSizes.of(lengths, 1 + random.nextInt(100), random.nextBoolean() ? shortest / 2 : 0);
    }
}
