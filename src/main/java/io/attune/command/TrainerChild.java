package io.attune.command;

import io.attune.disk.Trees;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.process.MemoryLimit;
import io.attune.trainer.process.Seclusion;
import io.attune.trainer.process.TrainerCommand;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** A trainer process that a command starts and listens to. What it prints for people goes to standard error. */
final class TrainerChild implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer(Path.class)))
            .build();

    private static final String CPU = "cpu";
    private static final String HEAP = "512m";
    private static final String QUIET = "-Dlogback.configurationFile=logback-command.xml";

    private final Process process;
    private final Path folder;
    private final MemoryLimit limit;
    private final BufferedReader messages;
    private final Thread printed;
    private volatile boolean refusedMemory;

    private TrainerChild(Process process, Path folder, MemoryLimit limit) {
        this.process = process;
        this.folder = folder;
        this.limit = limit;
        this.messages = process.inputReader(StandardCharsets.UTF_8);
        this.printed = new Thread(this::passOn, "trainer-printed");
        printed.setDaemon(true);
        printed.start();
    }

    /** @param data the data folder, where native libraries are unpacked */
    static TrainerChild start(TrainerSpec specification, Path data) throws IOException {
        Path folder = Files.createTempDirectory("attune-trainer-");
        folder.toFile().deleteOnExit(); // also where somebody interrupts the command
        Path file = folder.resolve("spec.json");
        file.toFile().deleteOnExit();
        Files.writeString(file, JSON.writeValueAsString(specification));
        Seclusion seclusion =
                Seclusion.of(List.of(data.resolve("postgres"), data.resolve("admin-key")), folder, read(specification));
        TrainerCommand command = TrainerCommand.ofThisProgram(HEAP, data.resolve("djl"), seclusion, QUIET);
        MemoryLimit limit = limit(command, specification);
        ProcessBuilder builder = new ProcessBuilder(command.line(file, limit));
        Map<String, String> environment = builder.environment();
        Map<String, String> allowed = command.environment(Map.copyOf(environment), folder, CPU);
        environment.clear();
        environment.putAll(allowed);
        return new TrainerChild(builder.start(), folder, limit);
    }

    /** What somebody else owns may be open to root alone, and a secluded trainer has none of root's rights. */
    private static List<Path> read(TrainerSpec specification) throws IOException {
        List<Path> files = new ArrayList<>();
        if (specification instanceof TrainerSpec.Preview preview) {
            files.add(preview.data().training());
        }
        try (Stream<Path> model = Files.list(specification.model())) {
            model.forEach(files::add);
        }
        return files;
    }

    /**
     * Sampling takes the weights as they are stored and, at most, twice as long ones, and as much again for what was
     * said before.
     */
    private static MemoryLimit limit(TrainerCommand command, TrainerSpec specification) throws IOException {
        if (!(specification instanceof TrainerSpec.Sample)) {
            return command.limitOfText();
        }
        try (Stream<Path> files = Files.list(specification.model())) {
            long weights = files.filter(file -> file.toString().endsWith(".safetensors"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            return command.limitOf(5 * weights);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Its standard input. */
    Writer input() {
        return process.outputWriter(StandardCharsets.UTF_8);
    }

    /** The next message. @throws IOException that says why there is none */
    TrainerMessage next() throws IOException {
        try {
            return next(messages);
        } catch (EOFException e) {
            throw new IOException(lastWord(e.getMessage()), e);
        }
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
        throw new EOFException("the trainer process ended without a word");
    }

    private String lastWord(String silent) {
        try {
            int exit = process.waitFor();
            printed.join();
            if (refusedMemory) {
                return TrainerMessage.Failed.tokenizerTakesTooMuch(limit.mebibytes())
                        .problem();
            }
            return exit == TrainerCommand.HEAP_FULL
                    ? "the trainer process ended, since its Java heap was full"
                    : silent + " (exit code " + exit + ")";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return silent;
        }
    }

    private void passOn() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (TrainerCommand.isFailedAllocation(line)) {
                    refusedMemory = true;
                } else {
                    System.err.println(line);
                }
            }
        } catch (IOException e) {
            System.err.println("what the trainer process printed broke off: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            Trees.delete(folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
