package io.attune.worker.lease;

/** The lease of the running attempt was lost, and its trainer was killed. The worker must write nothing more. */
public final class LeaseLostException extends Exception {

    private static final long serialVersionUID = 1L;

    public LeaseLostException() {
        super("the lease was lost", null, false, false);
    }
}
