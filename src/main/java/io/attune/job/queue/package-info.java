/**
 * Everything that changes a job. The table {@code job} is the queue.
 *
 * <p>In flow order: {@code JobCreation} writes job and event in one transaction. {@link io.attune.job.queue.JobQueue}, the entry, hands out
 * attempts. An attempt has a lease and a number, its fence ({@code Fence}). A worker writes through
 * {@link io.attune.job.queue.AttemptJournal} while it works. {@link io.attune.job.queue.AttemptEnd} and
 * {@link io.attune.job.queue.AttemptFailures} write how the attempt ends; {@link io.attune.job.queue.JobRelease} gives a job back. {@code JobControl}
 * cancels, pauses and resumes. {@code ResumeCheckpoints} keeps the state from which a paused job goes on.
 *
 * <p>The status of a job changes in {@code JobLifecycle} alone, by the table in {@code Transitions} (drawn in docs/job-states.md), in the
 * transaction that writes the event.
 *
 * <p>All statements here are SQL: each has to hold under concurrency, and a lease is counted in the database's time.
 */
package io.attune.job.queue;
