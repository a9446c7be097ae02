package io.attune.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;

/** The form of an upload as openapi.yaml shows it; {@link UploadForm} reads it. */
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

        @JsonProperty("expires_after") ExpiresAfter expiresAfter) {

    /** In the form as {@code expires_after[anchor]} and {@code expires_after[seconds]}. */
    @Schema(name = "FileExpirationAfter", description = "When the file deletes itself; never unless given.")
    record ExpiresAfter(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "created_at")
            String anchor,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, minimum = "3600", maximum = "2592000")
            long seconds) {}
}
