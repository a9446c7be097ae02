package io.attune.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/** The model object of OpenAI's API. */
@Schema(name = "Model", description = "A base model, a tuned model or a published checkpoint.")
record ModelAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Its name.")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "model")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Unix time in seconds.")
        long created,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description =
                        "`system` for a base model; the organization, `attune`, for a tuned model or a checkpoint.")
        @JsonProperty("owned_by")
        String ownedBy) {

    static ModelAnswer of(String name, Instant created, String owner) {
        return new ModelAnswer(name, "model", created.getEpochSecond(), owner);
    }
}
