package io.attune.storage;

import java.io.IOException;

/**
 * The bytes in the artifact store differ from the bytes that were stored: they are incomplete or were changed.
 * Another try does not help.
 */
public class AlteredBlobException extends IOException {

    AlteredBlobException(String sha256) {
        super("the bytes in the artifact store differ from the bytes that were stored: " + sha256);
    }
}
