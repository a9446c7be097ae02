package io.attune.job.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;

/**
 * The body of {@code POST /v1/fine_tuning/jobs} in the OpenAPI description. {@link CreateJobReader} reads the body.
 */
@Schema(name = "CreateFineTuningJobRequest")
record CreateJobRequest(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Name of a base model.")
        String model,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "Id of a file of purpose fine-tune.",
                example = "file-abc123")
        @JsonProperty("training_file")
        String trainingFile,

        @Schema(
                description = "Id of a file of purpose fine-tune.",
                types = {"string", "null"})
        @JsonProperty("validation_file")
        String validationFile,

        @Schema(
                description = "Goes into the tuned model's name.",
                pattern = "^[A-Za-z0-9_-]{1,64}$",
                types = {"string", "null"})
        String suffix,

        @Schema(
                minimum = "0",
                maximum = "2147483647",
                description = "Drawn and shown where absent.",
                types = {"integer", "null"})
        Long seed,

        @Schema(minimum = "-100", maximum = "100", defaultValue = "0", description = "Higher goes first.")
        Integer priority,

        @Schema(
                description = "At most 16 pairs; keys up to 64 characters, values up to 512.",
                types = {"object", "null"})
        Map<String, String> metadata,

        @Schema(
                description =
                        "Variables for the model's chat template, such as {\"enable_thinking\": false}: JSON values of any kind,"
                                + " at most 64 KiB. Rows and samples are rendered with them, and whoever serves the model has to give"
                                + " them too.",
                types = {"object", "null"},
                additionalProperties = Schema.AdditionalPropertiesValue.TRUE,
                example = "{\"enable_thinking\": false}")
        @JsonProperty("chat_template_kwargs")
        Map<String, Object> chatTemplateKwargs,

        @Schema(ref = SettingSchemas.TRAINING_TYPE) @JsonProperty("training_type")
        Object trainingType,

        Method method,

        @Schema(
                ref = SettingSchemas.HYPERPARAMETERS,
                description = "Deprecated: use method.supervised.hyperparameters.",
                deprecated = true)
        Object hyperparameters) {

    /** The method, with OpenAI's names. Only {@code supervised} is supported. */
    @Schema(name = "FineTuneMethod")
    record Method(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "supervised")
            String type,

            Supervised supervised) {}

    /** The settings of the method. */
    @Schema(name = "FineTuneSupervisedMethod")
    record Supervised(
            @Schema(ref = SettingSchemas.HYPERPARAMETERS) Object hyperparameters) {}
}
