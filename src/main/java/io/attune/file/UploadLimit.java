package io.attune.file;

import io.attune.api.ApiException;

/** The largest size of an uploaded file, in bytes. */
record UploadLimit(long bytes) {

    /** @param param the parameter that names the file or its size */
    ApiException exceeded(String param) {
        return ApiException.tooLarge(
                param,
                "The file is too large: at most " + bytes + " bytes are taken. Split it, or have the service's"
                        + " administrator raise ATTUNE_MAX_FILE_BYTES.");
    }
}
