package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.job.event.NewEvent;
import io.attune.notify.QueueSignals;
import io.attune.storage.Blob;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Decides what happens to a job whose trainer has stopped on request or because of a shutdown. {@link AttemptEnds}
 * has passed the fence.
 */
@Component
class StoppedAttempts {

    private final ResumeCheckpoints states;
    private final JobRelease release;
    private final JobLifecycle lifecycle;
    private final QueueSignals signals;

    StoppedAttempts(ResumeCheckpoints states, JobRelease release, JobLifecycle lifecycle, QueueSignals signals) {
        this.states = states;
        this.release = release;
        this.lifecycle = lifecycle;
        this.signals = signals;
    }

    /**
     * Pauses the job. If the pause was withdrawn meanwhile, the job goes back to the queue instead.
     *
     * @param state null if there is none or it could not be saved
     * @param pause whether a pause is still requested
     */
    void stopped(Attempt attempt, int step, Blob state, boolean pause) {
        keep(attempt, step, state);
        release.close(attempt, Outcome.PAUSED, null);
        NewEvent how = howItStopped(attempt, step);
        if (pause) {
            lifecycle.pause(attempt.job(), how);
            return;
        }
        if (attempt.purpose() == Purpose.TRAIN) {
            lifecycle.queue(
                    attempt.job(),
                    "Waiting for a free device",
                    how,
                    NewEvent.info("Fine-tuning job resumed meanwhile, moving job to queued state"));
        } else {
            lifecycle.free(attempt.job(), null);
        }
        signals.jobsChanged();
    }

    /**
     * The worker is shutting down. Another worker can claim the job at once.
     *
     * @param state as in {@link #stopped}
     */
    void released(Attempt attempt, int step, Blob state) {
        keep(attempt, step, state);
        release.release(attempt);
    }

    private void keep(Attempt attempt, int step, Blob state) {
        if (state != null) {
            states.keep(attempt, step, state);
        }
    }

    private NewEvent howItStopped(Attempt attempt, int step) {
        if (attempt.purpose() == Purpose.VALIDATE) {
            return NewEvent.info("Fine-tuning job paused; its files are validated when it is resumed");
        }
        int saved = states.newest(attempt.job()).map(ResumeCheckpoint::step).orElse(0);
        if (saved < step) {
            return NewEvent.warning("Fine-tuning job paused, but its state after step " + step + " could not be saved. "
                    + release.afterResume(attempt));
        }
        return saved == 0
                ? NewEvent.info("Fine-tuning job paused before its first step")
                : NewEvent.info("Fine-tuning job paused after step " + saved, Map.of("step", saved));
    }
}
