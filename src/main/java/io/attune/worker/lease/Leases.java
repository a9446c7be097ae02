package io.attune.worker.lease;

import io.attune.job.Attempt;
import io.attune.job.attempt.JobQueue;
import io.attune.notify.QueueSignals;
import io.attune.storage.BlobStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.stereotype.Component;

/** Holds the attempts of this worker. */
@Component
public final class Leases {

    private final JobQueue queue;
    private final QueueSignals signals;
    private final BlobStore blobs;
    private final WorkerSettings settings;
    private final ExecutorService threads = Executors.newCachedThreadPool(Leases::daemon);

    public Leases(JobQueue queue, QueueSignals signals, BlobStore blobs, WorkerSettings settings) {
        this.queue = queue;
        this.signals = signals;
        this.blobs = blobs;
        this.settings = settings;
    }

    /**
     * Keeps the lease of an attempt until the returned object is closed.
     *
     * @param claimedAt {@link System#nanoTime} from before the claim was sent
     */
    public LeasedAttempt hold(Attempt attempt, long claimedAt) {
        var lease = new LeaseKeeper(queue, signals, attempt, settings, claimedAt, threads);
        return new LeasedAttempt(attempt, queue, blobs, lease);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "lease");
        thread.setDaemon(true);
        return thread;
    }
}
