package io.attune.storage.postgres;

import io.attune.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A running {@code postgres}: a child process that serves a cluster on a port of 127.0.0.1. */
final class PostgresServer {

    private static final long LOG_LIMIT = 10L << 20;
    private static final Duration START = Duration.ofMinutes(5); // crash recovery may replay much
    private static final Duration FAST_STOP = Duration.ofSeconds(60);
    private static final Duration IMMEDIATE_STOP = Duration.ofSeconds(20);

    private final Process process;

    private PostgresServer(Process process) {
        this.process = process;
    }

    /** Starts the server and waits until it accepts connections. */
    static PostgresServer start(PostgresBinaries binaries, PostgresCluster cluster, int port)
            throws IOException, InterruptedException {
        stopOrphans(binaries, cluster);
        Path log = cluster.folder().resolveSibling("server.log");
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
            Files.move(log, log.resolveSibling("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        Process process = binaries.command(
                        "postgres",
                        List.of(
                                "-D",
                                cluster.folder().toString(),
                                "-p",
                                Integer.toString(port),
                                "-c",
                                "listen_addresses=127.0.0.1",
                                "-c",
                                "unix_socket_directories=",
                                "-c",
                                "fsync=on",
                                "-c",
                                "synchronous_commit=on",
                                "-c",
                                "timezone=UTC",
                                "-c",
                                "log_timezone=UTC"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        PostgresServer server = new PostgresServer(process);
        server.awaitReady(cluster, port, log);
        return server;
    }

    private void awaitReady(PostgresCluster cluster, int port, Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        SQLException last = null;
        while (System.nanoTime() < deadline) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new StorageException(
                        "PostgreSQL ended at once (exit status " + process.exitValue() + "): " + tail(log),
                        "The whole log is " + log + ".");
            }
            try (Connection connection = DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + port + "/postgres", PostgresCluster.USER, cluster.password())) {
                return;
            } catch (SQLException e) {
                last = e;
            }
        }
        stop();
        throw new StorageException(
                "PostgreSQL accepted no connections within " + START.toSeconds() + " seconds: " + last,
                "Its log is " + log + ".");
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    long pid() {
        return process.pid();
    }

    CompletableFuture<?> onExit() {
        return process.onExit();
    }

    /** Shuts the server down (fast mode): rolls open transactions back and writes all data to disk. */
    void stop() throws IOException, InterruptedException {
        stop(process.toHandle());
    }

    /**
     * Ends orphaned processes and deletes a stale {@code postmaster.pid}. A killed service leaves its server
     * running. A killed server leaves its backends for a moment, and a {@code postmaster.pid} whose pid may now
     * belong to another program. The caller owns the folder, so no service uses a process that runs our program.
     */
    private static void stopOrphans(PostgresBinaries binaries, PostgresCluster cluster)
            throws IOException, InterruptedException {
        Path pidFile = cluster.folder().resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        String pid = Files.readString(pidFile).lines().findFirst().orElse("").strip();
        Optional<ProcessHandle> orphan = pid.matches("\\d{1,18}") // the file may be empty after a power failure
                ? ProcessHandle.of(Long.parseLong(pid)).filter(process -> runs(process, binaries))
                : Optional.empty();
        if (orphan.isPresent()) {
            stop(orphan.get());
        }
        // two sets of backends would corrupt a cluster, so the start waits for the end of all old ones
        long deadline = System.nanoTime() + IMMEDIATE_STOP.toNanos();
        while (ProcessHandle.allProcesses().anyMatch(process -> runs(process, binaries))) {
            if (System.nanoTime() > deadline) {
                throw new StorageException(
                        "Processes of an earlier PostgreSQL of this data folder do not end: "
                                + ProcessHandle.allProcesses()
                                        .filter(process -> runs(process, binaries))
                                        .map(ProcessHandle::pid)
                                        .toList(),
                        "End them and start again.");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Files.deleteIfExists(pidFile);
    }

    private static boolean runs(ProcessHandle process, PostgresBinaries binaries) {
        return process.info()
                .command()
                .filter(binaries.postgres().toString()::equals)
                .isPresent();
    }

    private static void stop(ProcessHandle process) throws IOException, InterruptedException {
        if (!process.isAlive()) {
            return;
        }
        signal(process, "INT");
        if (!ends(process, FAST_STOP)) {
            signal(process, "QUIT");
            if (!ends(process, IMMEDIATE_STOP)) {
                process.destroyForcibly();
                ends(process, IMMEDIATE_STOP);
            }
        }
    }

    /** Sends a signal. Java can only send TERM, and PostgreSQL then waits until all clients have left. */
    private static void signal(ProcessHandle process, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                .start()
                .waitFor();
    }

    private static boolean ends(ProcessHandle process, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }
}
