package io.attune.dataset;

import java.util.Optional;

/**
 * Token sequences that are computed at once, told by their lengths: they lie end to end, without padding, and a
 * beginning that all of them share is computed once. The rule which sequences lie in one pack is here alone.
 *
 * @param count how many sequences
 * @param tokens of all of them
 * @param shortest tokens of the shortest one
 * @param common tokens with which all of them begin
 */
public record Packing(int count, long tokens, int shortest, int common) {

    /** A shorter shared prefix saves less than another segment costs. */
    public static final int MIN_PREFIX = 16;

    /**
     * @param maxTokens computed tokens of a pack with several sequences; a longer sequence lies alone
     * @param lengthBound a pack contains either only sequences of at most this length or only longer ones; 0 for no
     *     bound
     */
    public record Limits(long maxTokens, int lengthBound) {}

    public static Packing of(int length) {
        return new Packing(1, length, length, length);
    }

    /**
     * The pack with one more sequence; empty if that sequence has to begin another pack.
     *
     * @param shared tokens with which the sequence and the first one begin
     */
    public Optional<Packing> with(int length, int shared, Limits limits) {
        boolean otherSide = length > limits.lengthBound != shortest > limits.lengthBound;
        if (limits.lengthBound > 0 && otherSide) {
            return Optional.empty();
        }
        Packing larger = new Packing(count + 1, tokens + length, Math.min(shortest, length), Math.min(common, shared));
        return larger.computed() > limits.maxTokens ? Optional.empty() : Optional.of(larger);
    }

    /** Tokens of the beginning that is computed once; every sequence keeps a token of its own. */
    public int prefix() {
        int prefix = Math.min(common, shortest - 1);
        return count > 1 && prefix >= MIN_PREFIX ? prefix : 0;
    }

    /** Tokens that are computed. */
    public long computed() {
        return tokens - (count - 1L) * prefix();
    }
}
