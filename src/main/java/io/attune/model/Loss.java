package io.attune.model;

/**
 * Over some targets: the sum of their negative log likelihoods, how many there are, and how many were the model's most likely token.
 * Sums add up whatever the batching; a mean is taken once, at the end.
 */
public record Loss(double sum, long targets, long right) {

    public static final Loss NONE = new Loss(0, 0, 0);

    public Loss plus(Loss other) {
        return new Loss(sum + other.sum, targets + other.targets, right + other.right);
    }

    public double mean() {
        return sum / targets;
    }

    public double accuracy() {
        return (double) right / targets;
    }
}
