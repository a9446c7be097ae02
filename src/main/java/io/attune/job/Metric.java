package io.attune.job;

/**
 * The numbers of one optimizer step of one attempt.
 *
 * @param step 1-based; 0 for an evaluation before the first step
 * @param steps number of steps of the whole run; not stored
 * @param validLoss loss on all validation rows after this step; null if it was not computed
 */
public record Metric(
        int step,
        int steps,
        Double trainLoss,
        Double trainMeanTokenAccuracy,
        Double learningRate,
        Double gradNorm,
        Long tokens,
        Long targetTokens,
        Double seconds,
        Double validLoss,
        Double validMeanTokenAccuracy) {}
