/**
 * Fine-tuning jobs: OpenAI's endpoints and what is true about a job.
 *
 * <p>In flow order: {@link io.attune.job.JobController} reads a request ({@code CreateJobReader}) and {@code JobCreation} writes job and
 * event in one transaction. The table {@code job} is the queue: {@link io.attune.job.JobQueue} hands out attempts, each with a lease and a
 * number, its fence. While a worker works, it writes through {@link io.attune.job.AttemptJournal}; how it ends is told to
 * {@link io.attune.job.AttemptEnd}. {@code JobSteering} cancels, pauses and resumes; what a paused job goes on from is in
 * {@code ResumeCheckpoints}. A job's status changes in {@code JobLifecycle} alone, by the table in
 * {@link io.attune.job.Transitions} (drawn in docs/job-states.md), in the transaction that writes the event.
 *
 * <p>What wakes whoever waits, here and in other processes, is {@link io.attune.job.QueueBell}. What a job that waits tells of itself is
 * reckoned by {@code WaitingJobs}, and {@code MisfitWatch} tells those that no worker can take.
 *
 * <p>What a request may name is looked up by {@code JobInputs}; {@link io.attune.job.PreviewReader} reads a request for a preview as one for a job is
 * read.
 *
 * <p>What happened to a job is told by {@code JobHistoryController}: events in pages, or as they happen ({@code EventStreams}), checkpoints,
 * and what validation found in its files ({@link io.attune.job.ValidationReport}). {@code ModelDeletion} deletes what jobs made.
 *
 * <p>The API reads through Spring Data JPA; all writes are SQL, since each has to hold under concurrency and a lease is counted in the
 * database's time.
 */
package io.attune.job;
