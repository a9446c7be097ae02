package io.attune.worker;

import io.attune.trainer.message.TrainerMessage;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Listens to a trainer until its last word. Watches four things meanwhile: that the lease is kept, that it is not too silent, whether the job
 * is to be stopped, and whether the worker is.
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

    private static final Duration MOMENT = Duration.ofMillis(250);

    private final LeaseKeeper lease;
    private final WorkerSettings settings;
    private final BooleanSupplier workerStopping;

    Supervision(LeaseKeeper lease, WorkerSettings settings, BooleanSupplier workerStopping) {
        this.lease = lease;
        this.settings = settings;
        this.workerStopping = workerStopping;
    }

    /**
     * @return the last message; {@link TrainerMessage.Stopped} also for a trainer that did not stop by itself and was killed
     * @throws TrainerDiedException if it ended without one, or fell silent
     * @throws LeaseLostException if the lease was lost; the trainer is dead then
     * @throws WorkerStoppingException if the worker is being stopped
     */
    TrainerMessage follow(TrainerProcess trainer, Listener listener) throws Exception {
        lease.watch(trainer);
        long lastHeard = System.nanoTime();
        long askedToStop = 0;
        while (true) {
            TrainerProcess.Heard heard = trainer.next(MOMENT);
            if (lease.lost()) {
                throw new LeaseLostException();
            }
            if (workerStopping.getAsBoolean()) {
                throw new WorkerStoppingException();
            }
            if (heard instanceof TrainerProcess.Heard.End end) {
                if (askedToStop != 0) {
                    return new TrainerMessage.Stopped(0);
                }
                throw new TrainerDiedException(describe(end.exitCode()));
            }
            if (heard instanceof TrainerProcess.Heard.Message said) {
                lastHeard = System.nanoTime();
                if (said.message().last()) {
                    listener.moment();
                    return lastWord(said.message(), askedToStop != 0);
                }
                listener.heard(said.message());
                lastHeard = System.nanoTime(); // what was done about it is not the trainer's silence
            }
            listener.moment();
            if (lease.requested().isPresent() && askedToStop == 0) {
                askedToStop = System.nanoTime();
                trainer.stop();
            }
            if (askedToStop != 0 && since(askedToStop).compareTo(settings.grace()) > 0) {
                return new TrainerMessage.Stopped(0);
            }
            Duration silence = since(lastHeard);
            if (silence.compareTo(listener.longestSilence(settings.shortestSilence())) > 0) {
                throw new TrainerDiedException(
                        "It said nothing for " + silence.toSeconds() + " seconds and was killed.");
            }
        }
    }

    private static TrainerMessage lastWord(TrainerMessage message, boolean askedToStop) throws TrainerDiedException {
        if (message instanceof TrainerMessage.Stopped && !askedToStop) {
            throw new TrainerDiedException("Somebody else stopped it.");
        }
        return message;
    }

    private static String describe(int exitCode) {
        return exitCode > 128
                ? "It was killed by signal " + (exitCode - 128) + "."
                : "It ended with exit code " + exitCode + ".";
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
