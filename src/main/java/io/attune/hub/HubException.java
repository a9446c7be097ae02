package io.attune.hub;

/** A model cannot be fetched from the Hub. The message says why, and what to do. */
public final class HubException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HubException(String message) {
        super(message);
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
