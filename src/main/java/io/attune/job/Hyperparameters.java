package io.attune.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * {@code method.supervised.hyperparameters}. Null stands for {@code auto}; {@link #resolve} fills in everything but what may be absent for
 * good: {@code max_steps} (no limit), {@code eval_steps} and {@code checkpoint_steps} (per epoch), and whichever of learning rate and
 * multiplier was not asked for ({@code learning_rate} is always there afterwards).
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "SupervisedHyperparameters",
        description = "Every number may also be the string `auto`, which is the same as leaving it out.")
public record Hyperparameters(
        @Schema(description = "Passes over the training rows; auto: 3.", minimum = "1", maximum = "50")
        @JsonProperty("n_epochs")
        Integer nEpochs,

        @Schema(description = "Rows of an optimizer step; auto: 8.", minimum = "1", maximum = "256")
        @JsonProperty("batch_size")
        Integer batchSize,

        @Schema(
                description = "Scales the method's learning rate (LoRA 2e-4, full 2e-5); auto: 1.",
                minimum = "0",
                exclusiveMinimum = true,
                maximum = "1000")
        @JsonProperty("learning_rate_multiplier")
        Double learningRateMultiplier,

        @Schema(
                description = "The learning rate itself; not together with the multiplier.",
                minimum = "0",
                exclusiveMinimum = true,
                maximum = "1")
        @JsonProperty("learning_rate")
        Double learningRate,

        @Schema(description = "Ends the run earlier than n_epochs.", minimum = "1", maximum = "1000000000")
        @JsonProperty("max_steps")
        Integer maxSteps,

        @Schema(
                description = "Share of the steps in which the learning rate rises.",
                minimum = "0",
                maximum = "1",
                defaultValue = "0.03")
        @JsonProperty("warmup_ratio")
        Double warmupRatio,

        @Schema(
                allowableValues = {"constant", "linear", "cosine"},
                defaultValue = "cosine")
        @JsonProperty("lr_scheduler_type")
        String lrSchedulerType,

        @Schema(minimum = "0", maximum = "1", defaultValue = "0") @JsonProperty("weight_decay")
        Double weightDecay,

        @Schema(
                description = "Gradients are scaled down to this L2 norm.",
                minimum = "0",
                exclusiveMinimum = true,
                maximum = "1000000000",
                defaultValue = "1")
        @JsonProperty("max_grad_norm")
        Double maxGradNorm,

        @Schema(minimum = "0", maximum = "1", exclusiveMaximum = true, defaultValue = "0.9") @JsonProperty("adam_beta1")
        Double adamBeta1,

        @Schema(minimum = "0", maximum = "1", exclusiveMaximum = true, defaultValue = "0.999")
        @JsonProperty("adam_beta2")
        Double adamBeta2,

        @Schema(minimum = "0", exclusiveMinimum = true, maximum = "1", defaultValue = "1e-8")
        @JsonProperty("adam_epsilon")
        Double adamEpsilon,

        @Schema(description = "Longest row in tokens; auto: the model's context.", minimum = "1", maximum = "134217728")
        @JsonProperty("max_length")
        Integer maxLength,

        @Schema(
                description = "What becomes of rows over max_length.",
                allowableValues = {"fail", "truncate", "drop"},
                defaultValue = "fail")
        @JsonProperty("overlong_rows")
        String overlongRows,

        @Schema(
                description = "Tokens computed at once; never changes a step's meaning.",
                minimum = "1",
                maximum = "1048576")
        @JsonProperty("micro_batch_tokens")
        Integer microBatchTokens,

        @Schema(
                description = "Steps between two validation runs; auto: an epoch.",
                minimum = "1",
                maximum = "1000000000")
        @JsonProperty("eval_steps")
        Integer evalSteps,

        @Schema(
                description = "Steps between two published checkpoints; auto: an epoch.",
                minimum = "1",
                maximum = "1000000000")
        @JsonProperty("checkpoint_steps")
        Integer checkpointSteps) {

    private static final double LORA_RATE = 2e-4;
    private static final double FULL_RATE = 2e-5;

    public static Hyperparameters auto() {
        return new Hyperparameters(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    /** @param context longest row the model takes, in tokens */
    public Hyperparameters resolve(boolean lora, int context) {
        Double multiplier = learningRate == null ? or(learningRateMultiplier, 1.0) : null;
        double rate = learningRate == null ? multiplier * (lora ? LORA_RATE : FULL_RATE) : learningRate;
        return new Hyperparameters(
                or(nEpochs, 3),
                or(batchSize, 8),
                multiplier,
                rate,
                maxSteps,
                or(warmupRatio, 0.03),
                or(lrSchedulerType, "cosine"),
                or(weightDecay, 0.0),
                or(maxGradNorm, 1.0),
                or(adamBeta1, 0.9),
                or(adamBeta2, 0.999),
                or(adamEpsilon, 1e-8),
                or(maxLength, context),
                or(overlongRows, "fail"),
                or(microBatchTokens, 2048),
                evalSteps,
                checkpointSteps);
    }

    public Hyperparameters withMicroBatchTokens(int tokens) {
        return new Hyperparameters(
                nEpochs,
                batchSize,
                learningRateMultiplier,
                learningRate,
                maxSteps,
                warmupRatio,
                lrSchedulerType,
                weightDecay,
                maxGradNorm,
                adamBeta1,
                adamBeta2,
                adamEpsilon,
                maxLength,
                overlongRows,
                tokens,
                evalSteps,
                checkpointSteps);
    }

    private static <T> T or(T asked, T otherwise) {
        return asked == null ? otherwise : asked;
    }
}
