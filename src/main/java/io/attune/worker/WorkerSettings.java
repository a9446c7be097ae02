package io.attune.worker;

import java.time.Duration;

/**
 * How a worker behaves.
 *
 * @param lease how long a claimed attempt is this worker's without a renewal
 * @param renewal between two renewals
 * @param poll between two looks at the queue when nothing rings
 * @param shortestSilence that is suspicious, however fast the steps are
 * @param heap of a trainer's JVM, as after {@code -Xmx}; weights and activations lie outside it
 */
record WorkerSettings(Duration lease, Duration renewal, Duration poll, Duration shortestSilence, String heap) {

    static WorkerSettings standard(String heap) {
        return new WorkerSettings(
                Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofMinutes(10), heap);
    }

    /** How long before the lease's end a trainer has to be dead. */
    Duration margin() {
        return lease.dividedBy(10);
    }
}
