/**
 * An attempt that this worker holds.
 *
 * <p>In flow order: {@link io.attune.worker.lease.Leases}, the entry, makes a
 * {@link io.attune.worker.lease.LeasedAttempt} from a claim. The worker writes everything about the attempt through
 * it. {@code RetryWhileLeased} tries the writes again while the lease is valid.
 * {@link io.attune.worker.lease.LeaseKeeper} renews the lease, and kills the trainer when the lease is lost.
 * {@link io.attune.worker.lease.Drain} is the shutdown of the worker. {@link io.attune.worker.lease.Diagnosis}
 * decides what a problem means for the job.
 */
package io.attune.worker.lease;
