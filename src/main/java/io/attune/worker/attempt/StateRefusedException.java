package io.attune.worker.attempt;

/** A trainer has refused its saved state. The refusal is recorded, so no later attempt uses this state. */
final class StateRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    StateRefusedException(String problem) {
        super(problem);
    }
}
