package io.attune.worker;

/** A trainer ended without its last word, or had to be killed because it fell silent; the message is a sentence that says how. */
public final class TrainerDiedException extends Exception {

    private static final long serialVersionUID = 1L;

    TrainerDiedException(String how) {
        super(how, null, false, false);
    }
}
