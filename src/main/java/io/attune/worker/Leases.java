package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.queue.JobQueue;
import io.attune.notify.QueueSignals;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.stereotype.Component;

/** Keeps the leases of this worker's attempts. */
@Component
final class Leases {

    private final JobQueue queue;
    private final QueueSignals signals;
    private final WorkerSettings settings;
    private final ExecutorService threads = Executors.newCachedThreadPool(Leases::daemon);

    Leases(JobQueue queue, QueueSignals signals, WorkerSettings settings) {
        this.queue = queue;
        this.signals = signals;
        this.settings = settings;
    }

    /** @param claimedAt {@link System#nanoTime} from before the claim was sent */
    LeaseKeeper keep(Attempt attempt, long claimedAt) {
        return new LeaseKeeper(queue, signals, attempt, settings, claimedAt, threads);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "lease");
        thread.setDaemon(true);
        return thread;
    }
}
