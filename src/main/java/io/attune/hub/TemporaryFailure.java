package io.attune.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Reports an answer that may be different later. */
final class TemporaryFailure extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Duration pause;

    /** @param pause the pause that the server asks for; null for none */
    TemporaryFailure(String message, Duration pause) {
        super(message);
        this.pause = pause;
    }

    Optional<Duration> pause() {
        return Optional.ofNullable(pause);
    }
}
