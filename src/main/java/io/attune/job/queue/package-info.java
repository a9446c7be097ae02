/**
 * Creates, claims, changes and ends jobs. The table {@code job} is the queue.
 *
 * <p>In flow order: {@code JobCreation} writes a job and its first events in one transaction. {@code JdbcJobQueue},
 * the entry for workers, implements {@link io.attune.job.attempt.JobQueue}. {@code JobClaims} hands out attempts,
 * {@code AttemptJournal} records the reports of an attempt, and {@code AttemptEnds} ends it. An attempt has a lease
 * and a number. {@code Fence} checks both before each write. {@code ValidationEnds}, {@code ModelPublication},
 * {@code StoppedAttempts} and {@code AttemptFailures} write the results of each kind of end. {@code JobRelease}
 * gives a job back to the queue. {@code JdbcLostAttempts} takes attempts back from lost workers.
 * {@code JobControl}, the entry for the API, cancels, pauses and resumes.
 *
 * <p>Each column of a job has one class that writes it. Only {@code JobLifecycle} changes the status. It uses the
 * table in {@code Transitions} (drawn in docs/job-states.md), in the transaction that writes the event.
 * {@code Retries} counts failures and sets the time of the next try. The comments of {@code JobProgress},
 * {@code TrainingNeeds} and {@code ModelPublication} name their columns. {@code EventLog} of {@code job.event}
 * writes {@code last_seq}, and {@code UnschedulableJobs} of {@code pool} writes {@code misfit}. Two operations also
 * write columns of other classes, because each of them must be one statement: a claim, and a change of status.
 *
 * <p>All statements here are SQL, because each must be correct under concurrency. Leases are measured with the
 * clock of the database.
 */
package io.attune.job.queue;
