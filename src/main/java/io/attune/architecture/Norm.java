package io.attune.architecture;

/**
 * A normalisation of hidden states.
 *
 * @param kind root mean square (Zhang and Sennrich 2019), or layer norm (Ba et al. 2016)
 * @param epsilon added to the mean of squares, or to the variance
 * @param aroundOne whether the factor of states is 1 + weight, in float32, as in Gemma
 * @param bias whether the norm adds a bias
 */
public record Norm(Kind kind, double epsilon, boolean aroundOne, boolean bias) {

    /** The statistics that divide the states. */
    public enum Kind {
        RMS,
        LAYER
    }

    public static Norm rms(double epsilon) {
        return new Norm(Kind.RMS, epsilon, false, false);
    }

    /** The norm of Gemma: its factor is 1 + weight. */
    public static Norm rmsAroundOne(double epsilon) {
        return new Norm(Kind.RMS, epsilon, true, false);
    }

    public static Norm layer(double epsilon, boolean bias) {
        return new Norm(Kind.LAYER, epsilon, false, bias);
    }
}
