package io.attune.trainer.launch;

import io.attune.process.MemoryLimit;
import io.attune.process.ProcessEnd;
import java.time.Duration;

/** A trainer that has said some lines and ended with exit code 9. */
public final class SaidLines implements RunningTrainer {

    private final TrainerMessages messages = new TrainerMessages(MemoryLimit.NONE);

    public SaidLines(String lines) {
        lines.lines().forEach(messages::said);
        messages.ended(new ProcessEnd(9, ProcessEnd.Cause.UNKNOWN));
    }

    @Override
    public Heard next(Duration longest) throws InterruptedException {
        return messages.next(longest);
    }

    @Override
    public void stop() {}

    @Override
    public void taken(double seconds) {}

    @Override
    public void kill() {}

    @Override
    public void close() {}
}
