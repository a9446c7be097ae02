package io.attune.trainer;

import io.attune.trainer.message.TrainerMessage;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs before each piece of work (a micro-batch, a row, a token). Sends {@code alive} to the worker from time to
 * time. Ends the work after {@link #stop}.
 */
final class Heartbeat {

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /** Thrown by {@link #beat} after {@link #stop}. */
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

    /** Makes the next beat end the work. Callable from any thread. */
    void stop() {
        stopping = true;
    }

    void beat() {
        if (stopping) {
            throw new Stopped();
        }
        alive();
    }

    /**
     * Sends {@code alive} if it is due, but does not end the work. For work that has to finish also after
     * {@link #stop}.
     */
    void alive() {
        long now = nanoTime.getAsLong();
        if (now - lastSaid >= INTERVAL.toNanos()) {
            lastSaid = now;
            out.accept(new TrainerMessage.Alive());
        }
    }
}
