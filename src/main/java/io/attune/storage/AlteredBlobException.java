package io.attune.storage;

import java.io.IOException;

/** The bytes in the artifact store are not those that were put there: torn, or changed behind our back. Another try will not help. */
public class AlteredBlobException extends IOException {

    AlteredBlobException(String sha256) {
        super("the bytes in the artifact store are not what they were when they were put there: " + sha256);
    }
}
