package io.attune.job.queue;

import java.util.Locale;

/** How an attempt ended. */
enum Outcome {
    VALIDATED,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /** The trainer has stopped so that the job can be paused. */
    PAUSED,
    /** The trainer died without a word. */
    CRASHED,
    /** The device was too small; the next attempt computes less at once. */
    OUT_OF_MEMORY,
    /** Something around it was away or full; nothing is wrong with the job. */
    INTERRUPTED,
    /** The lease ended before the work did, or its worker is dead. */
    LOST,
    /** The worker gave it back. */
    RELEASED;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
