package io.attune.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;

/** OpenAI's upload object. */
@Schema(name = "Upload", description = "A file that comes in parts.")
@JsonInclude(JsonInclude.Include.NON_NULL)
record UploadAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "upload_abc123")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "upload")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Size of the file, as it was announced.")
        long bytes,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Unix time in seconds.")
        @JsonProperty("created_at")
        long createdAt,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "train.jsonl")
        String filename,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "fine-tune")
        String purpose,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"pending", "completed", "cancelled", "expired"})
        String status,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "Until when it has to be completed, Unix time in seconds.")
        @JsonProperty("expires_at")
        long expiresAt,

        @Schema(description = "What the parts have become; missing until the upload is completed.")
        FileAnswer file) {

    static UploadAnswer of(Upload upload, Upload.Status status, StoredFile file) {
        return new UploadAnswer(
                upload.id(),
                "upload",
                upload.bytes(),
                upload.createdAt().getEpochSecond(),
                upload.filename(),
                upload.purpose(),
                status.wireName(),
                upload.expiresAt().getEpochSecond(),
                file == null ? null : FileAnswer.of(file));
    }
}
