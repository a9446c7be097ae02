package io.attune.worker.lease;

import io.attune.job.attempt.AttemptFailure;

/** An attempt failed for a known reason. */
public final class AttemptFailureException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient AttemptFailure failure;

    public AttemptFailureException(AttemptFailure failure) {
        super(failure.sentence(), null, false, false);
        this.failure = failure;
    }

    AttemptFailure failure() {
        return failure;
    }
}
