package io.attune.job.queue;

import java.util.Locale;

/** The outcome of an attempt. */
enum Outcome {
    VALIDATED,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /** The trainer has stopped so that the job can be paused. */
    PAUSED,
    /** The trainer died, and the cause is not known. */
    CRASHED,
    /** The memory of the device was too small. The next attempt uses smaller micro-batches. */
    OUT_OF_MEMORY,
    /** Something that the job needs was not available or full. The job is not the cause. */
    INTERRUPTED,
    /** The lease expired before the work was complete, or the worker is dead. */
    LOST,
    /** The worker was shutting down and released the attempt. */
    RELEASED;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
