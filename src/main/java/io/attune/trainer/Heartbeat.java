package io.attune.trainer;

import io.attune.trainer.message.TrainerMessage;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Taken before each piece of work (a micro-batch, a row, a token): it lets the worker know now and then that work goes on, and ends the work
 * once somebody wants this process to stop.
 */
final class Heartbeat {

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /** Thrown by the beat that sees that it is to stop. */
    static final class Stopped extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    private final Consumer<TrainerMessage> out;
    private final LongSupplier nanoTime;
    private volatile boolean stopping;
    private long lastSaid;

    Heartbeat(Consumer<TrainerMessage> out) {
        this(out, System::nanoTime);
    }

    Heartbeat(Consumer<TrainerMessage> out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.lastSaid = nanoTime.getAsLong();
    }

    /** From any thread: the next beat ends the work. */
    void stop() {
        stopping = true;
    }

    void beat() {
        if (stopping) {
            throw new Stopped();
        }
        alive();
    }

    /** For work that is to be done even if somebody wants this process to stop. */
    void alive() {
        long now = nanoTime.getAsLong();
        if (now - lastSaid >= INTERVAL.toNanos()) {
            lastSaid = now;
            out.accept(new TrainerMessage.Alive());
        }
    }
}
