/**
 * Starts trainers and receives their messages, for workers, previews and commands.
 *
 * <p>In flow order: {@link io.attune.trainer.launch.TrainerLauncher}, the entry, starts a
 * {@link io.attune.trainer.launch.RunningTrainer}. {@link io.attune.trainer.launch.TrainerProcesses} starts
 * processes on this machine ({@link io.attune.process}); another implementation may start trainers elsewhere.
 * {@link io.attune.trainer.launch.TrainerCalls} runs one short call, outside the queue and in any process.
 *
 * <p>No class here runs inside a trainer.
 */
package io.attune.trainer.launch;
