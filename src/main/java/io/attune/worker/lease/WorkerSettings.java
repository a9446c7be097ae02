package io.attune.worker.lease;

import java.time.Duration;

/**
 * The settings of a worker.
 *
 * @param lease time for which a claimed attempt belongs to this worker without a renewal
 * @param renewal time between two renewals
 * @param poll time between two looks at the queue without a signal
 * @param shortestSilence a shorter silence of a trainer is never a reason to kill it
 * @param resumeInterval time between two states that a training saves while it runs
 * @param drain maximum time for trainers to save their state when the worker shuts down
 */
public record WorkerSettings(
        Duration lease,
        Duration renewal,
        Duration poll,
        Duration shortestSilence,
        Duration resumeInterval,
        Duration drain) {

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    /** @throws IllegalArgumentException that names the wrong setting and the problem */
    public static WorkerSettings of(Duration lease, Duration resumeInterval, Duration drain) {
        if (lease.compareTo(SHORTEST_LEASE) < 0) {
            throw new IllegalArgumentException("ATTUNE_LEASE must be a second or more, such as 30s, not " + lease);
        }
        if (resumeInterval.isNegative()) {
            throw new IllegalArgumentException(
                    "ATTUNE_RESUME_INTERVAL must be a time, such as 5m, not " + resumeInterval);
        }
        if (drain.isNegative()) {
            throw new IllegalArgumentException("ATTUNE_DRAIN_TIMEOUT must be a time, such as 5m, not " + drain);
        }
        return new WorkerSettings(
                lease, lease.dividedBy(6), Duration.ofMillis(500), Duration.ofMinutes(10), resumeInterval, drain);
    }

    /** Time before the end of the lease at which a trainer must be dead. */
    Duration margin() {
        return lease.dividedBy(10);
    }
}
