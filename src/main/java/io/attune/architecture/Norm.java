package io.attune.architecture;

/**
 * A normalisation of hidden states.
 *
 * @param kind root mean square (Zhang and Sennrich 2019), or layer norm (Ba et al. 2016)
 * @param epsilon added to the mean of squares, or to the variance
 * @param aroundOne whether states are scaled by 1 + weight, in float32, as Gemma does
 * @param bias whether a bias is added
 */
public record Norm(Kind kind, double epsilon, boolean aroundOne, boolean bias) {

    /** Which statistics divide the states. */
    public enum Kind {
        RMS,
        LAYER
    }

    public static Norm rms(double epsilon) {
        return new Norm(Kind.RMS, epsilon, false, false);
    }

    /** As Gemma has it: 1 + weight. */
    public static Norm rmsAroundOne(double epsilon) {
        return new Norm(Kind.RMS, epsilon, true, false);
    }

    public static Norm layer(double epsilon, boolean bias) {
        return new Norm(Kind.LAYER, epsilon, false, bias);
    }
}
