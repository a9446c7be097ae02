/**
 * The role {@code worker}: claims attempts and has them run.
 *
 * <p>In flow order: {@link io.attune.worker.WorkerService}, the entry, registers the worker ({@code WorkerPresence})
 * and starts a {@code ClaimLoop} for each slot: some for validations, one for each device ({@code worker.device}). A
 * claimed attempt goes to {@code AttemptRunner} ({@code worker.attempt}), which holds its lease
 * ({@code worker.lease}). {@code WorkerPresence} shows that the worker lives, and takes back what dead workers left.
 *
 * <p>A worker reaches the queue only through {@link io.attune.job.attempt.JobQueue} and
 * {@link io.attune.job.attempt.LostAttempts}, and the pool through
 * {@link io.attune.pool.WorkerRegistry}. It starts trainers through {@code TrainerLauncher}. No class here loads native machine-learning code, and none knows the database.
 */
package io.attune.worker;
