package io.attune.trainer.launch;

import io.attune.process.NativeProcess;
import java.time.Duration;

/** A trainer in a process on this machine. It reads lines from its standard input. */
public final class TrainerProcess implements RunningTrainer {

    private final NativeProcess process;
    private final TrainerMessages messages;

    TrainerProcess(NativeProcess process, TrainerMessages messages) {
        this.process = process;
        this.messages = messages;
    }

    @Override
    public Heard next(Duration longest) throws InterruptedException {
        return messages.next(longest);
    }

    @Override
    public void stop() {
        tell("stop");
    }

    @Override
    public void taken(double seconds) {
        tell("taken " + seconds);
    }

    /** Writes a line to the standard input of the trainer, such as a prompt for an interactive sample. */
    public void tell(String line) {
        process.tell(line);
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
