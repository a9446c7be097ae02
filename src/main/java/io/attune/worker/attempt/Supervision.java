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
 * Receives the messages of a trainer until its last message. Meanwhile checks four conditions: a lost lease, a
 * silence that is too long, a stop request for the job, and a shutdown of the worker. After a pause request or a
 * shutdown, a training trainer is told to stop and saves its state. After a cancel request, the trainer is killed
 * at once, because nothing is kept.
 */
final class Supervision {

    /**
     * Receives the messages of a trainer in their order. Is also called at regular intervals, to record what it has
     * collected.
     */
    interface Listener {

        void heard(TrainerMessage message) throws Exception;

        /** Called at least once a second while no message is being handled. */
        default void moment() throws Exception {}

        /** Maximum time without a message. */
        default Duration longestSilence(Duration shortest) {
            return shortest;
        }
    }

    /** The behavior of a trainer when its job is to be paused, or the worker shuts down. */
    enum OnPause {
        /**
         * The trainer stops by itself and saves its state. It may take as long as it is not silent for too long.
         */
        SAVE,
        /** The trainer has nothing to save, and is killed. */
        STOP,
        /** The trainer is nearly done, and finishes its work. */
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

    /** Whether a trainer was told to stop because its job is to be paused. */
    boolean askedForPause() {
        return askedForPause;
    }

    /**
     * Follows a trainer until it ends.
     *
     * @return the last message; if the trainer ended for lack of memory, the message that it could not send
     * @throws TrainerDiedException if the trainer ended without a last message, or was silent for too long
     * @throws StopRequestedException if a stop is requested and there is nothing to save
     * @throws LeaseLostException if the lease was lost; the trainer is then dead
     * @throws WorkerStoppingException if the worker is shutting down, and the trainer has nothing to save or takes
     *     too long
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
                lastHeard = System.nanoTime(); // the time to handle the message is not a silence of the trainer
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
