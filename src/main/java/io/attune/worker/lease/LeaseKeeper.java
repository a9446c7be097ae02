package io.attune.worker.lease;

import io.attune.job.Attempt;
import io.attune.job.StopRequest;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.LostLeaseException;
import io.attune.notify.QueueSignals;
import io.attune.trainer.launch.RunningTrainer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the lease of an attempt while a trainer works. One thread renews the lease. Another thread kills the
 * trainer if no renewal succeeds in time. It uses the monotonic clock of this machine, and acts before the lease
 * ends in the database, even if the renewing thread hangs.
 */
public final class LeaseKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final long RETRY_MILLIS = 500;

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
     * @param threads an executor without a limit of threads
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

    public boolean lost() {
        return lost;
    }

    /** The stop request of the job, as of the newest renewal. */
    public Optional<StopRequest> requested() {
        return requested;
    }

    /** Sets the trainer to kill when the lease is lost. */
    public void watch(RunningTrainer running) {
        trainer.set(running);
        if (lost) {
            running.kill();
        }
    }

    /** The worker itself ends the attempt from now on. A renewal that fails is then not a lost lease. */
    void ending() {
        ending = true;
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
            Duration pause = settings.renewal(); // the claim started the lease, and there was no stop request then
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
                closed = true; // either this worker has ended the attempt, or the call that ends it will fail
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
}
