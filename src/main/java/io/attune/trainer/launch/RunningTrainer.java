package io.attune.trainer.launch;

import io.attune.trainer.message.TrainerMessage;
import java.time.Duration;

/** A running trainer, on this machine or elsewhere. Closing it kills the trainer and waits until it is gone. */
public interface RunningTrainer extends AutoCloseable {

    /** A message of a trainer, or its end. */
    sealed interface Heard {

        record Message(TrainerMessage message) implements Heard {}

        /**
         * The trainer has ended. Nothing follows.
         *
         * @param failed the message that the trainer could not send; null if the reason is not known
         * @param how a sentence with the exit code or the signal
         */
        record End(TrainerMessage.Failed failed, String how) implements Heard {

            /** @throws TrainerDiedException if only the exit code or the signal is known */
            public TrainerMessage.Failed lastMessage() throws TrainerDiedException {
                if (failed == null) {
                    throw new TrainerDiedException(how);
                }
                return failed;
            }
        }
    }

    /**
     * Waits for the next message or the end.
     *
     * @return null if nothing arrives within {@code longest}
     */
    Heard next(Duration longest) throws InterruptedException;

    /** Asks the trainer to stop. It sends {@code stopped} when it has stopped. */
    void stop();

    /**
     * Tells the trainer the cost of taking over its last saved state, in seconds of processor time. With a higher
     * cost, the trainer saves less often.
     */
    void taken(double seconds);

    /** Ends the trainer at once. */
    void kill();

    @Override
    void close();
}
