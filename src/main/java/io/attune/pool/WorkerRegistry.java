package io.attune.pool;

import java.util.List;

/** The workers there are, with the slots and base models that claims go by. */
public interface WorkerRegistry {

    /** A worker that was registered earlier. */
    record Registered(String id, long pid) {}

    /** Shows a new worker. @return its id */
    String register(Worker worker);

    /**
     * Shows that a worker lives, and which base models it has by now. A worker that was taken for dead is there
     * again.
     */
    void seen(String id, Worker worker);

    /** Workers of a host with open attempts. */
    List<Registered> withOpenAttempts(String host);
}
