package io.attune.job;

import java.util.Locale;

/** What an attempt is for. */
public enum Purpose {
    /** Tokenise and count; needs no slot. */
    VALIDATE(JobStatus.VALIDATING_FILES),
    /** Train and publish; needs a device. */
    TRAIN(JobStatus.QUEUED);

    private final JobStatus waiting;

    Purpose(JobStatus waiting) {
        this.waiting = waiting;
    }

    /** The status of jobs that wait for such an attempt. */
    public JobStatus waiting() {
        return waiting;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
