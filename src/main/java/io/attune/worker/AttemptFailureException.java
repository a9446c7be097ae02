package io.attune.worker;

import io.attune.job.queue.AttemptFailure;

/** Something came in an attempt's way of which it is known what it means. */
final class AttemptFailureException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient AttemptFailure failure;

    AttemptFailureException(AttemptFailure failure) {
        super(failure.sentence(), null, false, false);
        this.failure = failure;
    }

    AttemptFailure failure() {
        return failure;
    }
}
