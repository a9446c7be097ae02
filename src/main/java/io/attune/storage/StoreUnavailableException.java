package io.attune.storage;

import java.io.IOException;

/** The artifact store does not answer, or not as it should, at the moment. Nothing is lost, and it is nobody's fault: worth another try. */
public class StoreUnavailableException extends IOException {

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
