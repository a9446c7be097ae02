package io.attune.job.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.job.PublishedCheckpoint;
import io.swagger.v3.oas.annotations.media.Schema;

/** OpenAI's {@code fine_tuning.job.checkpoint}. */
@Schema(name = "FineTuningJobCheckpoint")
record CheckpointAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "fine_tuning.job.checkpoint")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "ftckpt-abc123")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Seconds since 1970.")
        @JsonProperty("created_at")
        long createdAt,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("fine_tuned_model_checkpoint")
        String fineTunedModelCheckpoint,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("fine_tuning_job_id")
        String fineTuningJobId,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Metrics metrics,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("step_number")
        int stepNumber) {

    static CheckpointAnswer of(PublishedCheckpoint checkpoint) {
        return new CheckpointAnswer(
                "fine_tuning.job.checkpoint",
                checkpoint.id(),
                checkpoint.createdAt().getEpochSecond(),
                checkpoint.model(),
                checkpoint.job(),
                checkpoint.metrics(Metrics.class),
                checkpoint.step());
    }

    /** Numbers at the step of the checkpoint. Numbers that were not computed are absent. */
    @Schema(name = "FineTuningJobCheckpointMetrics")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Metrics(
            Integer step,
            @JsonProperty("train_loss") Double trainLoss,
            @JsonProperty("train_mean_token_accuracy") Double trainMeanTokenAccuracy,
            @JsonProperty("valid_loss") Double validLoss,
            @JsonProperty("valid_mean_token_accuracy") Double validMeanTokenAccuracy,
            @JsonProperty("full_valid_loss") Double fullValidLoss,
            @JsonProperty("full_valid_mean_token_accuracy") Double fullValidMeanTokenAccuracy) {}
}
