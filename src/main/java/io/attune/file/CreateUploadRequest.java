package io.attune.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.api.ApiException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;

/** A client's announcement of a file that it sends in parts. */
@Schema(name = "CreateUploadRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record CreateUploadRequest(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, minLength = 1, example = "train.jsonl")
        String filename,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "fine-tune")
        String purpose,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, minimum = "1", description = "Size of the file.")
        Long bytes,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                example = "application/jsonl",
                description = "Any: what the file holds is checked when the upload is completed.")
        @JsonProperty("mime_type")
        String mimeType,

        @JsonProperty("expires_after") ExpiresAfter expiresAfter) {

    /** @throws ApiException if a field is missing or invalid */
    CreateUploadRequest {
        filename = Filename.plain(required(filename, "filename"), "filename");
        if (filename.isEmpty()) {
            throw ApiException.invalidValue("filename", "'filename' must name the file, such as 'train.jsonl'.");
        }
        Purpose.checkUploaded(required(purpose, "purpose"));
        if (required(bytes, "bytes") < 1) {
            throw ApiException.invalidValue("bytes", "'bytes' must be 1 or more, not " + bytes + ".");
        }
        required(mimeType, "mime_type");
        if (expiresAfter != null) {
            expiresAfter.lifetime(ExpiresAfter::inJson);
        }
    }

    /** Returns the time from the creation of the file to its deletion; null if the file does not expire. */
    Duration lifetime() {
        return expiresAfter == null ? null : expiresAfter.lifetime(ExpiresAfter::inJson);
    }

    private static <T> T required(T value, String name) {
        if (value == null) {
            throw ApiException.missingParameter(name);
        }
        return value;
    }
}
