package io.attune.job.attempt;

import io.attune.job.Attempt;

/** The attempt is not this worker's any more: whatever it still does has to stop, and nothing it writes counts. */
public final class LostLeaseException extends RuntimeException {

    public LostLeaseException(Attempt attempt) {
        super("attempt " + attempt.number() + " of " + attempt.job() + " is lost", null, false, false);
    }
}
