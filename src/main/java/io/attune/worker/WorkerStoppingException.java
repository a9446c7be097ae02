package io.attune.worker;

/** The worker is being stopped: its attempts are given back. */
final class WorkerStoppingException extends Exception {

    private static final long serialVersionUID = 1L;

    WorkerStoppingException() {
        super("the worker is being stopped", null, false, false);
    }
}
