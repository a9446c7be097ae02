package io.attune.webhook;

import java.time.Duration;

/** The outcome of a try. */
sealed interface Reply {

    /** @param retryAfter the pause that the receiver requests; zero if it requests none */
    record Answered(int status, Duration retryAfter) implements Reply {}

    /** @param why a sentence for the endpoint's owner */
    record Unanswered(String why) implements Reply {}
}
