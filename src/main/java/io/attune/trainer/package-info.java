/**
 * The trainer process: {@link io.attune.trainer.TrainerMain} reads one specification and does what its mode says. The way of a training is
 * {@code TrainingRun}: token rows, steps, evaluations, checkpoints, the artifact; a training that is stopped leaves a {@code ResumeFolder} to go
 * on from. Knows neither the database nor the service; can be run from a shell by itself.
 */
package io.attune.trainer;
