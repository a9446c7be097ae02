package io.attune.job;

/**
 * One try at a job by one worker. The pair {@code (job, number)} is the fence: every write of the worker carries
 * it. A write counts only while the attempt is the newest attempt of the job and is open.
 */
public record Attempt(String job, int number, Purpose purpose) {

    /** The name of the attempt's work folder. */
    public String folderName() {
        return job + "-" + number;
    }
}
