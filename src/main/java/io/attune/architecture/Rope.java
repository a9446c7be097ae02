package io.attune.architecture;

import java.util.List;

/**
 * Rotary position embedding (Su et al. 2021): turns each pair of a head's numbers by the angle position x frequency.
 *
 * @param frequencies of each pair, in radians per position; numbers of the head behind 2 x pairs stay unchanged
 * @param scale the factor of cosines and sines
 * @param neighbours whether a pair is two neighbours (GLM), instead of the same place in both halves
 * @param beyond the frequencies of sequences that are longer than a bound (LongRoPE); null for none
 */
public record Rope(List<Double> frequencies, double scale, boolean neighbours, Beyond beyond) {

    /**
     * The frequencies of long sequences.
     *
     * @param length in tokens; longer sequences use these frequencies
     */
    public record Beyond(int length, List<Double> frequencies) {}

    /** The positions of sequences with this length in tokens. */
    public Rope at(int length) {
        return beyond == null || length <= beyond.length
                ? this
                : new Rope(beyond.frequencies, scale, neighbours, beyond);
    }

    /** How many numbers of a head are turned. */
    public int size() {
        return 2 * frequencies.size();
    }

    /** The same positions, with pairs of neighbours. */
    public Rope turningNeighbours() {
        return new Rope(frequencies, scale, true, beyond);
    }
}
