package io.attune.architecture;

/**
 * Makes logits of states.
 *
 * @param tied whether the head uses the matrix of the embedding
 * @param scale the factor of the logits
 * @param softCap c in c tanh(logits / c); 0 for none
 */
public record Head(boolean tied, double scale, double softCap) {

    public static Head plain(boolean tied) {
        return new Head(tied, 1, 0);
    }
}
