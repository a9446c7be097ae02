package io.attune.api;

/** How large an uploaded file may be. */
public record UploadLimit(long bytes) {

    /** @param param that names the file or its size */
    public ApiException exceeded(String param) {
        return ApiException.tooLarge(
                param,
                "The file is too large: at most " + bytes + " bytes are taken. Split it, or have the service's"
                        + " administrator raise ATTUNE_MAX_FILE_BYTES.");
    }
}
