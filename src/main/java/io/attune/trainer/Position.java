package io.attune.trainer;

/**
 * How far a training is. Learning rate, rows and dropout of the next step are functions of seed and step, so a number says where they are.
 *
 * @param step the last finished step; 0 before the first
 * @param trainedTokens tokens of the rows of all finished steps
 * @param validLoss of the newest evaluation on all validation rows; null before the first and where there are none
 * @param complete whether what is due after {@code step}, evaluation and published checkpoint, is done
 */
record Position(int step, long trainedTokens, Double validLoss, boolean complete) {

    static final Position START = new Position(0, 0, null, false);

    /** After one more step. */
    Position next(long tokens) {
        return new Position(step + 1, trainedTokens + tokens, validLoss, false);
    }

    Position completed(Double newestValidLoss) {
        return new Position(step, trainedTokens, newestValidLoss, true);
    }
}
