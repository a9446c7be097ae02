package io.attune.job.queue;

import io.attune.job.Attempt;

/** The attempt is not this worker's any more: whatever it still does has to stop, and nothing it writes counts. */
public final class LostLeaseException extends RuntimeException {

    LostLeaseException(Attempt attempt) {
        super("attempt " + attempt.number() + " of " + attempt.job() + " is lost", null, false, false);
    }
}
