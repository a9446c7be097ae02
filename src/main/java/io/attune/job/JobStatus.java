package io.attune.job;

import java.util.Locale;

/** Where a job is in its life; the names are the API's and the database's, in lower case. See docs/job-states.md. */
public enum JobStatus {
    VALIDATING_FILES,
    QUEUED,
    RUNNING,
    /** Waits for somebody to resume it. */
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Whether nothing will change any more. */
    public boolean ended() {
        return switch (this) {
            case VALIDATING_FILES, QUEUED, RUNNING, PAUSED -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    /** As in JSON and SQL. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static JobStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
