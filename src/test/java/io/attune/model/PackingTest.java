package io.attune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.jni.JniUtils;
import io.attune.architecture.Architecture;
import io.attune.text.Pack;
import io.attune.text.Packer;
import io.attune.text.TokenSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pack gives the same results as row by row and token by token, for every kind of attention. */
class PackingTest {

    private static final int SEEDS = 2;
    private static final int ROWS = 6;

    /**
     * A weight with a small part of the whole gradient is compared relative to that part. For example, a key's bias
     * has only the gradient of rounding.
     */
    private static final double SMALL = 0.05;

    @TempDir
    private Path folder;

    /** A loss, and gradients by weight. */
    private record Result(double loss, Map<String, float[]> gradients) {}

    @ParameterizedTest
    @EnumSource
    void aPackHasTheLossAndTheGradientsOfItsRows(TinyModel model) throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<TokenSequence> rows = rows(random, model, new int[0]);
            compare(model, seed, rows, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPackWithASharedBeginningHasTheLossAndTheGradientsOfItsRows(TinyModel model) throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(100 + seed);
            int prefix = seed == 0 ? 16 : model.prefix();
            compare(model, seed, rows(random, model, ids(random, prefix)), prefix);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tokensThatComeOneAfterAnotherHaveTheLogitsOfTheWhole(TinyModel model) throws IOException {
        Architecture architecture = model.architecture(folder);
        try (Torch torch = Torch.start("cpu", 1);
                Decoder decoder =
                        new Decoder(torch, architecture, TinyModel.parameters(torch, architecture, 7), null)) {
            Random random = new Random(7);
            for (int prompt : new int[] {1, 30, model.longest() - 20}) {
                int[] given = ids(random, prompt);
                int[] text = new int[prompt + 80];
                System.arraycopy(given, 0, text, 0, prompt);
                List<float[]> stepwise = new ArrayList<>();
                try (KeyValueCache cache = decoder.cache(text.length)) {
                    stepwise.add(decoder.logits(cache, given));
                    for (int t = prompt; t < text.length; t++) {
                        text[t] = best(stepwise.get(stepwise.size() - 1));
                        stepwise.add(decoder.logits(cache, text[t]));
                    }
                }
                float[][] whole = decoder.logits(text);
                for (int i = 0; i < stepwise.size(); i++) {
                    assertThat(stepwise.get(i))
                            .as("behind token " + (prompt + i))
                            .containsExactly(whole[prompt - 1 + i], within(1e-4f));
                }
                int[] generated = new GreedyGeneration(decoder, Set.of()).complete(given, 80, token -> {});
                assertThat(generated).isEqualTo(Arrays.copyOfRange(text, prompt, text.length));
            }
        }
    }

    private void compare(TinyModel model, long seed, List<TokenSequence> rows, int prefix) throws IOException {
        Architecture architecture = model.architecture(folder);
        List<Pack> packs = Packer.pack(rows, 100_000, architecture.lengthBound());
        assertThat(packs.stream().mapToInt(Pack::sequences).max().orElseThrow()).isGreaterThan(1);
        assertThat(packs.stream().anyMatch(pack -> pack.segments().get(0).length() == prefix))
                .isEqualTo(prefix > 0);
        List<Pack> alone = rows.stream()
                .flatMap(row -> Packer.pack(List.of(row), 1, 0).stream())
                .toList();

        Result together = run(architecture, seed, packs);
        Result oneByOne = run(architecture, seed, alone);

        assertThat(together.loss()).isCloseTo(oneByOne.loss(), within(1e-5 * oneByOne.loss()));
        double whole = norm(oneByOne.gradients().values());
        oneByOne.gradients().forEach((name, expected) -> {
            double norm = Math.max(norm(List.of(expected)), SMALL * whole);
            float[] difference = expected.clone();
            for (int i = 0; i < difference.length; i++) {
                difference[i] -= together.gradients().get(name)[i];
            }
            assertThat(norm(List.of(difference)) / norm).as(name).isLessThan(1e-5);
        });
    }

    private static Result run(Architecture architecture, long seed, List<Pack> packs) {
        try (Torch torch = Torch.start("cpu", 1);
                Decoder decoder =
                        new Decoder(torch, architecture, TinyModel.parameters(torch, architecture, seed), null)) {
            decoder.train();
            int targets = packs.stream().mapToInt(pack -> pack.labels().length).sum();
            Loss loss = Loss.NONE;
            for (Pack pack : packs) {
                loss = loss.plus(decoder.accumulate(pack, 1.0 / targets));
            }
            Map<String, float[]> gradients = new LinkedHashMap<>();
            decoder.trainable()
                    .forEach((name, weight) ->
                            gradients.put(name, JniUtils.getGradient(weight).toFloatArray()));
            return new Result(loss.mean(), gradients);
        }
    }

    /** Returns short and long rows. At least one has the maximum length. */
    private static List<TokenSequence> rows(Random random, TinyModel model, int[] beginning) {
        List<TokenSequence> rows = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            int most = row == 3 ? model.longest() : 2 + random.nextInt(model.longest() - 1);
            int own = row == 3 ? most : 2 + random.nextInt(most);
            int[] ids = Arrays.copyOf(beginning, beginning.length + own);
            System.arraycopy(ids(random, own), 0, ids, beginning.length, own);
            ids[beginning.length] = row; // the rows share no longer beginning
            boolean[] target = new boolean[ids.length];
            for (int t = 1; t < ids.length; t++) {
                target[t] = random.nextInt(3) > 0;
            }
            target[ids.length - 1] = true;
            rows.add(new TokenSequence(ids, target));
        }
        return rows;
    }

    private static int[] ids(Random random, int count) {
        return random.ints(count, 0, 96).toArray();
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private static double norm(Iterable<float[]> values) {
        double sum = 0;
        for (float[] some : values) {
            for (float value : some) {
                sum += (double) value * value;
            }
        }
        return Math.sqrt(sum);
    }
}
