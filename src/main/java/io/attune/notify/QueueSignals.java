package io.attune.notify;

import java.time.Duration;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wakes workers in all processes when a job may have become claimable, and when a claimed job gets a stop request.
 * Threads of this process wake right after the commit. {@link Notifier} informs the other processes, and
 * {@link NoticeListener} wakes their threads.
 *
 * <p>A signal may come without a reason. A signal may also be lost with a process or a connection. Therefore a
 * waiting thread also polls from time to time.
 */
@Component
public class QueueSignals {

    private final Signal jobs = new Signal();
    private final Signal requests = new Signal();
    private final Notifier others;

    QueueSignals(Notifier others) {
        this.others = others;
    }

    /**
     * Signals that a job may have become claimable. The signal is sent after the commit of the current transaction,
     * or at once without a transaction.
     */
    public void jobsChanged() {
        afterCommit(() -> {
            jobs.give();
            others.tell(Notice.JOBS);
        });
    }

    /**
     * Signals that the stop request of a claimed job has changed. The signal is sent as in {@link #jobsChanged}.
     */
    public void requestsChanged() {
        afterCommit(() -> {
            requests.give();
            others.tell(Notice.REQUESTS);
        });
    }

    /** Wakes only the threads of this process. */
    void wake(boolean forJobs, boolean forRequests) {
        if (forJobs) {
            jobs.give();
        }
        if (forRequests) {
            requests.give();
        }
    }

    /**
     * Number of signals for claimable jobs so far. A thread reads it before it looks for a job, and then passes it
     * to {@link #awaitJobs}.
     */
    public long jobs() {
        return jobs.count();
    }

    /** Waits until there are more signals for claimable jobs than {@code seen}, at most {@code longest}. */
    public void awaitJobs(long seen, Duration longest) throws InterruptedException {
        jobs.await(seen, longest);
    }

    /** Number of signals for stop requests so far; used as {@link #jobs}. */
    public long requests() {
        return requests.count();
    }

    /** As {@link #awaitJobs}, for stop requests. */
    public void awaitRequests(long seen, Duration longest) throws InterruptedException {
        requests.await(seen, longest);
    }

    private static void afterCommit(Runnable wake) {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    wake.run();
                }
            });
        } else {
            wake.run();
        }
    }
}
