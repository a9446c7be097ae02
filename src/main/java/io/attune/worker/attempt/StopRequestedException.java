package io.attune.worker.attempt;

/** A cancel or a pause is requested, and the trainer has nothing to save. The trainer is killed. */
final class StopRequestedException extends Exception {

    private static final long serialVersionUID = 1L;

    StopRequestedException() {
        super("the job is to stop", null, false, false);
    }
}
