package io.attune.trainer;

/**
 * The progress of a training. Learning rate, rows and dropout of the next step are functions of seed and step, so
 * the number of the step determines them.
 *
 * @param step the last finished step; 0 before the first
 * @param trainedTokens tokens of the rows of all finished steps
 * @param validLoss result of the newest evaluation on all validation rows; null before the first evaluation, or
 *     without validation rows
 * @param complete whether the evaluation and the published checkpoint that are due after {@code step} are done
 */
record Position(int step, long trainedTokens, Double validLoss, boolean complete) {

    static final Position START = new Position(0, 0, null, false);

    /** Returns the position after one more step. */
    Position next(long tokens) {
        return new Position(step + 1, trainedTokens + tokens, validLoss, false);
    }

    Position completed(Double newestValidLoss) {
        return new Position(step, trainedTokens, newestValidLoss, true);
    }
}
