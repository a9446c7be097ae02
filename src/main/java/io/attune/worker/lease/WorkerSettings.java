package io.attune.worker.lease;

import java.time.Duration;

/**
 * How a worker behaves.
 *
 * @param lease how long a claimed attempt is this worker's without a renewal
 * @param renewal between two renewals
 * @param poll between two looks at the queue when nothing rings
 * @param shortestSilence that is suspicious, however fast the steps are
 * @param resumeInterval between two states that a training saves while it goes on
 * @param drain how long trainers may take to save what they have when the worker is stopped
 * @param heap of a trainer's JVM, as after {@code -Xmx}; weights and activations lie outside it
 */
public record WorkerSettings(
        Duration lease,
        Duration renewal,
        Duration poll,
        Duration shortestSilence,
        Duration resumeInterval,
        Duration drain,
        String heap) {

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    /** @throws IllegalArgumentException that says what is wrong with which setting */
    public static WorkerSettings of(Duration lease, Duration resumeInterval, Duration drain, String heap) {
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
                lease, lease.dividedBy(6), Duration.ofMillis(500), Duration.ofMinutes(10), resumeInterval, drain, heap);
    }

    /** How long before the lease's end a trainer has to be dead. */
    Duration margin() {
        return lease.dividedBy(10);
    }
}
