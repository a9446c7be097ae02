package io.attune.worker;

/** The lease of the running attempt was lost, and its trainer killed: there is nothing to write any more. */
final class LeaseLostException extends Exception {

    private static final long serialVersionUID = 1L;

    LeaseLostException() {
        super("the lease was lost", null, false, false);
    }
}
