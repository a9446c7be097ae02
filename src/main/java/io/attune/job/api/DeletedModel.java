package io.attune.job.api;

import io.swagger.v3.oas.annotations.media.Schema;

/** OpenAI's answer to the deletion of a model. */
@Schema(name = "DeleteModelResponse")
record DeletedModel(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Its name.")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "model")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) boolean deleted) {}
