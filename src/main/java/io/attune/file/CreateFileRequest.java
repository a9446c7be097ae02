package io.attune.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;

/** Describes the form for openapi.yaml. {@link CreateFileForm} reads the form. */
@Schema(name = "CreateFileRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record CreateFileRequest(
        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                type = "string",
                format = "binary",
                description = "JSON Lines.")
        byte[] file,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "fine-tune")
        String purpose,

        @Schema(description = "In the form as `expires_after[anchor]` and `expires_after[seconds]`.")
        @JsonProperty("expires_after")
        ExpiresAfter expiresAfter) {}
