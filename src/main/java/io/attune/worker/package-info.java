/**
 * What does the work: claims attempts, runs a trainer process for each, and publishes what came out.
 *
 * <p>In flow order: {@link io.attune.worker.WorkerService} starts a {@code ClaimLoop} for validation and one for each device. A claimed
 * attempt goes to {@code AttemptRunner}, which holds its lease ({@code LeaseKeeper}), gives it a work folder ({@code AttemptFolders}) and
 * starts a trainer ({@code TrainerLauncher}), from what an earlier attempt has saved if there is something ({@code SavedState}), listens to it
 * ({@code Supervision}) and says how it ended. {@code Publisher} has the artifact reloaded by a fresh process before anybody sees it.
 * {@code JobRescuer} takes back what dead workers left.
 *
 * <p>No class here loads native machine-learning code.
 */
package io.attune.worker;
