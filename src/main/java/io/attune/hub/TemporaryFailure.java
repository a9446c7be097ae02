package io.attune.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An answer that may be another one later. */
final class TemporaryFailure extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Duration pause;

    /** @param pause how long the server asks to wait; null where it does not say */
    TemporaryFailure(String message, Duration pause) {
        super(message);
        this.pause = pause;
    }

    Optional<Duration> pause() {
        return Optional.ofNullable(pause);
    }
}
