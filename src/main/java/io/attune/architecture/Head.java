package io.attune.architecture;

/**
 * Makes logits of states.
 *
 * @param tied whether the head uses the matrix of the embedding
 * @param scale the factor of the logits
 * @param softCap c in c tanh(logits / c); 0 for none
 */
public record Head(boolean tied, double scale, double softCap) {

    private static final int LOGITS_AT_ONCE = 8 * 1024 * 1024;

    /** Targets whose logits are computed at once, so that memory does not grow with vocabulary x targets. */
    public static int targetsAtOnce(int vocabulary) {
        return Math.max(1, LOGITS_AT_ONCE / vocabulary);
    }

    public static Head plain(boolean tied) {
        return new Head(tied, 1, 0);
    }
}
