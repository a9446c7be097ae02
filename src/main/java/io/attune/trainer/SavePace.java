package io.attune.trainer;

import java.util.function.LongSupplier;

/**
 * How often a training saves its state while it goes on: not before an interval is over, and not before 33 times what the last save has cost,
 * so that saving takes less than 3 % of the time. The cost is the trainer's own and the worker's, which takes the state over beside the training.
 */
final class SavePace {

    private static final double COSTS_BETWEEN = 33;

    private final double interval;
    private final LongSupplier nanoTime;
    private double cost; // seconds, of the last save
    private long last;

    /** @param interval in seconds, counted from now; 0 for never */
    SavePace(double interval, LongSupplier nanoTime) {
        this.interval = interval;
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    synchronized boolean due() {
        double passed = (nanoTime.getAsLong() - last) / 1e9;
        return interval > 0 && passed >= interval && passed >= COSTS_BETWEEN * cost;
    }

    /** Or tried to. @param seconds that this has taken */
    synchronized void saved(double seconds) {
        cost = seconds;
        last = nanoTime.getAsLong();
    }

    /** From any thread: the worker has taken the last state over. @param seconds of a processor's time that this has taken */
    synchronized void taken(double seconds) {
        cost += seconds;
    }
}
