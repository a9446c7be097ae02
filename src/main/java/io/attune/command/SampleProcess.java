package io.attune.command;

import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.message.TrainerSpec.ChatTurn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** A trainer process in mode {@code sample}: it holds a model and answers prompts. */
final class SampleProcess implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer(Path.class)))
            .build();

    private final Process process;
    private final BufferedReader messages;
    private final Writer prompts;

    private SampleProcess(Process process) {
        this.process = process;
        this.messages = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.prompts = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts it and waits until the model is loaded.
     *
     * @param data the data folder, where native libraries are unpacked
     */
    static SampleProcess start(TrainerSpec.Sample specification, Path data) throws IOException {
        Path file = Files.createTempFile("attune-sample-", ".json");
        try {
            Files.writeString(file, JSON.writeValueAsString(specification));
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
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
            SampleProcess sampler = new SampleProcess(builder.start());
            try {
                sampler.next(); // started
            } catch (IOException | RuntimeException e) {
                sampler.close();
                throw e;
            }
            return sampler;
        } finally {
            Files.delete(file);
        }
    }

    /** Answers all prompts of the specification, each handed over as it comes. */
    void samples(int count, Consumer<TrainerMessage.Sample> each) throws IOException {
        for (int i = 0; i < count; i++) {
            each.accept((TrainerMessage.Sample) next());
        }
    }

    /** Answers one more prompt, piece by piece. */
    String ask(List<ChatTurn> prompt, Consumer<String> pieces) throws IOException {
        prompts.write(JSON.writeValueAsString(prompt) + "\n");
        prompts.flush();
        StringBuilder answer = new StringBuilder();
        for (var text = (TrainerMessage.Text) next(); !text.done(); text = (TrainerMessage.Text) next()) {
            answer.append(text.text());
            pieces.accept(text.text());
        }
        return answer.toString();
    }

    private TrainerMessage next() throws IOException {
        return next(messages);
    }

    /** The next message that says something: native code prints what it likes in between, and long work says that it goes on. */
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
