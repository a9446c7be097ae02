package io.attune.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Decides when to repeat a failed delivery: the example schedule of Standard Webhooks, about three days in total.
 */
final class RetrySchedule {

    private static final List<Duration> DELAYS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final double JITTER = 0.2;

    private final RandomGenerator random;

    RetrySchedule(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Returns the pause after a failed try; empty if it was the last try.
     *
     * @param tries number of tries so far, from 1
     * @param retryAfter the pause that the receiver requests, honoured up to a day
     */
    Optional<Duration> delay(int tries, Duration retryAfter) {
        if (tries > DELAYS.size()) {
            return Optional.empty();
        }
        Duration asked = retryAfter.compareTo(LONGEST) < 0 ? retryAfter : LONGEST;
        long planned = DELAYS.get(tries - 1).toMillis();
        // never earlier than planned or requested: more requests do not help a receiver in trouble
        long millis = Math.max(planned, asked.toMillis());
        return Optional.of(Duration.ofMillis(Math.round(millis * (1 + JITTER * random.nextDouble()))));
    }
}
