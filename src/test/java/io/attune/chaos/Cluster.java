package io.attune.chaos;

import io.attune.AttuneApplication;
import io.attune.Installation;
import io.attune.storage.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One API, three workers, a PostgreSQL behind a {@link Gate}, and a store; all of it in one folder. */
final class Cluster {

    /** A worker is lost after this long. */
    static final Duration LEASE = Duration.ofSeconds(6);

    private static final int WORKERS = 3;
    private static final Duration LONGEST_START = Duration.ofSeconds(120);

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final Gate database;
    private final Store store;
    private final boolean smallDisks;
    private final Service api;
    private final List<Service> workers = new ArrayList<>();
    private final Thread lastResort = new Thread(this::destroy);

    private Cluster(Path folder, EmbeddedPostgres postgres, Store store, Random random)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.postgres = postgres;
        this.store = store;
        this.database = new Gate(Integer.parseInt(postgres.jdbcUrl().replaceAll(".*:(\\d+)/.*", "$1")));
        this.smallDisks = SmallDisk.possible();
        this.api = service("api", null, random);
        for (int number = 1; number <= WORKERS; number++) {
            String name = "worker-" + number;
            SmallDisk disk = smallDisks ? SmallDisk.on(folder.resolve(name).resolve("attempts")) : null;
            workers.add(service(name, disk, random));
        }
    }

    static Cluster start(Path folder, Random random) throws IOException, InterruptedException {
        Installation.current().prepareDatabase(folder.resolve("database"));
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("database"));
        Cluster cluster = new Cluster(folder, postgres, S3ProxyStore.in(folder.resolve("store"), random), random);
        Runtime.getRuntime().addShutdownHook(cluster.lastResort);
        cluster.services().forEach(Service::start);
        cluster.awaitReady();
        return cluster;
    }

    private Service service(String name, SmallDisk disk, Random random) throws IOException {
        Path data = Files.createDirectories(folder.resolve(name));
        Path temporary = Files.createDirectories(folder.resolve(name + ".tmp"));
        Installation.current().prepare(data);
        Map<String, String> environment = new HashMap<>(store.environment());
        environment.put("ATTUNE_ROLES", name.equals("api") ? "api" : "worker");
        environment.put("ATTUNE_DEVICES", "cpu");
        environment.put("ATTUNE_LEASE", LEASE.toSeconds() + "s");
        environment.put("ATTUNE_RESUME_INTERVAL", "2s");
        environment.put("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:" + database.port() + "/attune");
        environment.put("SPRING_DATASOURCE_USERNAME", postgres.username());
        environment.put("SPRING_DATASOURCE_PASSWORD", postgres.password());
        environment.put("SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE", "6");
        List<String> command = new ArrayList<>(Installation.current()
                .java(
                        "-Xmx192m",
                        "-XX:ActiveProcessorCount=1", // threads of a trainer are part of the bits: one
                        "-Djava.io.tmpdir=" + temporary,
                        "-Dai.djl.offline=true"));
        command.add(AttuneApplication.class.getName());
        return new Service(name, data, disk, command, environment, new Random(random.nextLong()));
    }

    void awaitReady() throws InterruptedException {
        for (Service service : services()) {
            if (!service.awaitReady(LONGEST_START)) {
                throw new IllegalStateException(service.name() + " does not get ready; its log is in " + folder);
            }
        }
    }

    Service api() {
        return api;
    }

    List<Service> workers() {
        return workers;
    }

    List<Service> services() {
        List<Service> all = new ArrayList<>(workers);
        all.add(0, api);
        return all;
    }

    boolean smallDisks() {
        return smallDisks;
    }

    Store store() {
        return store;
    }

    Gate database() {
        return database;
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    /** A connection that no fault reaches, unless the server itself is gone. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
    }

    /** Ends all that still runs; the services are killed if they have not been stopped before. */
    void close() throws IOException, InterruptedException {
        Runtime.getRuntime().removeShutdownHook(lastResort);
        end();
    }

    private void end() throws IOException, InterruptedException {
        services().forEach(Service::destroy);
        postgres.close();
        database.close();
        store.close();
        for (Service worker : workers) {
            if (worker.disk() != null) {
                worker.disk().close();
            }
        }
    }

    private void destroy() {
        try {
            end();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
