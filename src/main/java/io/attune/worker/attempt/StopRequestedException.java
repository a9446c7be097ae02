package io.attune.worker.attempt;

/** Somebody wants the job to stop, and its trainer has nothing to save: it is killed. */
final class StopRequestedException extends Exception {

    private static final long serialVersionUID = 1L;

    StopRequestedException() {
        super("the job is to stop", null, false, false);
    }
}
