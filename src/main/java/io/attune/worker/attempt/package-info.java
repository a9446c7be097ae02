/**
 * The work of a worker in an attempt, from the claim to the end.
 *
 * <p>In flow order: {@link io.attune.worker.attempt.AttemptRunner}, the entry, creates a work folder and calls
 * {@code ValidationWork} or {@code TrainingWork}. The work starts a trainer, from a saved state of an earlier
 * attempt if there is one ({@code SavedState}). It follows the trainer's messages ({@code Supervision},
 * {@code TrainingListener}) and keeps the states that the trainer saves ({@code StateKeeper}). {@code Publisher}
 * lets a fresh process load the artifact before it is published. Then the work ends the attempt. Problems are
 * thrown as exceptions, and {@link io.attune.worker.lease.Diagnosis} decides what a problem means for the job.
 */
package io.attune.worker.attempt;
