package io.attune.hub;

import java.time.Duration;

/**
 * How long Attune waits for the Hub.
 *
 * @param connect the time for a connection
 * @param answer the time until the head of an answer arrives
 * @param silence the time until the next bytes of an answer arrive
 * @param pause makes the pause between two tries
 */
record Patience(Duration connect, Duration answer, Duration silence, Pause pause) {

    interface Pause {
        void make(Duration length) throws InterruptedException;
    }

    static final Patience USUAL = new Patience(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            length -> Thread.sleep(length.toMillis()));
}
