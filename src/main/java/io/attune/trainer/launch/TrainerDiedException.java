package io.attune.trainer.launch;

/**
 * A trainer ended without its last message, or was killed because it was silent. The message of the exception is a
 * sentence about that.
 */
public final class TrainerDiedException extends Exception {

    private static final long serialVersionUID = 1L;

    public TrainerDiedException(String how) {
        super(how, null, false, false);
    }
}
