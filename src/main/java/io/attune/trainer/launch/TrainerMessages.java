package io.attune.trainer.launch;

import io.attune.process.MemoryLimit;
import io.attune.process.NativeProcess;
import io.attune.process.ProcessEnd;
import io.attune.trainer.launch.RunningTrainer.Heard;
import io.attune.trainer.message.TrainerJson;
import io.attune.trainer.message.TrainerMessage.Failed;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** The messages of a trainer process that were not taken yet, in their order. */
final class TrainerMessages implements NativeProcess.Listener {

    private static final Logger log = LoggerFactory.getLogger(TrainerMessages.class);

    private final BlockingQueue<Heard> waiting = new LinkedBlockingQueue<>();
    private final MemoryLimit limit;

    /** @param limit memory limit of the trainer */
    TrainerMessages(MemoryLimit limit) {
        this.limit = limit;
    }

    Heard next(Duration longest) throws InterruptedException {
        return waiting.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void said(String line) {
        try {
            waiting.add(new Heard.Message(TrainerJson.message(line)));
        } catch (JacksonException e) { // such as an incomplete line
            log.warn("a trainer said something that is no message: {}", e.getOriginalMessage());
        }
    }

    @Override
    public void ended(ProcessEnd end) {
        waiting.add(new Heard.End(failed(end.cause()), end.sentence()));
    }

    /** The message that the trainer could not send, or null. */
    private Failed failed(ProcessEnd.Cause cause) {
        return switch (cause) {
            case HEAP_FULL -> Failed.heapIsFull();
            case MACHINE_MEMORY -> Failed.memoryIsShort();
            case MEMORY_LIMIT -> Failed.tokenizerTakesTooMuch(limit.mebibytes());
            case UNKNOWN -> null;
        };
    }
}
