package io.attune.worker;

import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.Slot;
import io.attune.notify.QueueSignals;
import io.attune.worker.lease.Drain;
import io.attune.worker.lease.WorkerSettings;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims and runs attempts for one slot, one after the other. */
final class ClaimLoop implements Runnable {

    /** Runs an attempt from its claim to its end. */
    interface Work {

        /**
         * Runs the attempt.
         *
         * @param device device for training; not used for validation
         * @param claimedAt {@link System#nanoTime} from before the claim
         * @param drain whether the worker is shutting down
         */
        void run(Claim claim, String device, long claimedAt, Drain drain) throws InterruptedException;
    }

    private static final Logger log = LoggerFactory.getLogger(ClaimLoop.class);

    private final Slot slot;
    private final JobQueue queue;
    private final QueueSignals signals;
    private final Work work;
    private final WorkerSettings settings;
    private final Drain drain;

    ClaimLoop(Slot slot, JobQueue queue, QueueSignals signals, Work work, WorkerSettings settings, Drain drain) {
        this.slot = slot;
        this.queue = queue;
        this.signals = signals;
        this.work = work;
        this.settings = settings;
        this.drain = drain;
    }

    @Override
    public void run() {
        try {
            while (!drain.begun()) {
                long seen = signals.jobs();
                if (!runOne()) {
                    signals.awaitJobs(seen, settings.poll());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean runOne() throws InterruptedException {
        try {
            long before = System.nanoTime();
            Optional<Claim> claimed = queue.claim(slot, settings.lease());
            if (claimed.isPresent()) {
                work.run(claimed.get(), slot.device(), before, drain);
            }
            return claimed.isPresent();
        } catch (RuntimeException e) {
            log.warn("nothing could be claimed ({}): {}", slot.purpose(), e.getMessage());
            return false;
        } catch (Error e) { // the slot goes on after a full heap: this lease expires, and the next attempt may fit
            log.error("an attempt went badly wrong ({})", slot.purpose(), e);
            return false;
        }
    }
}
