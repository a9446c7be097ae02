package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.Packing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PackerTest {

    /**
     * Properties of all packs of all sequences. The test reads a pack only through its segments: they give the
     * tokens that each token attends to. These tokens must be those of the original sequence.
     */
    @Test
    void packsComputeEveryRowAsIfItWereAlone() {
        Random random = new Random(11);
        int shared = 0;
        for (int round = 0; round < 2000; round++) {
            List<TokenSequence> sequences = sequences(random);
            int maxTokens = 20 + random.nextInt(200);
            List<Pack> packs = Packer.pack(sequences, maxTokens, 0);
            int next = 0;
            for (Pack pack : packs) {
                List<TokenSequence> packed = sequences.subList(next, next + pack.sequences());
                next += pack.sequences();
                assertThat(pack.ids().length <= maxTokens || pack.sequences() == 1)
                        .isTrue();
                assertRowsAreAlone(pack, packed);
                shared += pack.segments().size() > pack.sequences() ? 1 : 0;
            }
            assertThat(next).isEqualTo(sequences.size());
        }
        assertThat(shared).isGreaterThan(100);
    }

    private static void assertRowsAreAlone(Pack pack, List<TokenSequence> sequences) {
        int covered = 0;
        for (Segment segment : pack.segments()) {
            assertThat(segment.start()).isEqualTo(covered);
            covered += segment.length();
        }
        assertThat(covered).isEqualTo(pack.ids().length).isEqualTo(pack.positions().length);
        List<Segment> ends = pack.segments()
                .subList(
                        pack.segments().size() - sequences.size(),
                        pack.segments().size());
        int entry = 0;
        for (int r = 0; r < sequences.size(); r++) {
            TokenSequence sequence = sequences.get(r);
            int[] places = places(ends.get(r));
            assertThat(Arrays.stream(places).map(p -> pack.ids()[p]).toArray()).isEqualTo(sequence.ids());
            for (int i = 0; i < places.length; i++) {
                assertThat(pack.positions()[places[i]]).isEqualTo(i);
                assertThat(attended(pack, places[i])).isEqualTo(setOf(places, i + 1));
                if (sequence.target()[i]) {
                    assertThat(pack.labels()[entry]).isEqualTo(sequence.ids()[i]);
                    assertThat(pack.predictors()[entry]).isEqualTo(places[i - 1]);
                    entry++;
                }
            }
        }
        assertThat(entry).isEqualTo(pack.labels().length).isEqualTo(pack.predictors().length);
    }

    /** Returns the indices of the tokens of the sequence that ends with this segment. */
    private static int[] places(Segment segment) {
        int[] places = new int[segment.prefixLength() + segment.length()];
        for (int i = 0; i < places.length; i++) {
            places[i] = i < segment.prefixLength()
                    ? segment.prefixStart() + i
                    : segment.start() + i - segment.prefixLength();
        }
        return places;
    }

    /** Returns the tokens that the token at {@code index} attends to, computed only from the segments. */
    private static Set<Integer> attended(Pack pack, int index) {
        Set<Integer> attended = new HashSet<>();
        for (Segment segment : pack.segments()) {
            if (index >= segment.start() && index < segment.start() + segment.length()) {
                for (int i = 0; i < segment.prefixLength(); i++) {
                    attended.add(segment.prefixStart() + i);
                }
                for (int i = segment.start(); i <= index; i++) {
                    attended.add(i);
                }
            }
        }
        return attended;
    }

    private static Set<Integer> setOf(int[] places, int count) {
        Set<Integer> set = new HashSet<>();
        for (int i = 0; i < count; i++) {
            set.add(places[i]);
        }
        return set;
    }

    @Test
    void whatAllRowsBeginWithIsComputedOnce() {
        int[] system = new int[20];
        Arrays.setAll(system, i -> 100 + i);
        TokenSequence a = sequence(system, 1, 2, 3);
        TokenSequence b = sequence(system, 4, 5);
        Pack pack = Packer.pack(List.of(a, b), 1000, 0).get(0);
        assertThat(pack.ids()).hasSize(25);
        assertThat(pack.segments())
                .containsExactly(new Segment(0, 20, 0, 0), new Segment(20, 3, 0, 20), new Segment(23, 2, 0, 20));
    }

    @Test
    void equalRowsKeepATokenOfTheirOwn() {
        int[] ids = new int[30];
        Arrays.setAll(ids, i -> i);
        Pack pack = Packer.pack(List.of(sequence(ids), sequence(ids), sequence(ids)), 1000, 0)
                .get(0);
        assertThat(pack.ids()).hasSize(29 + 3);
        assertThat(pack.labels()).hasSize(3 * 29);
    }

    @Test
    void aShortCommonBeginningIsNotWorthASegment() {
        int[] start = new int[Packing.MIN_PREFIX - 1];
        Pack pack = Packer.pack(List.of(sequence(start, 1), sequence(start, 2)), 1000, 0)
                .get(0);
        assertThat(pack.segments()).hasSize(2).allMatch(s -> s.prefixLength() == 0);
    }

    @Test
    void aRowLongerThanAPackHasOneOfItsOwn() {
        TokenSequence small = sequence(new int[5], 1);
        TokenSequence large = sequence(new int[50], 2);
        assertThat(Packer.pack(List.of(small, large, small), 10, 0))
                .extracting(Pack::sequences)
                .containsExactly(1, 1, 1);
    }

    @Test
    void packsHoldSequencesOfOneSideOfTheBoundAlone() {
        TokenSequence atTheBound = sequence(new int[5]);
        TokenSequence beyond = sequence(new int[6]);
        List<TokenSequence> sequences = List.of(atTheBound, atTheBound, beyond, beyond, atTheBound);
        assertThat(Packer.pack(sequences, 1000, 5)).extracting(Pack::sequences).containsExactly(2, 2, 1);
    }

    @Test
    void truncatedRowsSayWhenNothingIsLeftToLearn() {
        TokenSequence sequence = new TokenSequence(new int[] {1, 2, 3}, new boolean[] {false, false, true});
        assertThat(sequence.truncate(3)).isSameAs(sequence);
        assertThat(sequence.truncate(2).targets()).isZero();
        assertThat(sequence.truncate(2).ids()).containsExactly(1, 2);
    }

    /** Returns a sequence of a beginning and an end. Every token except the first is a target. */
    private static TokenSequence sequence(int[] start, int... end) {
        int[] ids = Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, ids, start.length, end.length);
        boolean[] target = new boolean[ids.length];
        Arrays.fill(target, 1, ids.length, true);
        return new TokenSequence(ids, target);
    }

    /** Returns sequences of few different tokens. Some of them share a beginning. */
    private static List<TokenSequence> sequences(Random random) {
        int[] start = random.ints(random.nextInt(40), 0, 3).toArray();
        List<TokenSequence> sequences = new ArrayList<>();
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            int kept = random.nextInt(10) == 0 ? random.nextInt(start.length + 1) : start.length;
            int[] end = random.ints(random.nextInt(30), 0, 3).toArray();
            int[] ids = Arrays.copyOf(start, Math.max(1, kept + end.length));
            System.arraycopy(end, 0, ids, kept, end.length);
            boolean[] target = new boolean[ids.length];
            for (int t = 1; t < target.length; t++) {
                target[t] = random.nextInt(3) == 0;
            }
            sequences.add(new TokenSequence(ids, target));
        }
        return sequences;
    }
}
