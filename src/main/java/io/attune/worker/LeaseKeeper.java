package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.StopRequest;
import io.attune.job.queue.JobQueue;
import io.attune.job.queue.LostLeaseException;
import io.attune.notify.QueueSignals;
import io.attune.trainer.launch.RunningTrainer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.transaction.TransactionException;

/**
 * Holds an attempt's lease while a trainer works: one thread renews it, another one kills the trainer if it could not be renewed, by this
 * machine's monotonic clock and before the lease ends in the database, whatever the renewing thread hangs in.
 */
final class LeaseKeeper implements AutoCloseable {

    /** Something to do with the database. */
    interface Write<T, X extends Exception> {

        T run() throws X;
    }

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final long RETRY_MILLIS = 500;
    private static final Duration STORE_PATIENCE = Duration.ofMinutes(1);

    private final JobQueue queue;
    private final QueueSignals signals;
    private final Attempt attempt;
    private final WorkerSettings settings;
    private final long requestsBefore;
    private final AtomicReference<RunningTrainer> trainer = new AtomicReference<>();
    private final Future<?> renewer;
    private final Future<?> guard;

    private volatile long deadline;
    private volatile boolean lost;
    private volatile Optional<StopRequest> requested = Optional.empty();
    private volatile boolean ending;
    private volatile boolean closed;

    /**
     * @param claimedAt {@link System#nanoTime} from before the claim was sent
     * @param threads as many as are asked for
     */
    LeaseKeeper(
            JobQueue queue,
            QueueSignals signals,
            Attempt attempt,
            WorkerSettings settings,
            long claimedAt,
            ExecutorService threads) {
        this.queue = queue;
        this.signals = signals;
        this.attempt = attempt;
        this.settings = settings;
        this.requestsBefore = signals.requests();
        this.deadline = deadlineFrom(claimedAt);
        this.renewer = threads.submit(this::renewUntilClosed);
        this.guard = threads.submit(this::guardUntilClosed);
    }

    boolean lost() {
        return lost;
    }

    /** What is asked of the job, as of the newest renewal. */
    Optional<StopRequest> requested() {
        return requested;
    }

    /** From now on this is the trainer to kill when the lease is lost. */
    void watch(RunningTrainer running) {
        trainer.set(running);
        if (lost) {
            running.kill();
        }
    }

    /**
     * Does something with the database, again and again while the database is away and the lease lasts; while the artifact store is away, for a
     * minute, since the slot is needed.
     *
     * @throws LostLeaseException when the attempt is not this worker's any more
     */
    <T, X extends Exception> T persist(Write<T, X> write) throws X, InterruptedException {
        long deadline = System.nanoTime() + STORE_PATIENCE.toNanos();
        while (true) {
            try {
                return write.run();
            } catch (DataAccessException | TransactionException e) {
                if (lost || !mayPass(e)) {
                    throw e;
                }
                log.warn("{}: the database does not answer, trying again: {}", attempt.folderName(), e.getMessage());
            } catch (Exception e) {
                if (lost || !Diagnosis.isOfTheStore(e) || System.nanoTime() - deadline > 0) {
                    @SuppressWarnings("unchecked") // what is checked can be nothing else
                    X same = (X) e;
                    throw same;
                }
                log.warn("{}: the store does not answer, trying again: {}", attempt.folderName(), e.getMessage());
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    void persist(Runnable write) throws InterruptedException {
        persist(() -> {
            write.run();
            return null;
        });
    }

    /** Writes how the attempt ends: that it is not open any more afterwards is no loss. */
    void persistEnd(Runnable write) throws InterruptedException {
        ending = true;
        persist(write);
    }

    @Override
    public void close() {
        closed = true;
        renewer.cancel(true);
        guard.cancel(true);
    }

    private void renewUntilClosed() {
        try {
            long seen = requestsBefore;
            Duration pause = settings.renewal(); // the claim has begun the lease, and nothing was asked of the job then
            while (!closed && !lost) {
                signals.awaitRequests(seen, pause);
                seen = signals.requests();
                pause = renewOnce() ? settings.renewal() : Duration.ofMillis(RETRY_MILLIS);
            }
        } catch (InterruptedException e) {
            log.debug("{}: its lease is not needed any more", attempt.folderName());
        }
    }

    private boolean renewOnce() {
        long before = System.nanoTime();
        try {
            requested = queue.renew(attempt, settings.lease());
            deadline = deadlineFrom(before);
            return true;
        } catch (LostLeaseException e) {
            if (ending) {
                closed = true; // either this worker has ended it, or the writing of its end will find out
            } else if (!closed) {
                lose("the attempt was taken back");
            }
            return false;
        } catch (RuntimeException e) {
            if (!closed) {
                log.warn("{}: the lease could not be renewed: {}", attempt.folderName(), e.getMessage());
            }
            return false;
        }
    }

    private void guardUntilClosed() {
        try {
            while (!closed && !lost) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    lose("the lease could not be renewed in time");
                } else {
                    Thread.sleep(Math.max(1, Duration.ofNanos(left).toMillis()));
                }
            }
        } catch (InterruptedException e) {
            log.debug("{}: its lease is not guarded any more", attempt.folderName());
        }
    }

    private void lose(String why) {
        lost = true;
        log.warn("{}: lost: {}", attempt.folderName(), why);
        RunningTrainer running = trainer.get();
        if (running != null) {
            running.kill();
        }
    }

    private long deadlineFrom(long nanoTime) {
        return nanoTime + settings.lease().minus(settings.margin()).toNanos();
    }

    /** Whether a failure of the database may pass by itself, other than a statement that is wrong. */
    private static boolean mayPass(RuntimeException e) {
        return !(e instanceof DataIntegrityViolationException)
                && !(e instanceof InvalidDataAccessResourceUsageException);
    }
}
