package io.attune.pool;

import java.util.List;

/** The registered workers, with their slots and base models. Claims use them. */
public interface WorkerRegistry {

    /** A worker that registered earlier. */
    record Registered(String id, long pid) {}

    /**
     * Registers a new worker.
     *
     * @return the id of the worker
     */
    String register(Worker worker);

    /**
     * Records that a worker is alive, and its current base models. A worker that was thought to be dead counts as
     * live again.
     */
    void seen(String id, Worker worker);

    /** Workers of a host that have open attempts. */
    List<Registered> withOpenAttempts(String host);
}
