/**
 * Starts trainers and listens to them, for workers, previews and commands alike.
 *
 * <p>Entry: {@link io.attune.trainer.launch.TrainerLauncher} starts a {@link io.attune.trainer.launch.RunningTrainer}.
 * {@link io.attune.trainer.launch.TrainerProcesses} does so with processes of this machine ({@link io.attune.process});
 * another implementation may start them elsewhere. {@link io.attune.trainer.launch.TrainerCalls} asks a trainer one
 * thing, outside the queue and in any process.
 *
 * <p>Nothing here runs inside a trainer.
 */
package io.attune.trainer.launch;
