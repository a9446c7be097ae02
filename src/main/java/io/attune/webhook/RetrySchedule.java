package io.attune.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When a failed delivery is tried again: the example schedule of Standard Webhooks, about three days in all. */
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
     * How long to wait after a failed try; empty when it was the last one.
     *
     * @param tries how many there were, from 1
     * @param retryAfter what the receiver asks for, honoured up to a day
     */
    Optional<Duration> delay(int tries, Duration retryAfter) {
        if (tries > DELAYS.size()) {
            return Optional.empty();
        }
        Duration asked = retryAfter.compareTo(LONGEST) < 0 ? retryAfter : LONGEST;
        long planned = DELAYS.get(tries - 1).toMillis();
        // never earlier than planned or asked: a receiver in trouble is not helped by more requests
        long millis = Math.max(planned, asked.toMillis());
        return Optional.of(Duration.ofMillis(Math.round(millis * (1 + JITTER * random.nextDouble()))));
    }
}
