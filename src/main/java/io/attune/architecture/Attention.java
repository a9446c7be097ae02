package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * Causal attention with several heads (Vaswani et al. 2017). Groups of heads share keys and values (Ainslie et al.
 * 2023).
 *
 * @param heads the number of heads of queries
 * @param keyHeads the number of heads of keys and values; divides {@code heads}
 * @param headSize numbers in one head; heads x headSize can differ from the hidden size
 * @param scores how products of queries and keys become probabilities
 * @param rope rotary positions of queries and keys; null for none
 * @param longer how queries grow with their position; null for no growth
 * @param projections how the weights of q, k and v are stored
 * @param bias of the projections
 * @param norms of queries and keys
 */
public record Attention(
        int heads,
        int keyHeads,
        int headSize,
        Scores scores,
        Rope rope,
        Longer longer,
        Projections projections,
        Bias bias,
        HeadNorms norms)
        implements Mixer {

    /**
     * How products of queries and keys become probabilities.
     *
     * @param scale the factor of the products
     * @param window the number of tokens that a token attends to, with itself; 0 for all tokens up to itself
     * @param softCap c in c tanh(score / c); 0 for none
     * @param sinks whether each head has a learned score that takes probability and gives no value
     * @param slopes whether scores fall with distance (ALiBi, Press et al. 2022)
     */
    public record Scores(double scale, int window, double softCap, boolean sinks, boolean slopes) {}

    /** How the weights of q, k and v are stored. */
    public enum Projections {
        /** Three weights. */
        SEPARATE,
        /** Three weights. The weight of q gives each head its queries and a gate for its output. */
        GATED,
        /** Two weights. The values are the keys before their norm. */
        KEYS_AS_VALUES,
        /** One weight: all of q, then k, then v. */
        FUSED,
        /** One weight: q, k and v of the first head, then of the second, ... */
        FUSED_BY_HEAD
    }

    /** Which projections have biases. */
    public enum Bias {
        NONE,
        INPUTS,
        ALL
    }

    /**
     * Norms of queries and keys.
     *
     * @param norm null for none
     * @param wide whether the norm runs over all heads at once, instead of each head by itself
     * @param values whether values get the same normalisation, without a weight
     */
    public record HeadNorms(Norm norm, boolean wide, boolean values) {
        public static final HeadNorms NONE = new HeadNorms(null, false, false);
    }

    /** A factor of the queries: at position p it is 1 + beta log(1 + floor(p / length)). */
    public record Longer(double beta, int length) {}

    /** Attention in the form of Llama. */
    public static Attention of(int heads, int keyHeads, int headSize, Rope rope) {
        Scores scores = new Scores(1 / Math.sqrt(headSize), 0, 0, false, false);
        return new Attention(
                heads, keyHeads, headSize, scores, rope, null, Projections.SEPARATE, Bias.NONE, HeadNorms.NONE);
    }

    public Attention scaled(double by) {
        return scored(new Scores(by, scores.window, scores.softCap, scores.sinks, scores.slopes));
    }

    public Attention windowed(int tokens) {
        return scored(new Scores(scores.scale, tokens, scores.softCap, scores.sinks, scores.slopes));
    }

    public Attention capped(double cap) {
        return scored(new Scores(scores.scale, scores.window, cap, scores.sinks, scores.slopes));
    }

    public Attention sinking() {
        return scored(new Scores(scores.scale, scores.window, scores.softCap, true, scores.slopes));
    }

    public Attention sloped() {
        return scored(new Scores(scores.scale, scores.window, scores.softCap, scores.sinks, true));
    }

    private Attention scored(Scores by) {
        return new Attention(heads, keyHeads, headSize, by, rope, longer, projections, bias, norms);
    }

    /** @param by the rotary positions, or null for none */
    public Attention turned(Rope by) {
        return new Attention(heads, keyHeads, headSize, scores, by, longer, projections, bias, norms);
    }

    public Attention growing(double beta, int length) {
        return new Attention(
                heads, keyHeads, headSize, scores, rope, new Longer(beta, length), projections, bias, norms);
    }

    public Attention projected(Projections by) {
        return new Attention(heads, keyHeads, headSize, scores, rope, longer, by, bias, norms);
    }

    public Attention biased(Bias which) {
        return new Attention(heads, keyHeads, headSize, scores, rope, longer, projections, which, norms);
    }

    public Attention normed(HeadNorms by) {
        return new Attention(heads, keyHeads, headSize, scores, rope, longer, projections, bias, by);
    }

    /** The width of all queries: heads x headSize. */
    public int width() {
        return heads * headSize;
    }

    /** The width of all keys: keyHeads x headSize. */
    public int keyWidth() {
        return keyHeads * headSize;
    }

    @Override
    public List<Part> parts(int hidden) {
        List<Part> parts = new ArrayList<>();
        boolean in = bias != Bias.NONE;
        if (projections == Projections.FUSED || projections == Projections.FUSED_BY_HEAD) {
            parts.add(Part.linear(Role.QKV, hidden, width() + 2L * keyWidth(), in));
        } else {
            long queries = projections == Projections.GATED ? 2L * width() : width();
            parts.add(Part.linear(Role.Q, hidden, queries, in));
            parts.add(Part.linear(Role.K, hidden, keyWidth(), in));
            if (projections != Projections.KEYS_AS_VALUES) {
                parts.add(Part.linear(Role.V, hidden, keyWidth(), in));
            }
        }
        if (norms.norm() != null) {
            parts.add(Part.norm(Role.Q_NORM, norms.norm(), norms.wide() ? width() : headSize));
            parts.add(Part.norm(Role.K_NORM, norms.norm(), norms.wide() ? keyWidth() : headSize));
        }
        if (scores.sinks) {
            parts.add(Part.parameter(Role.SINKS, Weight.Init.NORMAL, heads));
        }
        parts.add(Part.linear(Role.O, width(), hidden, bias == Bias.ALL));
        return parts;
    }

    @Override
    public List<long[]> cache(int capacity) {
        long[] shape = {capacity, keyHeads, headSize};
        return List.of(shape, shape.clone());
    }
}
