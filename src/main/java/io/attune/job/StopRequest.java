package io.attune.job;

import java.util.Locale;

/** What somebody wants of a job whose attempt is open. */
public enum StopRequest {
    /** End it; nothing is to be kept. */
    CANCEL,
    /** Keep what was learned, and free the slot. */
    PAUSE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null for null. */
    public static StopRequest of(String text) {
        return text == null ? null : valueOf(text.toUpperCase(Locale.ROOT));
    }
}
