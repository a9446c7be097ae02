package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.dataset.RowSizes;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Tuning;

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

    /** The same training with LoRA, with the settings it has where a request gives none. */
    Training withUsualLora() {
        BaseModelLimits limits = new BaseModelLimits(smallestMicroBatch(), model.targets());
        return with(Tuning.of(Tuning.Type.LORA).resolve(limits));
    }
}
