package io.attune.job;

import java.time.Duration;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Rings, in all processes, when a job may have become claimable or a claimed one is asked to stop, so that nobody waits for the next look.
 * Here it rings as soon as the transaction is committed; {@link NoticeTeller} tells the others, and {@link NoticeListener} rings for them.
 * It may ring for nothing, and a ring may be lost with a process or a connection: whoever waits looks by himself now and then too.
 */
@Component
public class QueueBell {

    private final Bell jobs = new Bell();
    private final Bell requests = new Bell();
    private final NoticeTeller others;

    QueueBell(NoticeTeller others) {
        this.others = others;
    }

    /** A job may be claimable when the running transaction has been committed; now, where there is none. */
    void ring() {
        afterCommit(() -> {
            jobs.ring();
            others.tell(Notice.JOBS);
        });
    }

    /** Something else than before is asked of a claimed job when the running transaction has been committed. */
    void ringForRequest() {
        afterCommit(() -> {
            requests.ring();
            others.tell(Notice.REQUESTS);
        });
    }

    /** Rings in this process alone. */
    void ringHere(boolean forJobs, boolean forRequests) {
        if (forJobs) {
            jobs.ring();
        }
        if (forRequests) {
            requests.ring();
        }
    }

    /** How often it has rung for claimable jobs; to be asked before looking, and given to {@link #await}. */
    public long rings() {
        return jobs.rings();
    }

    /** Waits until it has rung for claimable jobs more often than {@code seen}, at most {@code longest}. */
    public void await(long seen, Duration longest) throws InterruptedException {
        jobs.await(seen, longest);
    }

    /** How often it has rung for what is asked of claimed jobs; as {@link #rings}. */
    public long requests() {
        return requests.rings();
    }

    /** As {@link #await}, for what is asked of claimed jobs. */
    public void awaitRequest(long seen, Duration longest) throws InterruptedException {
        requests.await(seen, longest);
    }

    private static void afterCommit(Runnable ringing) {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    ringing.run();
                }
            });
        } else {
            ringing.run();
        }
    }
}
