package io.attune.chaos;

import io.attune.AttuneApplication;
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
import java.util.concurrent.TimeUnit;

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
        String classPath = ClassPath.packedInto(folder);
        this.api = service("api", classPath, null, random);
        for (int number = 1; number <= WORKERS; number++) {
            String name = "worker-" + number;
            SmallDisk disk = smallDisks ? SmallDisk.on(folder.resolve(name).resolve("attempts")) : null;
            workers.add(service(name, classPath, disk, random));
        }
    }

    static Cluster start(Path folder, Random random) throws IOException, InterruptedException {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("database"));
        Cluster cluster = new Cluster(folder, postgres, S3ProxyStore.in(folder.resolve("store"), random), random);
        Runtime.getRuntime().addShutdownHook(cluster.lastResort);
        cluster.keepClassData();
        String classData = "-XX:SharedArchiveFile=" + cluster.classData();
        cluster.services().forEach(service -> service.start(classData));
        cluster.awaitReady();
        return cluster;
    }

    private Service service(String name, String classPath, SmallDisk disk, Random random) throws IOException {
        Path data = Files.createDirectories(folder.resolve(name));
        Path temporary = Files.createDirectories(folder.resolve(name + ".tmp"));
        // one copy of the native libraries is enough for all
        Files.createSymbolicLink(data.resolve("djl"), Files.createDirectories(nativeLibraries()));
        Map<String, String> environment = new HashMap<>(store.environment());
        environment.put("ATTUNE_ROLES", name.equals("api") ? "api" : "worker");
        environment.put("ATTUNE_DEVICES", "cpu");
        environment.put("ATTUNE_LEASE", LEASE.toSeconds() + "s");
        environment.put("ATTUNE_RESUME_INTERVAL", "2s");
        environment.put("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:" + database.port() + "/attune");
        environment.put("SPRING_DATASOURCE_USERNAME", postgres.username());
        environment.put("SPRING_DATASOURCE_PASSWORD", postgres.password());
        environment.put("SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE", "6");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // services are started often here, and do little
                "-XX:ActiveProcessorCount=1", // one thread for a trainer: what threads there are is part of the bits
                "-Djava.io.tmpdir=" + temporary,
                "-Dai.djl.offline=true",
                "-cp",
                classPath,
                AttuneApplication.class.getName());
        return new Service(name, data, disk, command, environment, new Random(random.nextLong()));
    }

    private static Path nativeLibraries() {
        String cache = System.getenv("DJL_CACHE_DIR");
        return (cache == null ? Path.of("target/djl") : Path.of(cache)).toAbsolutePath();
    }

    private Path classData() {
        return folder.resolve("classes.jsa");
    }

    /** The first start makes the tables, and the archive of loaded classes with which all others start sooner. */
    private void keepClassData() throws IOException, InterruptedException {
        Process first = api.launch("-XX:ArchiveClassesAtExit=" + classData(), "-Dspring.context.exit=onRefresh");
        if (!first.waitFor(LONGEST_START.toSeconds(), TimeUnit.SECONDS)) {
            first.destroyForcibly();
            throw new IllegalStateException("the first service did not get ready");
        }
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
