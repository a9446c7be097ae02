package io.attune.job;

/**
 * One try at a job by one worker. {@code (job, number)} is the fence: every write of the worker carries it, and counts only while the attempt
 * is the job's newest and open.
 */
public record Attempt(String job, int number, Purpose purpose) {

    /** The name of its work folder. */
    public String folderName() {
        return job + "-" + number;
    }
}
