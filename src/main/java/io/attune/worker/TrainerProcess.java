package io.attune.worker;

import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.process.MemoryLimit;
import io.attune.trainer.process.TrainerCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running trainer: its messages in their order, its log in a file, and the two ways to end it. Closing kills it and waits until it is gone.
 */
final class TrainerProcess implements AutoCloseable {

    static final String LOG = "trainer.log";

    private static final Logger log = LoggerFactory.getLogger(TrainerProcess.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LONGEST_LOG = 16L << 20;

    /** For how long the rest of a dead trainer's log is waited for. */
    private static final Duration LOG_END = Duration.ofSeconds(5);

    /** What was heard of the process: a message, or that it has ended. */
    sealed interface Heard {

        record Message(TrainerMessage message) implements Heard {}

        record End(int exitCode) implements Heard {}
    }

    private final Process process;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final Path folder;
    private final OomKills before;
    private final MemoryLimit limit;
    private final Thread logWriter;

    /**
     * @param before the start
     * @param limit that it was started with
     */
    TrainerProcess(Process process, Path folder, OomKills before, MemoryLimit limit) {
        this.folder = folder;
        this.process = process;
        this.before = before;
        this.limit = limit;
        this.logWriter =
                daemon("trainer-log-" + process.pid(), () -> keepLog(process.getErrorStream(), folder.resolve(LOG)));
        daemon("trainer-messages-" + process.pid(), this::listen);
    }

    long pid() {
        return process.pid();
    }

    /**
     * What a trainer that ended without a last message could not say any more.
     *
     * @throws TrainerDiedException if nobody knows why it ended
     */
    TrainerMessage lastWord(Heard.End end) throws TrainerDiedException, InterruptedException {
        int exitCode = end.exitCode();
        if (exitCode == TrainerCommand.HEAP_FULL) {
            return TrainerMessage.Failed.heapIsFull();
        }
        if (ranOutOfMemory(exitCode)) {
            return TrainerMessage.Failed.memoryIsShort();
        }
        if (exitCode == TrainerCommand.ABORTED && tokenizerWasRefusedMemory()) {
            return TrainerMessage.Failed.tokenizerTakesTooMuch(limit.mebibytes());
        }
        throw new TrainerDiedException(
                exitCode > 128
                        ? "It was killed by signal " + (exitCode - 128) + "."
                        : "It ended with exit code " + exitCode + ".");
    }

    /** Whether it ended for want of native memory: by the kernel, which does not say why, or as its own report says. */
    private boolean ranOutOfMemory(int exitCode) {
        return exitCode == TrainerCommand.KILLED && before.happenedSince() || reportsWantOfMemory();
    }

    private boolean tokenizerWasRefusedMemory() throws InterruptedException {
        logWriter.join(LOG_END.toMillis());
        try (Stream<String> printed = Files.lines(folder.resolve(LOG), StandardCharsets.ISO_8859_1)) {
            return printed.anyMatch(TrainerCommand::isFailedAllocation);
        } catch (IOException e) {
            return false; // such as a full disk, which took no log
        }
    }

    private boolean reportsWantOfMemory() {
        try (Stream<String> report =
                Files.lines(folder.resolve(TrainerCommand.ERROR_REPORT), StandardCharsets.ISO_8859_1)) {
            return report.limit(20).anyMatch(line -> line.contains("insufficient memory for the Java Runtime"));
        } catch (IOException e) {
            return false; // most processes leave none
        }
    }

    /** The next that is heard, or null after {@code longest}. After the end nothing is heard. */
    Heard next(Duration longest) throws InterruptedException {
        return heard.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks it to stop; it says {@code stopped} when it has. */
    void stop() {
        tell("stop");
    }

    /** Tells it what taking over its last saved state has cost, in seconds of a processor's time: it saves the less often. */
    void taken(double seconds) {
        tell("taken " + seconds);
    }

    private void tell(String line) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            log.debug("trainer {} does not listen any more: {}", pid(), e.getMessage());
        }
    }

    /** Ends it at once. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                logWriter.join(LOG_END.toMillis());
                break;
            } catch (InterruptedException e) {
                interrupted = true; // a killed process is gone soon, and must be gone
            }
        }
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            log.debug("trainer {} had not read its input: {}", pid(), e.getMessage());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                read(line);
            }
        } catch (IOException e) {
            log.debug("messages of trainer {} broke off: {}", pid(), e.getMessage());
        }
        try {
            heard.add(new Heard.End(process.waitFor()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(String line) {
        try {
            heard.add(new Heard.Message(JSON.readValue(line, TrainerMessage.class)));
        } catch (JacksonException e) {
            // a process that is killed in the middle of a word leaves half a line
            log.warn("trainer {} said something that is no message: {}", pid(), e.getOriginalMessage());
        }
    }

    /** Reads to the end whatever is printed, since a full pipe would stop the trainer; keeps the first 16 MiB. */
    private static void keepLog(InputStream printed, Path file) {
        try (printed) {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                keepLog(printed, out);
            } catch (IOException e) { // such as on a full disk, which the trainer itself may not need
                log.warn("the log {} broke off: {}", file, e.getMessage());
            }
            printed.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            log.debug("what the trainer of {} printed broke off: {}", file, e.getMessage());
        }
    }

    private static void keepLog(InputStream printed, OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        long left = LONGEST_LOG;
        for (int n = printed.read(buffer); n >= 0; n = printed.read(buffer)) {
            if (left > 0) {
                out.write(buffer, 0, (int) Math.min(n, left));
                if (n >= left) {
                    out.write("\n[the rest of the log was left out]\n".getBytes(StandardCharsets.UTF_8));
                }
            }
            left -= n;
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
