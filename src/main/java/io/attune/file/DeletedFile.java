package io.attune.file;

import io.swagger.v3.oas.annotations.media.Schema;

/** OpenAI's answer to a deletion. */
@Schema(name = "DeleteFileResponse")
record DeletedFile(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "file")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) boolean deleted) {}
