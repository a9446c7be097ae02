package io.attune.file;

import io.swagger.v3.oas.annotations.media.Schema;

/** The form as openapi.yaml shows it; {@link MultipartForm} reads it. */
@Schema(name = "AddUploadPartRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record AddUploadPartRequest(
        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                type = "string",
                format = "binary",
                description = "At most 64 MB; lines may go on in the next part.")
        byte[] data) {}
