package io.attune.file;

import io.swagger.v3.oas.annotations.media.Schema;

/** Describes the form for openapi.yaml. {@link MultipartForm} reads the form. */
@Schema(name = "AddUploadPartRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record AddUploadPartRequest(
        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                type = "string",
                format = "binary",
                description = "At most 64 MB; lines may go on in the next part.")
        byte[] data) {}
