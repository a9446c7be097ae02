package io.attune.worker.lease;

import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * The shutdown of this worker: whether it has begun, and how long trainers may take to save their state. During the
 * shutdown the worker claims nothing.
 */
@Component
public final class Drain {

    private final Duration longest;
    private volatile long deadline;
    private volatile boolean begun;

    public Drain(WorkerSettings settings) {
        this.longest = settings.drain();
    }

    public void begin() {
        deadline = System.nanoTime() + longest.toNanos();
        begun = true;
    }

    public boolean begun() {
        return begun;
    }

    /** Whether the time to save has passed. */
    public boolean over() {
        return begun && deadline - System.nanoTime() <= 0;
    }
}
