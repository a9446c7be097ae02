package io.attune.json;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A share of the Java heap that parsed JSON may take, over all threads together. Whoever parses takes as much as the result may weigh at most,
 * waits in turn where that is not free, and gives it back afterwards. To wait while holding a lease, or a database connection, is an error of the
 * caller: others would wait for it.
 */
public final class HeapShare {

    /** Heap bytes per byte of JSON, at most: an array of numbers of two digits, or of objects of one, is the heaviest text. */
    public static final int PER_BYTE = 40;

    private static final int UNIT = 1 << 10; // bytes of heap in a permit
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** There was no room for as long as anybody waits. The work may succeed a little later. */
    public static final class Exhausted extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Exhausted() {
            super("the heap's share for parsed JSON is in use", null, false, false);
        }
    }

    /** Heap that was taken; closing gives it back. */
    public final class Lease implements AutoCloseable {

        private int permits;

        private Lease(int permits) {
            this.permits = permits;
        }

        @Override
        public void close() {
            units.release(permits);
            permits = 0;
        }
    }

    private final int all;
    private final Semaphore units;
    private final Duration patience;

    /**
     * @param bytes of heap
     * @param patience how long a taker waits at most
     */
    public HeapShare(long bytes, Duration patience) {
        this.all = (int) Math.max(1, Math.min(bytes / UNIT, Integer.MAX_VALUE));
        this.units = new Semaphore(all, true);
        this.patience = patience;
    }

    /** The {@code divisor}th part of this JVM's largest heap. */
    public static HeapShare ofHeap(int divisor) {
        return new HeapShare(Runtime.getRuntime().maxMemory() / divisor, PATIENCE);
    }

    /** For a process that parses for itself alone: nobody waits. */
    public static HeapShare unshared() {
        return new HeapShare(Long.MAX_VALUE, Duration.ZERO);
    }

    /**
     * Takes heap, or all of the share where that is less: then the work is alone.
     *
     * @throws Exhausted when it is not free in time
     */
    public Lease take(long bytes) {
        int permits = (int) Math.min(all, bytes / UNIT + 1);
        try {
            if (!units.tryAcquire(permits, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new Exhausted();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Exhausted();
        }
        return new Lease(permits);
    }

    /** Bytes of heap that nobody has taken. */
    long free() {
        return (long) units.availablePermits() * UNIT;
    }

    long size() {
        return (long) all * UNIT;
    }
}
