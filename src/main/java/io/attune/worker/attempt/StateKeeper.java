package io.attune.worker.attempt;

import io.attune.disk.Trees;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.LostLeaseException;
import io.attune.storage.Blob;
import io.attune.worker.lease.LeasedAttempt;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the states that a trainer saves into the artifact store. It has a thread of its own, so that messages and
 * lease do not wait for it. If several states wait, it keeps only the newest. It owns the folders of the states: no
 * other class deletes them while it reads them.
 */
final class StateKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StateKeeper.class);
    private static final long RETRY_MILLIS = 5_000;

    private record Saved(int step, Path folder, double seconds) {}

    private final LeasedAttempt held;
    private final DoubleConsumer taken;
    private final Thread thread;

    private Saved waiting;
    private Saved current;
    private int kept; // number of the newest step with a kept state
    private boolean ending;

    /** @param taken gets the processor time in seconds that each kept state has cost */
    StateKeeper(LeasedAttempt held, DoubleConsumer taken) {
        this.held = held;
        this.taken = taken;
        this.thread = new Thread(this::run, "state-keeper-" + held.name());
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Takes a saved state over. The metrics up to its step are already written.
     *
     * @param seconds duration of the save in the trainer
     */
    void offer(int step, Path folder, double seconds) {
        Saved older;
        synchronized (this) {
            older = waiting;
            waiting = new Saved(step, folder, seconds);
            notifyAll();
        }
        if (older != null) {
            delete(older);
        }
    }

    /**
     * Keeps the last state of a stopped trainer. If this state was offered before, waits until it is kept. Otherwise
     * gives older states up, and moves the last state into the artifact store; the caller writes the reference to the
     * blob. Without a last state, waits until the offered states are kept.
     *
     * @param folder folder of the state after {@code step}, which may have been offered already; null if there is
     *     none
     * @return null if there is nothing more to keep
     * @throws IOException if the artifact store is not available or full
     */
    Blob last(int step, Path folder) throws IOException, InterruptedException {
        synchronized (this) {
            ending = true;
            notifyAll();
            while (thread.isAlive() && (folder == null ? current != null || waiting != null : underWay(step))) {
                wait(RETRY_MILLIS);
            }
            if (folder == null || kept == step) {
                return null;
            }
        }
        close();
        return held.store(folder);
    }

    /** Stops at once. Afterwards, this class reads no folder any more. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // the thread ends at its next read or write
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean underWay(int step) {
        return current != null && current.step() == step || waiting != null && waiting.step() == step;
    }

    private void run() {
        try {
            while (true) {
                keep(next());
            }
        } catch (InterruptedException e) {
            log.debug("{}: no more states are kept", held.name());
        } catch (LostLeaseException e) {
            log.debug("{}: its states are not ours to keep any more", held.name());
        } finally {
            over(0);
        }
    }

    private synchronized Saved next() throws InterruptedException {
        while (waiting == null) {
            wait();
        }
        current = waiting;
        waiting = null;
        return current;
    }

    private synchronized void over(int step) {
        kept = Math.max(kept, step);
        current = null;
        notifyAll();
    }

    private void keep(Saved saved) throws InterruptedException {
        do {
            try {
                long before = processorNanos();
                Blob state = held.store(saved.folder());
                held.record(new AttemptReport.Saved(saved.step(), state));
                delete(saved);
                over(saved.step());
                double cost = (processorNanos() - before) / 1e9;
                taken.accept(cost);
                log.info(
                        "{}: the state after step {} is kept: {} s to save, {} s of a processor's time to take over",
                        held.name(),
                        saved.step(),
                        saved.seconds(),
                        cost);
                return;
            } catch (LostLeaseException e) {
                throw e;
            } catch (IOException | RuntimeException e) { // after any error, the training continues without this state
                log.warn(
                        "{}: the state after step {} could not be kept: {}", held.name(), saved.step(), e.getMessage());
            }
        } while (mayTryAgain());
        over(0);
    }

    /** Waits before another try. Returns false if a newer state has arrived meanwhile, or the attempt is ending. */
    private synchronized boolean mayTryAgain() throws InterruptedException {
        if (waiting == null && !ending) {
            wait(RETRY_MILLIS);
        }
        return waiting == null && !ending;
    }

    /** Deletes a state. Files that remain are deleted with the work folder of the attempt. */
    private void delete(Saved saved) {
        try {
            Trees.delete(saved.folder());
        } catch (IOException e) {
            log.warn("{}: {} could not be deleted: {}", held.name(), saved.folder(), e.getMessage());
        }
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
