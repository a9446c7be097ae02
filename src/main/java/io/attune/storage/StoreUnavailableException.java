package io.attune.storage;

import java.io.IOException;

/**
 * The artifact store does not answer at the moment, or answers with an error. No data is lost, and a later try may
 * succeed.
 */
public class StoreUnavailableException extends IOException {

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
