package io.attune.storage.postgres;

import io.attune.disk.WantOfSpace;
import io.attune.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the service's own PostgreSQL, for one machine. The caller holds the lock of the data folder. If the server
 * is killed, it is restarted on the same port, so the connection pool finds it. If restarts fail for some minutes,
 * they end. A full disk does not end them.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final PostgresBinaries binaries;
    private final PostgresCluster cluster;
    private final int port;
    private final ServiceRole role;
    private final CompletableFuture<StorageException> givenUp = new CompletableFuture<>();
    private PostgresServer server;
    private boolean closed;

    private EmbeddedPostgres(
            PostgresBinaries binaries, PostgresCluster cluster, int port, ServiceRole role, PostgresServer server) {
        this.binaries = binaries;
        this.cluster = cluster;
        this.port = port;
        this.role = role;
        this.server = server;
    }

    /**
     * Starts the server on {@code folder}, and creates the database if it does not exist.
     *
     * @throws StorageException if that fails; the message names the reason and the solution
     */
    public static EmbeddedPostgres start(Path folder) {
        try {
            Files.createDirectories(folder);
            PostgresBinaries binaries = PostgresBinaries.unpackInto(folder.toRealPath());
            PostgresCluster cluster = PostgresCluster.openIn(folder.toRealPath(), binaries);
            int port = freePort();
            PostgresServer server = PostgresServer.start(binaries, cluster, port);
            ServiceRole role = ServiceRole.prepare(cluster, port);
            EmbeddedPostgres postgres = new EmbeddedPostgres(binaries, cluster, port, role, server);
            postgres.watch();
            log.info("PostgreSQL {} runs on port {}, data in {}", binaries.major(), port, cluster.folder());
            return postgres;
        } catch (IOException e) {
            if (WantOfSpace.isCauseOf(e)) {
                throw new StorageException(
                        "The embedded PostgreSQL cannot be started, as the disk of " + folder + " is full: "
                                + e.getMessage(),
                        "Make room there and start Attune again.");
            }
            throw new UncheckedIOException("the embedded PostgreSQL cannot be started", e);
        } catch (SQLException e) {
            throw new IllegalStateException("the embedded PostgreSQL cannot be used", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while PostgreSQL was starting", e);
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + ServiceRole.DATABASE;
    }

    /** The name of the role that owns the database. It is not a superuser. */
    public String username() {
        return ServiceRole.NAME;
    }

    public String password() {
        return role.password();
    }

    /** Completes with the reason and the solution if the server is gone and cannot be restarted. */
    public CompletableFuture<StorageException> givenUp() {
        return givenUp.copy();
    }

    /** The process id of the running server. */
    public synchronized long pid() {
        return server.pid();
    }

    /** Shuts the server down (fast mode). The connection pool has to be closed before. */
    @Override
    public void close() throws IOException, InterruptedException {
        PostgresServer last;
        synchronized (this) {
            closed = true;
            last = server;
        }
        last.stop();
    }

    private synchronized void watch() {
        server.onExit().thenRunAsync(this::restart, work -> {
            Thread thread = new Thread(work, "postgres-watch");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void restart() {
        long gone = System.nanoTime();
        for (long pause = 1; ; pause = Math.min(30, 2 * pause)) {
            StorageException problem;
            try {
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    log.warn("PostgreSQL (process {}) is gone; starting it again", server.pid());
                    cluster.check();
                    server = PostgresServer.start(binaries, cluster, port);
                    log.info("PostgreSQL is back as process {}", server.pid());
                    watch();
                    return;
                }
            } catch (StorageException e) {
                problem = e;
            } catch (IOException e) {
                problem = new StorageException(
                        "PostgreSQL has ended and cannot be started again: " + e,
                        "Repair that and start Attune again.");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            boolean full = WantOfSpace.isToldBy(problem.getMessage());
            if (!cluster.isWhole() || !full && System.nanoTime() - gone > PATIENCE.toNanos()) {
                givenUp.complete(problem);
                return;
            }
            log.error("PostgreSQL cannot be started; trying again in {} s: {}", pause, problem.getMessage());
            try {
                TimeUnit.SECONDS.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
