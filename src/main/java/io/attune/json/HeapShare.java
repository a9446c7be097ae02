package io.attune.json;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Limits the Java heap for parsed JSON, over all threads together. A thread first takes the largest size that its
 * result can have. If not enough of the share is free, the thread waits in turn. Afterwards it gives the heap back. A
 * thread must not wait while it holds another lease or a database connection: other threads would wait for that.
 */
public final class HeapShare {

    /**
     * The most heap bytes per byte of JSON. Arrays of numbers with two digits, and of objects with one such member,
     * need the most.
     */
    public static final int PER_BYTE = 40;

    private static final int UNIT = 1 << 10; // bytes of heap in a permit
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Reports that the share did not become free in time. A later try may succeed. */
    public static final class Exhausted extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Exhausted() {
            super("the heap's share for parsed JSON is in use", null, false, false);
        }
    }

    /** Heap that a thread has taken. Closing gives it back. */
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
     * @param bytes the size of the share, in bytes of heap
     * @param patience the longest time that a thread waits
     */
    public HeapShare(long bytes, Duration patience) {
        this.all = (int) Math.max(1, Math.min(bytes / UNIT, Integer.MAX_VALUE));
        this.units = new Semaphore(all, true);
        this.patience = patience;
    }

    /** A share of 1 / {@code divisor} of the largest heap of this JVM. */
    public static HeapShare ofHeap(int divisor) {
        return new HeapShare(Runtime.getRuntime().maxMemory() / divisor, PATIENCE);
    }

    /** A share without a limit, for a process that shares its heap with no other parser. */
    public static HeapShare unshared() {
        return new HeapShare(Long.MAX_VALUE, Duration.ZERO);
    }

    /**
     * Takes heap. A request for more than the whole share takes the whole share, and then waits for all other leases.
     *
     * @throws Exhausted if the heap does not become free in time
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

    /** The free bytes of the share. */
    long free() {
        return (long) units.availablePermits() * UNIT;
    }

    long size() {
        return (long) all * UNIT;
    }
}
