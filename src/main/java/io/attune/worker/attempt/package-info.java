/**
 * What a worker does in an attempt, from the claim to the end.
 *
 * <p>{@link io.attune.worker.attempt.AttemptRunner}, the entry, gives the attempt a work folder and has
 * {@code ValidationWork} or {@code TrainingWork} do it: start a trainer, from what an earlier attempt has saved if
 * there is something ({@code SavedState}), listen to it ({@code Supervision}, {@code TrainingListener}), take over the states
 * that it saves ({@code StateKeeper}), and end the attempt. {@code Publisher} has the artifact reloaded by a fresh
 * process before anybody sees it. A problem is thrown, and {@link io.attune.worker.lease.Diagnosis} says what it
 * means for the job.
 */
package io.attune.worker.attempt;
