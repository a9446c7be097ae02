package io.attune.worker;

import java.time.Duration;
import org.springframework.stereotype.Component;

/** Whether this worker is being stopped: then it takes nothing new, and its trainers save what they have, for so long at most. */
@Component
final class Drain {

    private final Duration longest;
    private volatile long deadline;
    private volatile boolean begun;

    Drain(WorkerSettings settings) {
        this.longest = settings.drain();
    }

    void begin() {
        deadline = System.nanoTime() + longest.toNanos();
        begun = true;
    }

    boolean begun() {
        return begun;
    }

    /** Whether nothing is waited for any more. */
    boolean over() {
        return begun && deadline - System.nanoTime() <= 0;
    }
}
