package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.JobQueue;
import io.attune.job.QueueBell;
import org.springframework.stereotype.Component;

/** Keeps the leases of this worker's attempts. */
@Component
final class Leases {

    private final JobQueue queue;
    private final QueueBell bell;
    private final WorkerSettings settings;

    Leases(JobQueue queue, QueueBell bell, WorkerSettings settings) {
        this.queue = queue;
        this.bell = bell;
        this.settings = settings;
    }

    /** @param claimedAt {@link System#nanoTime} from before the claim was sent */
    LeaseKeeper keep(Attempt attempt, long claimedAt) {
        return new LeaseKeeper(queue, bell, attempt, settings, claimedAt);
    }
}
