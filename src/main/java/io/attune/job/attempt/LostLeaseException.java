package io.attune.job.attempt;

import io.attune.job.Attempt;

/**
 * The attempt does not belong to this worker any more. The worker must stop its work for the attempt; its writes do
 * not count.
 */
public final class LostLeaseException extends RuntimeException {

    public LostLeaseException(Attempt attempt) {
        super("attempt " + attempt.number() + " of " + attempt.job() + " is lost", null, false, false);
    }
}
