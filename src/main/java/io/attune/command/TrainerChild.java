package io.attune.command;

import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** A trainer process that a command starts and listens to. What it prints for people goes to standard error. */
final class TrainerChild implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer(Path.class)))
            .build();

    private final Process process;
    private final BufferedReader messages;

    private TrainerChild(Process process) {
        this.process = process;
        this.messages = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** @param data the data folder, where native libraries are unpacked */
    static TrainerChild start(TrainerSpec specification, Path data) throws IOException {
        Path file = Files.createTempFile("attune-trainer-", ".json");
        file.toFile().deleteOnExit(); // also where somebody interrupts the command
        Files.writeString(file, JSON.writeValueAsString(specification));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.offline=true",
                        "-Dlogback.configurationFile=logback-command.xml", // standard output is for messages
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.attune.trainer.TrainerMain",
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("DJL_CACHE_DIR", data.resolve("djl").toString());
        builder.environment().put("OMP_WAIT_POLICY", "PASSIVE"); // the service beside it wants the cores too
        return new TrainerChild(builder.start());
    }

    /** Its standard input. */
    Writer input() {
        return process.outputWriter(StandardCharsets.UTF_8);
    }

    /** The next message. @throws IOException that says why there is none */
    TrainerMessage next() throws IOException {
        return next(messages);
    }

    /**
     * The next message that says something: native code prints what it likes in between, and long work says that it
     * goes on.
     */
    static TrainerMessage next(BufferedReader messages) throws IOException {
        for (String line = messages.readLine(); line != null; line = messages.readLine()) {
            if (!line.startsWith("{")) {
                continue;
            }
            TrainerMessage message = JSON.readValue(line, TrainerMessage.class);
            if (message instanceof TrainerMessage.Failed failed) {
                throw new IOException(failed.problem());
            }
            if (!(message instanceof TrainerMessage.Alive)) {
                return message;
            }
        }
        throw new IOException("the trainer process ended without a word");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
