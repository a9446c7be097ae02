package io.attune.trainer;

import java.util.function.LongSupplier;

/**
 * Decides how often a running training saves its state. A save is due after the interval, but not before 33 times
 * the cost of the last save. Saving therefore takes less than 3 % of the time. The cost includes the trainer's time
 * and the time of the worker, which copies the state during the training.
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

    /**
     * Records a save, or an attempt to save.
     *
     * @param seconds duration of the save
     */
    synchronized void saved(double seconds) {
        cost = seconds;
        last = nanoTime.getAsLong();
    }

    /**
     * Records that the worker has copied the last state. Callable from any thread.
     *
     * @param seconds processor time of the copy
     */
    synchronized void taken(double seconds) {
        cost += seconds;
    }
}
