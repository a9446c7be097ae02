package io.attune.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running process: its messages, its output and its end. {@link #close} kills the process and waits until it is
 * gone.
 */
public final class NativeProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NativeProcess.class);

    /** Maximum time to read the remaining output of a dead process. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(5);

    /** Receives the messages of a process, in a thread of its own. */
    public interface Listener {

        /** A message, which is one line. The last line of a killed process may be incomplete. */
        default void said(String line) {}

        /** The process has ended. Called once, after the last line. */
        void ended(ProcessEnd end);
    }

    /** Receives the complete output of a process, in a thread of its own. */
    public interface Printed {

        /** @throws IOException if it can receive no more; the rest of the output is dropped */
        void take(InputStream printed) throws IOException;
    }

    private final Process process;
    private final Path folder;
    private final OomKills before;
    private final Listener listener;
    private final AllocationWatch output;
    private final Thread printing;

    private NativeProcess(Process process, Path folder, OomKills before, Listener listener, Printed printed) {
        this.process = process;
        this.folder = folder;
        this.before = before;
        this.listener = listener;
        this.output = new AllocationWatch(process.getErrorStream());
        this.printing = daemon("process-output-" + process.pid(), () -> take(printed));
        daemon("process-messages-" + process.pid(), this::listen);
    }

    /**
     * Starts a process and writes its {@link ProcessMark} to its folder.
     *
     * @param builder made by {@link NativeCommand#builder}
     */
    public static NativeProcess start(ProcessBuilder builder, Listener listener, Printed printed) throws IOException {
        Path folder = builder.directory().toPath();
        OomKills before = OomKills.ofThisGroup();
        Process process = builder.start();
        try {
            ProcessMark.of(process.toHandle()).write(folder);
        } catch (IOException e) {
            process.destroyForcibly(); // without its mark, a later service could not find the process
            throw e;
        }
        return new NativeProcess(process, folder, before, listener, printed);
    }

    public long pid() {
        return process.pid();
    }

    /** Writes a line to the standard input of the process. The line is lost if the process reads no more. */
    public void tell(String line) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            log.debug("process {} does not listen any more: {}", pid(), e.getMessage());
        }
    }

    /** Ends the process at once. */
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                printing.join(LONGEST_REST.toMillis());
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the process is killed, so this does not wait long; it must be gone afterwards
            }
        }
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            log.debug("process {} had not read its input: {}", pid(), e.getMessage());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                listener.said(line);
            }
        } catch (IOException e) {
            log.debug("messages of process {} broke off: {}", pid(), e.getMessage());
        }
        try {
            int exitCode = process.waitFor();
            printing.join(LONGEST_REST.toMillis());
            listener.ended(ProcessEnd.of(exitCode, before, folder, output.seen()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Always reads the output to its end, because a full pipe would stop the process. */
    private void take(Printed printed) {
        try (output) {
            try {
                printed.take(output);
            } catch (IOException e) { // such as a full disk; the process may not need this disk
                log.warn("the output of process {} is lost from here on: {}", pid(), e.getMessage());
            }
            output.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            log.debug("the output of process {} broke off: {}", pid(), e.getMessage());
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
