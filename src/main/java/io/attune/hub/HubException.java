package io.attune.hub;

/** Reports that a download from the Hub failed. The message says why, and what to do. */
public final class HubException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HubException(String message) {
        super(message);
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
