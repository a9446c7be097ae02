/**
 * What does the work: claims attempts, runs a trainer process for each, and publishes what came out.
 *
 * <p>In flow order: {@link io.attune.worker.WorkerService} starts {@code ClaimLoop}s for validations and one for each device. A claimed
 * attempt goes to {@code AttemptRunner}, which holds its lease ({@code LeaseKeeper}), gives it a work folder ({@link
 * io.attune.process.WorkFolders}) and has {@code ValidationWork} or {@code TrainingWork} do it: start a trainer ({@link
 * io.attune.trainer.launch.TrainerLauncher}), from what an earlier attempt has saved if there is something
 * ({@code SavedState}), listen to it ({@code Supervision}) and write how it ended. {@code Publisher} has the artifact
 * reloaded by a fresh process before anybody sees it. Whatever comes in the way is thrown, and {@code Diagnosis} says what it means for the
 * job. {@code JobRescuer} takes back what dead workers left; {@code Drain} tells all of them that the worker is being stopped.
 *
 * <p>No class here loads native machine-learning code.
 */
package io.attune.worker;
