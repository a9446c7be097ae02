package io.attune.hub;

import java.time.Duration;

/**
 * How long the Hub is waited for.
 *
 * @param connect until a connection stands
 * @param answer until the head of an answer is there
 * @param silence until the next bytes of an answer are there
 * @param pause how a pause between two tries is made
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
