package io.attune.architecture;

import java.util.List;

/**
 * A gated delta net (Yang et al. 2024): linear attention behind a short causal convolution. The state of the
 * attention decays and is corrected at each token.
 *
 * @param keyHeads heads of queries and keys; divides {@code valueHeads}
 * @param keySize numbers in one head of keys
 * @param valueSize numbers in one head of values
 * @param reach the number of tokens that the convolution sees
 * @param norm of the output, gated
 */
public record DeltaNet(int keyHeads, int valueHeads, int keySize, int valueSize, int reach, Norm norm)
        implements Mixer {

    /** The channels of the convolution: queries, keys and values. */
    public int channels() {
        return 2 * keyHeads * keySize + valueHeads * valueSize;
    }

    @Override
    public List<Part> parts(int hidden) {
        int width = valueHeads * valueSize;
        return List.of(
                Part.linear(Role.DELTA_QKV, hidden, channels(), false),
                Part.linear(Role.DELTA_GATE, hidden, width, false),
                Part.linear(Role.DELTA_BETA, hidden, valueHeads, false),
                Part.linear(Role.DELTA_ALPHA, hidden, valueHeads, false),
                Part.weight(Role.DELTA_CONVOLUTION, channels(), 1, reach),
                Part.parameter(Role.DELTA_DECAY, Weight.Init.ZEROS, valueHeads),
                Part.parameter(Role.DELTA_STEP, Weight.Init.ONES, valueHeads),
                Part.norm(Role.DELTA_NORM, norm, valueSize),
                Part.linear(Role.DELTA_OUT, width, hidden, false));
    }

    @Override
    public List<long[]> cache(int capacity) {
        return List.of(new long[] {reach - 1, channels()}, new long[] {valueHeads, keySize, valueSize});
    }
}
