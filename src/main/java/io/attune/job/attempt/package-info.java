/**
 * The interface between a worker and the queue: the types of an attempt, from its claim to its end.
 *
 * <p>{@link io.attune.job.attempt.JobQueue}, the entry, has four calls, {@code claim}, {@code renew},
 * {@code record} and {@code end}, and one read. {@link io.attune.job.attempt.Claim} contains all data that the
 * worker needs for a job. {@link io.attune.job.attempt.AttemptReport} is what the worker records while the attempt
 * runs. {@link io.attune.job.attempt.AttemptEnd} is the end of the attempt, and
 * {@link io.attune.job.attempt.AttemptFailure} lists the ends that are failures.
 * {@link io.attune.job.attempt.LostAttempts} takes attempts back from lost workers.
 *
 * <p>The types here are interfaces and plain records. {@code job.queue} implements the interfaces with SQL. A
 * worker that cannot reach the database, such as a worker in a pod, can use the same interfaces over HTTP.
 */
package io.attune.job.attempt;
