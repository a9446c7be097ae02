package io.attune.job.attempt;

/**
 * The saved state of a training after a finished step. Only the job itself uses it.
 *
 * @param attempt number of the attempt that saved it
 * @param artifact sha256 of a zip in the artifact store
 */
public record ResumeCheckpoint(int attempt, int step, String artifact) {}
