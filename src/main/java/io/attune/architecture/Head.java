package io.attune.architecture;

/**
 * From states to logits.
 *
 * @param tied whether its matrix is the embedding's
 * @param scale what logits are multiplied with
 * @param softCap c in c tanh(logits / c); 0 for none
 */
public record Head(boolean tied, double scale, double softCap) {

    public static Head plain(boolean tied) {
        return new Head(tied, 1, 0);
    }
}
