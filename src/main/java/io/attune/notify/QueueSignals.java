package io.attune.notify;

import java.time.Duration;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wakes workers in all processes when a job may have become claimable, and when a claimed job is asked to stop. Threads of this process wake as
 * soon as the transaction is committed; {@link Notifier} tells the other processes, and {@link NoticeListener} wakes their threads.
 *
 * <p>A signal may come without a reason, and a signal may be lost with a process or a connection. A thread that waits therefore also looks
 * for itself now and then.
 */
@Component
public class QueueSignals {

    private final Signal jobs = new Signal();
    private final Signal requests = new Signal();
    private final Notifier others;

    QueueSignals(Notifier others) {
        this.others = others;
    }

    /** A job may be claimable as soon as the running transaction is committed; now, if no transaction runs. */
    public void jobsChanged() {
        afterCommit(() -> {
            jobs.give();
            others.tell(Notice.JOBS);
        });
    }

    /** A claimed job is asked for something else than before, as soon as the running transaction is committed. */
    public void requestsChanged() {
        afterCommit(() -> {
            requests.give();
            others.tell(Notice.REQUESTS);
        });
    }

    /** Wakes the threads of this process alone. */
    void wake(boolean forJobs, boolean forRequests) {
        if (forJobs) {
            jobs.give();
        }
        if (forRequests) {
            requests.give();
        }
    }

    /** How many signals for claimable jobs there were. A thread asks for it before it looks, and gives it to {@link #awaitJobs}. */
    public long jobs() {
        return jobs.count();
    }

    /** Waits until there were more signals for claimable jobs than {@code seen}, at most {@code longest}. */
    public void awaitJobs(long seen, Duration longest) throws InterruptedException {
        jobs.await(seen, longest);
    }

    /** How many signals for requests to claimed jobs there were; as {@link #jobs}. */
    public long requests() {
        return requests.count();
    }

    /** As {@link #awaitJobs}, for requests to claimed jobs. */
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
