package io.attune.api;

import jakarta.servlet.MultipartConfigElement;

/** How large an uploaded file may be. */
public record UploadLimit(long bytes) {

    /** Room for the other parts and the headers of a form. */
    private static final long FORM = 1 << 20;

    /**
     * The servlet container's limits.
     *
     * @param folder where parts are written; none is kept in memory
     */
    public MultipartConfigElement multipart(String folder) {
        return new MultipartConfigElement(folder, bytes, bytes + FORM, 0);
    }

    ApiException exceeded() {
        return ApiException.tooLarge(
                "file",
                "The file is too large: at most " + bytes + " bytes are taken. Split it, or have the service's"
                        + " administrator raise ATTUNE_MAX_FILE_BYTES.");
    }
}
