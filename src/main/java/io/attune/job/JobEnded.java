package io.attune.job;

/**
 * A job has succeeded, failed or been cancelled. Published to listeners in the transaction that ends the job: what they write becomes
 * visible with it, or not at all.
 */
public record JobEnded(String project, String job, JobStatus status) {}
