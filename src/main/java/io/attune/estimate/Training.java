package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.dataset.RowSizes;

/**
 * All that the memory of a training depends on.
 *
 * @param validation null where there are no validation rows
 * @param batchSize rows of an optimizer step
 * @param steps optimizer steps of the whole run
 * @param microBatchTokens tokens computed at once
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Training(
        ModelShape model,
        Tuning tuning,
        RowSizes training,
        RowSizes validation,
        @JsonProperty("batch_size") int batchSize,
        int steps,
        @JsonProperty("micro_batch_tokens") int microBatchTokens) {

    /** @param nEpochs passes over the rows; {@code maxSteps} ends them earlier, or is null */
    public static int steps(int rows, int batchSize, int nEpochs, Integer maxSteps) {
        long all = (rows + batchSize - 1L) / batchSize * nEpochs;
        return (int) Math.min(maxSteps == null ? Integer.MAX_VALUE : maxSteps, all);
    }

    /** Token sequences that a step has at most. */
    int batchSequences() {
        return Math.multiplyExact(batchSize, training.mostSequences());
    }

    public Training withMicroBatchTokens(int tokens) {
        return new Training(model, tuning, training, validation, batchSize, steps, tokens);
    }

    /** The smallest {@code micro_batch_tokens} that makes a difference: the longest row, which is never split. */
    public int smallestMicroBatch() {
        return validation == null ? training.longest() : Math.max(training.longest(), validation.longest());
    }

    Training withMaxLength(int maxLength) {
        return new Training(
                model,
                tuning,
                training.cut(maxLength),
                validation == null ? null : validation.cut(maxLength),
                batchSize,
                steps,
                microBatchTokens);
    }

    Training with(Tuning other) {
        return new Training(model, other, training, validation, batchSize, steps, microBatchTokens);
    }
}
