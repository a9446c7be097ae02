package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.JobQueue;
import io.attune.job.QueueBell;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.stereotype.Component;

/** Keeps the leases of this worker's attempts. */
@Component
final class Leases {

    private final JobQueue queue;
    private final QueueBell bell;
    private final WorkerSettings settings;
    private final ExecutorService threads = Executors.newCachedThreadPool(Leases::daemon);

    Leases(JobQueue queue, QueueBell bell, WorkerSettings settings) {
        this.queue = queue;
        this.bell = bell;
        this.settings = settings;
    }

    /** @param claimedAt {@link System#nanoTime} from before the claim was sent */
    LeaseKeeper keep(Attempt attempt, long claimedAt) {
        return new LeaseKeeper(queue, bell, attempt, settings, claimedAt, threads);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "lease");
        thread.setDaemon(true);
        return thread;
    }
}
