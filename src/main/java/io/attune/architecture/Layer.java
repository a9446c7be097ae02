package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * One layer: a mixer and a feed-forward part. The layer adds the output of each part to the input of the part.
 *
 * @param norm of all norms in the layer
 * @param normed the places of the norms
 * @param parallel whether both parts read the input of the layer
 * @param residual the factor of both parts' outputs before the addition
 * @param scaled whether the checkpoint holds a factor of the layer's output
 * @param transposed whether the linear weights are [inputs, outputs], as in GPT-2's Conv1D
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

    /** The places of the norms around a part. */
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

    /** A layer in the form of Llama. */
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
