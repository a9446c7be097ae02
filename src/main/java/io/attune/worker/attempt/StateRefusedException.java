package io.attune.worker.attempt;

/** The saved state that a trainer was given cannot be used; this was written down, and nobody will try it again. */
final class StateRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    StateRefusedException(String problem) {
        super(problem);
    }
}
