/**
 * What does the work: claims attempts, runs a trainer process for each, and publishes what came out.
 *
 * <p>In flow order: {@link io.attune.worker.WorkerService} starts a {@code ClaimLoop} for validation and one for each device. A claimed
 * attempt goes to {@code AttemptRunner}, which holds its lease ({@code LeaseKeeper}), gives it a work folder ({@code AttemptFolders}) and
 * hands it to {@code ValidationAttempt} or {@code TrainingAttempt}. These start a trainer ({@code TrainerLauncher}), listen to it
 * ({@code Supervision}) and say how it ended. {@code Publisher} has the artifact reloaded by a fresh process before anybody sees it.
 * {@code JobRescuer} takes back what dead workers left.
 *
 * <p>No class here loads native machine-learning code.
 */
package io.attune.worker;
