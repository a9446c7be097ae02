package io.attune.worker;

import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.Slot;
import io.attune.notify.QueueSignals;
import io.attune.worker.attempt.AttemptRunner;
import io.attune.worker.lease.Drain;
import io.attune.worker.lease.WorkerSettings;
import org.springframework.stereotype.Component;

/** Makes the claim loop of each slot. */
@Component
final class ClaimLoops {

    private final JobQueue queue;
    private final QueueSignals signals;
    private final AttemptRunner runner;
    private final WorkerSettings settings;
    private final Drain drain;

    ClaimLoops(JobQueue queue, QueueSignals signals, AttemptRunner runner, WorkerSettings settings, Drain drain) {
        this.queue = queue;
        this.signals = signals;
        this.runner = runner;
        this.settings = settings;
        this.drain = drain;
    }

    ClaimLoop of(Slot slot) {
        return new ClaimLoop(slot, queue, signals, runner::run, settings, drain);
    }
}
