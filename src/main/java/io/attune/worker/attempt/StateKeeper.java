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
 * Takes the states that a trainer saves while it trains into the artifact store, on a thread of its own: messages and lease go on however long
 * that takes. Of states that wait only the newest is kept. The folders belong to this class: nobody else deletes them while they are read.
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
    private int kept; // the newest step whose state is kept
    private boolean ending;

    /** @param taken told of the seconds of a processor's time that each state has cost */
    StateKeeper(LeasedAttempt held, DoubleConsumer taken) {
        this.held = held;
        this.taken = taken;
        this.thread = new Thread(this::run, "state-keeper-" + held.name());
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes a state over. The metrics up to its step have been written. @param seconds that the trainer has taken to save it */
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
     * The last state of a trainer that has stopped, in the artifact store: the caller refers to it. What was offered before is kept first if it is all
     * there is, and given up else.
     *
     * @param folder of the state after {@code step}, whether or not it was offered already; null if there is none
     * @return null if nothing more is to be kept
     * @throws IOException if the artifact store is away or full
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

    /** Stops in the middle of what it does: afterwards no folder is read any more. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // it ends at its next read or write
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
            } catch (IOException | RuntimeException e) { // whatever it is, the training goes on without this state
                log.warn(
                        "{}: the state after step {} could not be kept: {}", held.name(), saved.step(), e.getMessage());
            }
        } while (mayTryAgain());
        over(0);
    }

    /** After a while, unless something newer is there by then, or nobody waits for it any longer. */
    private synchronized boolean mayTryAgain() throws InterruptedException {
        if (waiting == null && !ending) {
            wait(RETRY_MILLIS);
        }
        return waiting == null && !ending;
    }

    /** What is left goes with the attempt's folder. */
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
