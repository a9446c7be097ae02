package io.attune.job.queue;

/**
 * The state of a training after a finished step, private to its job.
 *
 * @param attempt that saved it
 * @param artifact sha256 of a zip in the artifact store
 */
public record ResumeCheckpoint(int attempt, int step, String artifact) {}
