package io.attune.worker.attempt;

import io.attune.job.StopRequest;
import io.attune.trainer.launch.RunningTrainer;
import io.attune.trainer.launch.RunningTrainer.Heard;
import io.attune.trainer.launch.TrainerDiedException;
import io.attune.trainer.message.TrainerMessage;
import io.attune.worker.lease.Drain;
import io.attune.worker.lease.LeaseKeeper;
import io.attune.worker.lease.LeaseLostException;
import io.attune.worker.lease.WorkerSettings;
import io.attune.worker.lease.WorkerStoppingException;
import java.time.Duration;

/**
 * Listens to a trainer until its last word. Watches four things meanwhile: that the lease is kept, that it is not too silent, whether the job
 * is to stop, and whether the worker is. A trainer that learns is told to stop in both cases, and saves what it has. A cancelled job's trainer is killed at once, since nothing of it is to be kept.
 */
final class Supervision {

    /** Takes what a trainer says, in its order, and is asked now and then to write down what it has. */
    interface Listener {

        void heard(TrainerMessage message) throws Exception;

        /** At least once a second. */
        default void moment() throws Exception {}

        /** For how long it may say nothing. */
        default Duration longestSilence(Duration shortest) {
            return shortest;
        }
    }

    /** What a trainer does when its job is to be paused, or the worker stopped. */
    enum OnPause {
        /** It stops by itself and saves what it has learned, for as long as it is not too silent. */
        SAVE,
        /** It has learned nothing, and is killed. */
        STOP,
        /** It is nearly done, and ends what it does. */
        FINISH
    }

    private static final Duration MOMENT = Duration.ofMillis(250);

    private final LeaseKeeper lease;
    private final WorkerSettings settings;
    private final Drain drain;
    private boolean askedForPause;

    Supervision(LeaseKeeper lease, WorkerSettings settings, Drain drain) {
        this.lease = lease;
        this.settings = settings;
        this.drain = drain;
    }

    /** Whether a trainer was told to stop since its job is to be paused. */
    boolean askedForPause() {
        return askedForPause;
    }

    /**
     * @return the last message; of a trainer whose Java heap was full, the one that it could not say any more
     * @throws TrainerDiedException if it ended without one, or fell silent
     * @throws StopRequestedException if the job is to stop and nothing is to be saved
     * @throws LeaseLostException if the lease was lost; the trainer is dead then
     * @throws WorkerStoppingException if the worker is being stopped and the trainer has nothing to save, or takes too long
     */
    TrainerMessage follow(RunningTrainer trainer, OnPause onPause, Listener listener) throws Exception {
        lease.watch(trainer);
        long lastHeard = System.nanoTime();
        boolean askedToStop = false;
        while (true) {
            Heard heard = trainer.next(MOMENT);
            if (lease.lost()) {
                throw new LeaseLostException();
            }
            StopRequest request = lease.requested().orElse(null);
            boolean draining = drain.begun();
            if ((request == StopRequest.PAUSE || draining) && onPause == OnPause.SAVE && !askedToStop) {
                askedToStop = true;
                askedForPause = request == StopRequest.PAUSE;
                trainer.stop();
            }
            if (drain.over() || draining && onPause == OnPause.STOP) {
                throw new WorkerStoppingException();
            }
            if (heard instanceof Heard.End end) {
                return end.lastMessage();
            }
            if (heard instanceof Heard.Message said) {
                lastHeard = System.nanoTime();
                if (said.message().last()) {
                    listener.moment();
                    return said.message();
                }
                listener.heard(said.message());
                lastHeard = System.nanoTime(); // what was done about it is not the trainer's silence
            }
            listener.moment();
            if (request == StopRequest.CANCEL || request == StopRequest.PAUSE && onPause == OnPause.STOP) {
                throw new StopRequestedException();
            }
            Duration silence = since(lastHeard);
            if (silence.compareTo(listener.longestSilence(settings.shortestSilence())) > 0) {
                throw new TrainerDiedException(
                        "It said nothing for " + silence.toSeconds() + " seconds and was killed.");
            }
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
