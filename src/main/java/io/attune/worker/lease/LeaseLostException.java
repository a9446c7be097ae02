package io.attune.worker.lease;

/** The lease of the running attempt was lost, and its trainer killed: there is nothing to write any more. */
public final class LeaseLostException extends Exception {

    private static final long serialVersionUID = 1L;

    public LeaseLostException() {
        super("the lease was lost", null, false, false);
    }
}
