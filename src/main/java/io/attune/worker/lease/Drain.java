package io.attune.worker.lease;

import java.time.Duration;
import org.springframework.stereotype.Component;

/** Whether this worker is being stopped: then it takes nothing new, and its trainers save what they have, for so long at most. */
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

    /** Whether nothing is waited for any more. */
    public boolean over() {
        return begun && deadline - System.nanoTime() <= 0;
    }
}
