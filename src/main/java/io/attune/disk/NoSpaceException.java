package io.attune.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Reports a full disk: the write would use the reserve for the database. The message is a sentence that names the
 * folder.
 */
public final class NoSpaceException extends IOException {

    private NoSpaceException(String message) {
        super(message);
    }

    /**
     * @param free free bytes on the disk
     * @param needed needed bytes; more than {@code free}
     */
    static NoSpaceException in(Path folder, long free, long needed) {
        return new NoSpaceException(String.format(
                Locale.ROOT,
                "The disk of %s is full: %.1f MB are free, and %.1f MB are needed.",
                folder,
                free / 1e6,
                needed / 1e6));
    }
}
