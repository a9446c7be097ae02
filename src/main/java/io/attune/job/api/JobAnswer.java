package io.attune.job.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.catalog.TunedModelName;
import io.attune.job.Estimate;
import io.attune.job.Failure;
import io.attune.job.FineTuningJob;
import io.attune.job.JobStatus;
import io.attune.job.Progress;
import io.attune.setting.Hyperparameters;
import io.attune.setting.Setting;
import io.attune.setting.TrainingSettings;
import io.attune.setting.Tuning;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's {@code fine_tuning.job}, with Attune's fields. Fields that OpenAI's SDKs need are always present; they
 * may be null.
 */
@Schema(name = "FineTuningJob")
@JsonInclude(JsonInclude.Include.ALWAYS)
record JobAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "fine_tuning.job")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "ftjob-abc123")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Seconds since 1970.")
        @JsonProperty("created_at")
        long createdAt,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"integer", "null"})
        @JsonProperty("finished_at")
        Long finishedAt,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String model,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"string", "null"})
        @JsonProperty("fine_tuned_model")
        String fineTunedModel,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("organization_id")
        String organizationId,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"
                })
        String status,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "The three OpenAI has; all are in `method`.")
        Map<String, Object> hyperparameters,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Method method,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, ref = SettingSchemas.TRAINING_TYPE)
        @JsonProperty("training_type")
        Tuning trainingType,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("training_file")
        String trainingFile,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"string", "null"})
        @JsonProperty("validation_file")
        String validationFile,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Id of the results CSV.")
        @JsonProperty("result_files")
        List<String> resultFiles,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "Ids of files; the first is a zip of the tuned model.")
        List<String> artifacts,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"integer", "null"})
        @JsonProperty("trained_tokens")
        Long trainedTokens,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"object", "null"})
        Failed error,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) long seed,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) int priority,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "Variables for the model's chat template, as asked for.",
                additionalProperties = Schema.AdditionalPropertiesValue.TRUE,
                example = "{\"enable_thinking\": false}")
        @JsonProperty("chat_template_kwargs")
        Map<String, Object> chatTemplateKwargs,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = {"integer", "null"},
                description =
                        "The time that the chat template prints where it prints the date, in seconds since 1970. It is fixed when"
                                + " validation begins, so that a job that goes on later trains on the same tokens; null before.")
        @JsonProperty("rendered_at")
        Long renderedAt,

        @Schema(
                types = {"integer", "null"},
                description = "Seconds since 1970; null unless running.")
        @JsonProperty("estimated_finish")
        Long estimatedFinish,

        @Schema(types = {"object", "null"}) ProgressAnswer progress,

        @Schema(
                types = {"object", "null"},
                description = "What the training will take; null until the files are validated.")
        Estimate estimate,

        @Schema(
                types = {"object", "null"},
                additionalPropertiesSchema = String.class)
        JsonNode metadata,

        @Schema(description = "Always empty.") List<Object> integrations) {

    /** The hyperparameters that OpenAI has too. */
    static final List<String> CLASSIC = List.of("n_epochs", "batch_size", "learning_rate_multiplier");

    /** Always {@code supervised}. */
    @Schema(name = "FineTuningJobMethod")
    record Method(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "supervised")
            String type,

            Supervised supervised) {}

    /** The settings of the method. A value is {@code auto} until validation has resolved it. */
    @Schema(name = "FineTuningJobSupervisedMethod")
    record Supervised(
            @Schema(ref = SettingSchemas.HYPERPARAMETERS) Map<String, Object> hyperparameters) {}

    /** The reason why a job failed. */
    @Schema(name = "FineTuningJobError")
    record Failed(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            String code,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            String message,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    types = {"string", "null"})
            String param) {}

    /** @param shown the progress to show, or null */
    static JobAnswer of(FineTuningJob job, ProgressAnswer shown) {
        TrainingSettings settings = job.resolved() == null ? job.settings() : job.resolved();
        Map<String, Object> hyperparameters = shown(settings.hyperparameters(), job.resolved() != null);
        Map<String, Object> classic = new LinkedHashMap<>(hyperparameters);
        classic.keySet().retainAll(CLASSIC);
        Progress progress = job.progress();
        Failure failure = job.failure();
        return new JobAnswer(
                "fine_tuning.job",
                job.id(),
                job.createdAt().getEpochSecond(),
                job.finishedAt() == null ? null : job.finishedAt().getEpochSecond(),
                job.model(),
                job.fineTunedModel(),
                TunedModelName.ORGANISATION,
                job.status().text(),
                classic,
                new Method("supervised", new Supervised(hyperparameters)),
                settings.tuning(),
                job.trainingFile(),
                job.validationFile(),
                job.resultFile() == null ? List.of() : List.of(job.resultFile()),
                job.artifactFile() == null ? List.of() : List.of(job.artifactFile()),
                job.trainedTokens(),
                failure == null ? null : new Failed(failure.code(), failure.message(), failure.param()),
                job.seed(),
                job.priority(),
                job.chatTemplateKwargs(),
                job.renderedAt() == null ? null : job.renderedAt().getEpochSecond(),
                job.status() == JobStatus.RUNNING && progress != null ? progress.estimatedFinish() : null,
                shown,
                job.estimate(),
                job.metadata(),
                List.of());
    }

    private static Map<String, Object> shown(Hyperparameters hyperparameters, boolean resolved) {
        Map<String, Object> shown = new LinkedHashMap<>();
        for (Setting<?> setting : Hyperparameters.DECLARED) {
            if (!resolved && hyperparameters.isAuto(setting)) {
                shown.put(setting.name(), "auto");
            }
            hyperparameters.find(setting).ifPresent(value -> shown.put(setting.name(), value));
        }
        return shown;
    }
}
