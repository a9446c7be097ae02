/**
 * The role {@code worker}: claims attempts and runs them.
 *
 * <p>In flow order: {@link io.attune.worker.WorkerService}, the entry, registers the worker
 * ({@code WorkerPresence}). It then starts a {@code ClaimLoop} for each slot: some slots for validations, and one
 * slot for each device ({@code worker.device}). A claimed attempt goes to {@code AttemptRunner}
 * ({@code worker.attempt}), which holds its lease ({@code worker.lease}). {@code WorkerPresence} shows that the
 * worker is alive, and takes attempts back from dead workers.
 *
 * <p>A worker reaches the queue only through {@link io.attune.job.attempt.JobQueue} and
 * {@link io.attune.job.attempt.LostAttempts}, and the pool only through {@link io.attune.pool.WorkerRegistry}. It
 * starts trainers through {@code TrainerLauncher}. No class here loads native machine-learning code or uses the
 * database directly.
 */
package io.attune.worker;
