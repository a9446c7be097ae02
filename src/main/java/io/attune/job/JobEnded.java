package io.attune.job;

/**
 * A job has succeeded, failed or been cancelled. Published in the transaction that ends the job. What a listener
 * writes becomes visible together with the end of the job, or not at all.
 */
public record JobEnded(String project, String job, JobStatus status) {}
