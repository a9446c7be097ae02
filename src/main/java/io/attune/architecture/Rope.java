package io.attune.architecture;

import java.util.List;

/**
 * Rotary position embedding (Su et al. 2021): pairs of a head's numbers are turned by position x frequency.
 *
 * @param frequencies radians a position of each pair; the head's numbers behind 2 x pairs pass as they are
 * @param scale what cosines and sines are multiplied with
 * @param neighbours whether a pair is two neighbours (GLM), and not the same place in both halves
 * @param beyond the frequencies of sequences that are longer than a bound (LongRoPE); null for none
 */
public record Rope(List<Double> frequencies, double scale, boolean neighbours, Beyond beyond) {

    /**
     * What holds for long sequences.
     *
     * @param length sequences of more tokens have these frequencies
     */
    public record Beyond(int length, List<Double> frequencies) {}

    /** As it is for sequences of a length. */
    public Rope at(int length) {
        return beyond == null || length <= beyond.length
                ? this
                : new Rope(beyond.frequencies, scale, neighbours, beyond);
    }

    /** How many numbers of a head are turned. */
    public int size() {
        return 2 * frequencies.size();
    }

    /** With pairs of neighbours. */
    public Rope turningNeighbours() {
        return new Rope(frequencies, scale, true, beyond);
    }
}
