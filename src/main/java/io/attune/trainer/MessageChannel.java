package io.attune.trainer;

import io.attune.trainer.message.TrainerMessage;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** Sends messages to the worker: one JSON object per line, flushed at once. */
final class MessageChannel implements AutoCloseable {

    private final JsonMapper mapper = JsonMapper.shared();
    private final OutputStream out;

    private MessageChannel(OutputStream out) {
        this.out = out;
    }

    /** @param path path of the channel, or null for standard output */
    static MessageChannel open(String path) throws IOException {
        return new MessageChannel(path == null ? System.out : new FileOutputStream(path));
    }

    /** Sends a message. Fails if the worker has ended, because the work then has no reader. */
    synchronized void send(TrainerMessage message) {
        try {
            out.write((mapper.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new TrainerException("worker_gone", "the worker no longer reads messages: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
