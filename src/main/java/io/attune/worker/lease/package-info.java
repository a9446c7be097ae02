/**
 * An attempt that this worker holds.
 *
 * <p>{@link io.attune.worker.lease.Leases}, the entry, makes a {@link io.attune.worker.lease.LeasedAttempt} of a
 * claim. All that the worker writes for the attempt goes through it, and {@code RetryWhileLeased} tries the writes
 * again while the lease lasts. {@link io.attune.worker.lease.LeaseKeeper} renews the lease, and kills the trainer
 * when the lease is lost. {@link io.attune.worker.lease.Drain} tells that the worker is being stopped.
 * {@link io.attune.worker.lease.Diagnosis} says what a problem means for the job.
 */
package io.attune.worker.lease;
