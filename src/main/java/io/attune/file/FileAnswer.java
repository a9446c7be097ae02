package io.attune.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;

/** OpenAI's file object. */
@Schema(name = "OpenAIFile", description = "An uploaded file, or one that a job made.")
@JsonInclude(JsonInclude.Include.NON_NULL)
record FileAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "file-abc123")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "file")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Its size.")
        long bytes,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Unix time in seconds.")
        @JsonProperty("created_at")
        long createdAt,

        @Schema(description = "When it deletes itself, Unix time in seconds; missing: never.")
        @JsonProperty("expires_at")
        Long expiresAt,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "train.jsonl")
        String filename,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"fine-tune", "fine-tune-results"})
        String purpose,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"uploaded", "processed", "error"})
        String status) {

    static FileAnswer of(StoredFile file) {
        return new FileAnswer(
                file.id(),
                "file",
                file.bytes(),
                file.createdAt().getEpochSecond(),
                file.expiresAt() == null ? null : file.expiresAt().getEpochSecond(),
                file.filename(),
                file.purpose().wireName(),
                file.status());
    }
}
