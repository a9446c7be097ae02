package io.attune.worker;

import io.attune.AttuneApplication;
import io.attune.job.queue.TestService;
import io.attune.storage.postgres.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.util.FileSystemUtils;

/**
 * How many jobs a second go through the queue: {@code benchmarks/queue}. One process has the embedded PostgreSQL as the service starts it, files
 * the jobs and checks them in the end; workers in processes of their own, with no-op trainers ({@link NoOpWorker}), do them.
 */
final class QueueThroughput {

    private static final String GO = "go";

    /** How long the machine's plain commits are measured, before and after. */
    private static final Duration PEER = Duration.ofSeconds(5);

    private QueueThroughput() {}

    /** @param arguments {@code JOBS WORKERS VALIDATIONS TRAININGS}: the slots of each worker; or, of a worker, {@code worker VALIDATIONS TRAININGS} */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("worker")) {
            work(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        } else {
            measure(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), arguments[2], arguments[3]);
        }
        System.exit(0);
    }

    /** Before the {@code jobs} that count, three tenths as many go through, in which the workers' code is compiled. */
    private static void measure(int jobs, int workers, String validations, String trainings) throws Exception {
        Path folder = Files.createTempDirectory("attune-queue");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
                ConfigurableApplicationContext context = service(
                        postgres.jdbcUrl(), postgres.username(), postgres.password(), folder.resolve("service"))) {
            TestService service = new TestService(context).empty();
            for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                String value = service.jdbc()
                        .sql("show " + setting)
                        .query(String.class)
                        .single();
                System.out.println(setting + ": " + value);
                if (!value.equals("on")) {
                    throw new IllegalStateException(setting + " is " + value);
                }
            }
            int all = jobs + jobs * 3 / 10;
            for (int number = 0; number < all; number++) {
                service.job("ftjob-" + (10_000_000 + number), number % 3);
            }
            service.jdbc()
                    .sql("create table peer (id integer primary key, n bigint not null)")
                    .update();
            double before = plainCommits(context.getBean(DataSource.class));
            List<Process> processes = new ArrayList<>();
            try {
                for (int number = 0; number < workers; number++) {
                    processes.add(worker(postgres, folder.resolve("worker-" + number), validations, trainings));
                }
                for (Process process : processes) {
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                            .readLine();
                }
                for (Process process : processes) {
                    say(process, GO);
                }
                QueueCheck check = new QueueCheck(service.jdbc(), all);
                while (!check.over()) {
                    if (!processes.stream().allMatch(Process::isAlive)) {
                        throw new IllegalStateException("a worker has died");
                    }
                    TimeUnit.MILLISECONDS.sleep(500);
                }
                check.passes();
            } finally {
                for (Process process : processes) {
                    process.getOutputStream().close(); // the end of its input ends it
                    if (!process.waitFor(30, TimeUnit.SECONDS)) {
                        process.destroyForcibly();
                    }
                }
            }
            double after = plainCommits(context.getBean(DataSource.class));
            double warmingUp = seconds(service, """
                    select finished_at - (select min(claimed_at) from attempt) from job
                    order by finished_at limit 1 offset %d""".formatted(all - jobs - 1));
            double seconds = seconds(service, """
                    select (select max(finished_at) from job) - finished_at from job
                    order by finished_at limit 1 offset %d""".formatted(all - jobs - 1));
            double rate = jobs / seconds;
            System.out.printf(
                    Locale.ROOT,
                    "| jobs | seconds | jobs/s | jobs/s of the %d before | plain commits/s before, after | plain commits for one job's time |%n",
                    all - jobs);
            System.out.printf(Locale.ROOT, "|---|---|---|---|---|---|%n");
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %.1f | %.1f | %.1f | %.0f, %.0f | %.1f |%n",
                    jobs,
                    seconds,
                    rate,
                    (all - jobs) / warmingUp,
                    before,
                    after,
                    (before + after) / 2 / rate);
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static double seconds(TestService service, String interval) {
        return service.jdbc()
                .sql("select extract(epoch from (" + interval + "))")
                .query(Double.class)
                .single();
    }

    /** Commits a second of what could not be less: eight connections that each change a row of their own again and again, as pgbench does. */
    private static double plainCommits(DataSource source) throws Exception {
        int connections = 8;
        ExecutorService pool = Executors.newFixedThreadPool(connections);
        try {
            List<Future<Long>> running = new ArrayList<>();
            for (int id = 0; id < connections; id++) {
                running.add(pool.submit(updatesOf(source, id)));
            }
            long commits = 0;
            for (Future<Long> one : running) {
                commits += one.get();
            }
            return commits / (PEER.toMillis() / 1000.0);
        } finally {
            pool.shutdownNow();
        }
    }

    private static Callable<Long> updatesOf(DataSource source, int id) {
        return () -> {
            try (Connection connection = source.getConnection();
                    PreparedStatement row =
                            connection.prepareStatement("insert into peer values (?, 0) on conflict do nothing");
                    PreparedStatement update = connection.prepareStatement("update peer set n = n + 1 where id = ?")) {
                row.setInt(1, id);
                row.executeUpdate();
                long end = System.nanoTime() + PEER.toNanos();
                long commits = 0;
                while (System.nanoTime() < end) {
                    update.setInt(1, id);
                    update.executeUpdate();
                    commits++;
                }
                return commits;
            }
        };
    }

    private static Process worker(EmbeddedPostgres postgres, Path folder, String validations, String trainings)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                QueueThroughput.class.getName(),
                "worker",
                validations,
                trainings);
        builder.environment()
                .putAll(Map.of(
                        "QUEUE_URL", postgres.jdbcUrl(),
                        "QUEUE_USER", postgres.username(),
                        "QUEUE_PASSWORD", postgres.password(),
                        "QUEUE_DATA", folder.toString()));
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void work(int validations, int trainings) throws Exception {
        PrintStream parent = System.out;
        System.setOut(System.err); // the log's
        Map<String, String> environment = System.getenv();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ConfigurableApplicationContext context = service(
                        environment.get("QUEUE_URL"),
                        environment.get("QUEUE_USER"),
                        environment.get("QUEUE_PASSWORD"),
                        Path.of(environment.get("QUEUE_DATA")));
                NoOpWorker worker = new NoOpWorker(new TestService(context))) {
            parent.println("ready");
            if (GO.equals(in.readLine())) {
                worker.start(validations, trainings);
                in.readLine();
            }
        }
    }

    private static void say(Process process, String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** The service without the role {@code worker}, whose place {@link NoOpWorker} takes. */
    private static ConfigurableApplicationContext service(String url, String user, String password, Path data) {
        return new SpringApplicationBuilder(AttuneApplication.class)
                .initializers(context -> context.getBeanFactory().registerSingleton("withoutTests", new WithoutTests()))
                .properties(Map.of("logging.level.root", "warn"))
                .run(
                        "--spring.datasource.url=" + url,
                        "--spring.datasource.username=" + user,
                        "--spring.datasource.password=" + password,
                        "--attune.data=" + data,
                        "--attune.store=file:" + data.resolveSibling("store"),
                        "--attune.roles=api",
                        "--server.port=0");
    }

    /** What the tests configure lies on the class path here. */
    private static final class WithoutTests extends TypeExcludeFilter {

        @Override
        public boolean match(MetadataReader type, MetadataReaderFactory factory) {
            return type.getAnnotationMetadata().hasAnnotation(TestConfiguration.class.getName());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof WithoutTests;
        }

        @Override
        public int hashCode() {
            return WithoutTests.class.hashCode();
        }
    }
}
