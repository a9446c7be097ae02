/**
 * What a worker and the queue say to each other about an attempt.
 *
 * <p>{@link io.attune.job.attempt.JobQueue}, the entry, has four calls: {@code claim}, {@code renew}, {@code record}
 * and {@code end}, and one read. {@link io.attune.job.attempt.Claim} brings all that the worker has to know of a job.
 * {@link io.attune.job.attempt.AttemptReport} is what the worker records while the attempt runs.
 * {@link io.attune.job.attempt.AttemptEnd} is how the attempt ends, and {@link io.attune.job.attempt.AttemptFailure}
 * lists the ends that are failures. {@link io.attune.job.attempt.LostAttempts} takes attempts back from workers that
 * are gone.
 *
 * <p>The types here are interfaces and plain records. {@code job.queue} implements the interfaces with SQL. A worker
 * that cannot reach the database, such as one in a pod, can talk over HTTP through the same interfaces.
 */
package io.attune.job.attempt;
