package io.attune.job;

import java.util.Locale;

/**
 * The status of a job. The API and the database use the names in lower case. docs/job-states.md draws the changes.
 */
public enum JobStatus {
    VALIDATING_FILES,
    QUEUED,
    RUNNING,
    /** The job waits until somebody resumes it. */
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Whether the status is final. */
    public boolean ended() {
        return switch (this) {
            case VALIDATING_FILES, QUEUED, RUNNING, PAUSED -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    /** The name in JSON and SQL. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static JobStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
