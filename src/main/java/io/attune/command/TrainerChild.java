package io.attune.command;

import io.attune.disk.Trees;
import io.attune.process.DeviceName;
import io.attune.process.HeapSize;
import io.attune.process.NativeCommand;
import io.attune.process.Seclusion;
import io.attune.storage.DataFolder;
import io.attune.trainer.launch.RunningTrainer;
import io.attune.trainer.launch.RunningTrainer.Heard;
import io.attune.trainer.launch.TrainerDiedException;
import io.attune.trainer.launch.TrainerProcess;
import io.attune.trainer.launch.TrainerProcesses;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Starts a trainer process for a command and reads its messages. Its output for people goes to standard error. */
final class TrainerChild implements AutoCloseable {

    private static final HeapSize HEAP = HeapSize.ofMebibytes(512);
    private static final String QUIET = "-Dlogback.configurationFile=logback-command.xml";

    /** A command waits without a limit while its trainer works. */
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

    /**
     * Memory for sampling, as a multiple of the stored weights: 1 for the stored weights, 2 for converted weights of
     * at most twice the size, and 2 for the conversation.
     */
    private static final int MEMORY_OF_SAMPLING = 5;

    private final Path folder;
    private final TrainerProcess trainer;

    private TrainerChild(Path folder, TrainerProcess trainer) {
        this.folder = folder;
        this.trainer = trainer;
    }

    /**
     * Starts a trainer.
     *
     * @param data the data folder, where native libraries are unpacked
     */
    static TrainerChild start(TrainerSpec specification, Path data) throws IOException {
        Path folder = Files.createTempDirectory("attune-trainer-");
        try {
            TrainerChild child = new TrainerChild(folder, start(specification, data, folder));
            Runtime.getRuntime().addShutdownHook(new Thread(child::close)); // if a user interrupts the command
            return child;
        } catch (IOException | RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    private static TrainerProcess start(TrainerSpec specification, Path data, Path folder) throws IOException {
        Seclusion seclusion = Seclusion.of(DataFolder.secrets(data), folder, read(specification));
        var command = new NativeCommand(TrainerProcesses.program(QUIET), HEAP, data.resolve("djl"), seclusion);
        var trainers = new TrainerProcesses(command, () -> {}, work -> printed -> printed.transferTo(System.err));
        try {
            return trainers.start(folder, "spec", specification, DeviceName.CPU.text(), memory(specification));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /**
     * Returns the files that the trainer reads. A secluded trainer does not have root's rights, and some files may be
     * readable only for root.
     */
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

    private static OptionalLong memory(TrainerSpec specification) throws IOException {
        if (!(specification instanceof TrainerSpec.Sample)) {
            return OptionalLong.empty();
        }
        try (Stream<Path> files = Files.list(specification.model())) {
            long weights = files.filter(file -> file.toString().endsWith(".safetensors"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            return OptionalLong.of(MEMORY_OF_SAMPLING * weights);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Writes a line to the trainer's standard input. */
    void tell(String line) {
        trainer.tell(line);
    }

    /**
     * Returns the next message and skips messages that only report progress.
     *
     * @throws IOException if the trainer failed or ended; the message says why
     */
    TrainerMessage next() throws IOException {
        return next(trainer);
    }

    static TrainerMessage next(RunningTrainer trainer) throws IOException {
        try {
            while (true) {
                Heard heard = trainer.next(AS_LONG_AS_IT_TAKES);
                if (heard instanceof Heard.End end) {
                    throw failure(end.lastMessage());
                } else if (heard instanceof Heard.Message said) {
                    if (said.message() instanceof TrainerMessage.Failed failed) {
                        throw failure(failed);
                    } else if (!(said.message() instanceof TrainerMessage.Alive)) {
                        return said.message();
                    }
                }
            }
        } catch (TrainerDiedException e) {
            throw new IOException("the trainer process ended without a word. " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Replaces the message for a full heap, because it names a setting of the service. */
    private static IOException failure(TrainerMessage.Failed failed) {
        return new IOException(
                failed.code().equals(TrainerMessage.Failed.HEAP_FULL)
                        ? "the trainer process ended, since its Java heap was full"
                        : failed.problem());
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the command was interrupted");
    }

    @Override
    public void close() {
        trainer.close();
        delete(folder);
    }

    private static void delete(Path folder) {
        try {
            Trees.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
