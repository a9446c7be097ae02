package io.attune.preview;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;

/** Describes the request for openapi.yaml. {@link io.attune.job.api.PreviewReader} reads the request. */
@Schema(name = "CreateFineTuningPreviewRequest")
record CreatePreview(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Name of a base model.")
        String model,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "Id of a file of purpose fine-tune.",
                example = "file-abc123")
        @JsonProperty("training_file")
        String trainingFile,

        @Schema(
                description = "The one row to show, by its line in the file. Not together with limit.",
                minimum = "1",
                maximum = "2147483647",
                types = {"integer", "null"})
        Integer line,

        @Schema(
                description = "How many rows to show, from the first.",
                minimum = "1",
                maximum = "20",
                defaultValue = "3",
                types = {"integer", "null"})
        Integer limit,

        @Schema(
                ref = "#/components/schemas/FineTuneMethod",
                description = "As in a job; of the hyperparameters max_length and overlong_rows matter here.")
        Object method,

        @Schema(
                description = "As in a job.",
                types = {"object", "null"},
                additionalProperties = Schema.AdditionalPropertiesValue.TRUE,
                example = "{\"enable_thinking\": false}")
        @JsonProperty("chat_template_kwargs")
        Map<String, Object> chatTemplateKwargs) {}
