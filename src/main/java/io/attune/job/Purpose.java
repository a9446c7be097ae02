package io.attune.job;

import java.util.Locale;

/** The purpose of an attempt. */
public enum Purpose {
    /** Tokenises the files and counts. Needs no device. */
    VALIDATE(JobStatus.VALIDATING_FILES),
    /** Trains and publishes. Needs a device. */
    TRAIN(JobStatus.QUEUED);

    private final JobStatus waiting;

    Purpose(JobStatus waiting) {
        this.waiting = waiting;
    }

    /** The status of jobs that wait for an attempt with this purpose. */
    public JobStatus waiting() {
        return waiting;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
