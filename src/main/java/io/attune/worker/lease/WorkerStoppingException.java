package io.attune.worker.lease;

/** The worker is shutting down and releases its attempts. */
public final class WorkerStoppingException extends Exception {

    private static final long serialVersionUID = 1L;

    public WorkerStoppingException() {
        super("the worker is being stopped", null, false, false);
    }
}
