package io.attune.model;

/**
 * The loss over some targets. Losses of any batches can be added; the mean is computed once, at the end.
 *
 * @param sum sum of the negative log likelihoods of the targets
 * @param targets number of targets
 * @param right number of targets that were the model's most likely token
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
