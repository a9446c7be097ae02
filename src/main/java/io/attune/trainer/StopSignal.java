package io.attune.trainer;

/** Set once somebody wants this process to stop; looked at before each micro-batch. */
final class StopSignal {

    /** Thrown where the signal is seen. */
    static final class Stopped extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    private volatile boolean raised;

    void raise() {
        raised = true;
    }

    void check() {
        if (raised) {
            throw new Stopped();
        }
    }
}
