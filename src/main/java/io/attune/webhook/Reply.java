package io.attune.webhook;

import java.time.Duration;

/** What came of a try. */
sealed interface Reply {

    /** @param retryAfter how long the receiver asks to be left alone; zero if it does not say */
    record Answered(int status, Duration retryAfter) implements Reply {}

    /** @param why a sentence for the endpoint's owner */
    record Unanswered(String why) implements Reply {}
}
