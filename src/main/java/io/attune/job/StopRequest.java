package io.attune.job;

import java.util.Locale;

/** A request to stop a job that has an open attempt. */
public enum StopRequest {
    /** Ends the job; the state of the training is not kept. */
    CANCEL,
    /** Saves the state of the training and frees the slot. */
    PAUSE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns null for null. */
    public static StopRequest of(String text) {
        return text == null ? null : valueOf(text.toUpperCase(Locale.ROOT));
    }
}
