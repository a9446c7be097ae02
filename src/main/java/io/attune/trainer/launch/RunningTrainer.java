package io.attune.trainer.launch;

import io.attune.trainer.message.TrainerMessage;
import java.time.Duration;

/** A trainer that works, wherever that is. Closing it kills it and waits until it is gone. */
public interface RunningTrainer extends AutoCloseable {

    /** What is heard of a trainer: a message, or that it has ended. */
    sealed interface Heard {

        record Message(TrainerMessage message) implements Heard {}

        /**
         * The trainer has ended. Nothing is heard after that.
         *
         * @param failed the message that the trainer could not send any more; null if the reason is not known
         * @param how a sentence: an exit code or a signal
         */
        record End(TrainerMessage.Failed failed, String how) implements Heard {

            /** @throws TrainerDiedException if nothing is known but how it ended */
            public TrainerMessage.Failed lastMessage() throws TrainerDiedException {
                if (failed == null) {
                    throw new TrainerDiedException(how);
                }
                return failed;
            }
        }
    }

    /** Waits for what is heard next. @return null if nothing is heard for so long */
    Heard next(Duration longest) throws InterruptedException;

    /** Asks it to stop. It says {@code stopped} when it has. */
    void stop();

    /** Tells it what taking over its last saved state has cost, in seconds of processor time. It saves less often then. */
    void taken(double seconds);

    /** Ends it at once. */
    void kill();

    @Override
    void close();
}
