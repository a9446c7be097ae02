package io.attune.trainer;

import io.attune.trainer.message.TrainerMessage;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** Where messages go: one JSON object a line, flushed at once. */
final class MessageChannel implements AutoCloseable {

    private final JsonMapper mapper = JsonMapper.shared();
    private final OutputStream out;

    private MessageChannel(OutputStream out) {
        this.out = out;
    }

    /** @param path of the channel, or null for standard output */
    static MessageChannel open(String path) throws IOException {
        return new MessageChannel(path == null ? System.out : new FileOutputStream(path));
    }

    /** A worker that is gone cannot read: then there is nobody to go on for. */
    synchronized void send(TrainerMessage message) {
        try {
            out.write((mapper.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new TrainerException("worker_gone", "nobody reads the messages any more: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
