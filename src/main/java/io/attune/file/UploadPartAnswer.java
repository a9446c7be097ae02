package io.attune.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;

/** OpenAI's object for a part of an upload. */
@Schema(name = "UploadPart", description = "Some of an upload's bytes.")
record UploadPartAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "part_abc123")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "upload.part")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Unix time in seconds.")
        @JsonProperty("created_at")
        long createdAt,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "upload_abc123") @JsonProperty("upload_id")
        String uploadId) {}
