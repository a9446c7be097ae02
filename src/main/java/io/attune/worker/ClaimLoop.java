package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.queue.JobQueue;
import io.attune.notify.QueueSignals;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims and runs attempts of one purpose, one after the other: a slot. */
final class ClaimLoop implements Runnable {

    /** What is done with an attempt, from its claim to its end. */
    interface Work {

        /**
         * @param device to train on; not used for validation
         * @param claimedAt {@link System#nanoTime} from before the claim
         * @param drain whether the worker is to give its attempts back
         */
        void run(Attempt attempt, String device, long claimedAt, Drain drain) throws InterruptedException;
    }

    private static final Logger log = LoggerFactory.getLogger(ClaimLoop.class);

    private final Purpose purpose;
    private final String device;
    private final String worker;
    private final JobQueue queue;
    private final QueueSignals signals;
    private final Work work;
    private final WorkerSettings settings;
    private final Drain drain;

    ClaimLoop(
            Purpose purpose,
            String device,
            String worker,
            JobQueue queue,
            QueueSignals signals,
            Work work,
            WorkerSettings settings,
            Drain drain) {
        this.purpose = purpose;
        this.device = device;
        this.worker = worker;
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
            Optional<Attempt> claimed = purpose == Purpose.VALIDATE
                    ? queue.claimValidation(worker, settings.lease())
                    : queue.claimTraining(worker, device, settings.lease());
            if (claimed.isPresent()) {
                work.run(claimed.get(), device, before, drain);
            }
            return claimed.isPresent();
        } catch (RuntimeException e) {
            log.warn("nothing could be claimed ({}): {}", purpose, e.getMessage());
            return false;
        } catch (Error e) { // a full heap must not end the slot: the attempt's lease ends, and the next claim may fit
            log.error("an attempt went badly wrong ({})", purpose, e);
            return false;
        }
    }
}
