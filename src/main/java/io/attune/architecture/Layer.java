package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * One layer: a mixer and a feed-forward part, each added to what comes in.
 *
 * @param norm of all norms in it
 * @param normed where they stand
 * @param parallel whether both parts read what came into the layer
 * @param residual what both parts are multiplied with before they are added
 * @param scaled whether the layer's output is multiplied with a number of its own
 * @param transposed whether its linear weights are [inputs, outputs], as GPT-2's Conv1D has them
 */
public record Layer(
        Mixer mixer,
        FeedForward feedForward,
        Norm norm,
        Normed normed,
        boolean parallel,
        double residual,
        boolean scaled,
        boolean transposed) {

    /** Where norms stand around a part. */
    public enum Normed {
        BEFORE,
        AFTER,
        AROUND;

        public boolean before() {
            return this != AFTER;
        }

        public boolean after() {
            return this != BEFORE;
        }
    }

    /** A layer as Llama has it. */
    public static Layer of(Mixer mixer, FeedForward feedForward, Norm norm) {
        return new Layer(mixer, feedForward, norm, Normed.BEFORE, false, 1, false, false);
    }

    public Layer normed(Normed where) {
        return new Layer(mixer, feedForward, norm, where, parallel, residual, scaled, transposed);
    }

    public Layer inParallel(boolean both) {
        return new Layer(mixer, feedForward, norm, normed, both, residual, scaled, transposed);
    }

    public Layer addedTimes(double factor) {
        return new Layer(mixer, feedForward, norm, normed, parallel, factor, scaled, transposed);
    }

    public Layer withScale() {
        return new Layer(mixer, feedForward, norm, normed, parallel, residual, true, transposed);
    }

    public Layer withTransposedWeights() {
        return new Layer(mixer, feedForward, norm, normed, parallel, residual, scaled, true);
    }

    List<Part> parts(int hidden) {
        List<Part> parts = new ArrayList<>();
        around(parts, Role.ATTENTION_NORM, mixer.parts(hidden), Role.ATTENTION_POST_NORM, hidden);
        around(parts, Role.MLP_NORM, feedForward.parts(hidden), Role.MLP_POST_NORM, hidden);
        if (scaled) {
            parts.add(Part.buffer(Role.LAYER_SCALE, Weight.Init.ONES, 1));
        }
        return parts;
    }

    private void around(List<Part> parts, Role before, List<Part> inside, Role after, int hidden) {
        if (normed.before()) {
            parts.add(Part.norm(before, norm, hidden));
        }
        parts.addAll(inside);
        if (normed.after()) {
            parts.add(Part.norm(after, norm, hidden));
        }
    }
}
