/**
 * Everything that changes a job. The table {@code job} is the queue.
 *
 * <p>In flow order: {@code JobCreation} writes job and event in one transaction. {@code JdbcJobQueue}, the entry for
 * workers, implements {@link io.attune.job.attempt.JobQueue}: {@code JobClaims} hands out attempts,
 * {@code AttemptJournal} writes what an attempt reports, and {@code AttemptEnds} writes how it ends. An attempt has a lease
 * and a number, its fence ({@code Fence}). {@code ValidationEnds}, {@code ModelPublication}, {@code StoppedAttempts}
 * and {@code AttemptFailures} say what each end leaves behind. {@code JobRelease} gives a job back to the queue, and
 * {@code JdbcLostAttempts} takes it back from a worker that is gone. {@code JobControl} cancels, pauses and resumes.
 *
 * <p>Each column of a job has one class that writes it. The status changes in {@code JobLifecycle} alone, by the
 * table in {@code Transitions} (drawn in docs/job-states.md), in the transaction that writes the event.
 * {@code Retries} counts failures and sets when the job is tried again. {@code JobProgress}, {@code TrainingNeeds} and
 * {@code ModelPublication} name their columns, and so does {@code EventLog} of {@code job.event}. Two statements
 * write columns of others, since each has to be one statement: a claim, and a change of status.
 *
 * <p>All statements here are SQL: each has to hold under concurrency, and a lease is counted in the database's time.
 */
package io.attune.job.queue;
