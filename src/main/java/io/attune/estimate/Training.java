package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.dataset.RowSizes;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Tuning;

/**
 * The inputs of a memory estimate.
 *
 * @param validation sizes of the validation rows, or null if there are none
 * @param batchSize rows of one optimizer step
 * @param steps optimizer steps of the whole run
 * @param microBatchTokens tokens that are computed at once
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

    /** Returns the most token sequences that one step may have. */
    int batchSequences() {
        return Math.multiplyExact(batchSize, training.mostSequences());
    }

    public Training withMicroBatchTokens(int tokens) {
        return new Training(model, tuning, training, validation, batchSize, steps, tokens);
    }

    /**
     * Returns the smallest {@code micro_batch_tokens} that has an effect, in tokens: the longest row, which is never
     * split.
     */
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

    /** Returns the same training with LoRA and the default settings of LoRA. */
    Training withUsualLora() {
        BaseModelLimits limits = new BaseModelLimits(smallestMicroBatch(), model.targets());
        return with(Tuning.of(Tuning.Type.LORA).resolve(limits));
    }
}
