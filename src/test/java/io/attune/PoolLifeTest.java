package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.storage.postgres.EmbeddedPostgres;
import io.attune.tales.DemoData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/** Workers that come and go: an API and two workers as processes of their own, over one PostgreSQL and one artifact store. */
@ProcessTest
class PoolLifeTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    /** Of a job: 6 epochs of 64 rows in batches of 4. */
    private static final int STEPS = 96;

    @TempDir
    static Path folder;

    private static EmbeddedPostgres postgres;
    private static JdbcClient database;
    private static LiveService api;
    private static String training;

    private LiveService first;
    private LiveService second;

    @BeforeAll
    static void start() throws IOException {
        Installation.current().prepareDatabase(folder.resolve("postgres"));
        postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        database = JdbcClient.create(
                new DriverManagerDataSource(postgres.jdbcUrl(), postgres.username(), postgres.password()));
        api = process("api", "api").start();
        Path rows = Files.createDirectories(folder.resolve("rows"));
        DemoData.write(rows);
        Path few = Files.write(
                rows.resolve("few.jsonl"),
                Files.readAllLines(rows.resolve("train.jsonl")).subList(0, 64));
        training = api.upload(few);
    }

    @AfterEach
    void stopWorkers() throws Exception {
        if (second != null) {
            second.close();
        }
        if (first != null) {
            first.close();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (api != null) {
            api.close();
        }
        postgres.close();
    }

    @Test
    void aWorkerThatIsStoppedSavesItsJobWhichGoesOnElsewhereToTheSameBytes() throws Exception {
        first = worker("drained", "cpu").start();
        String job = api.create(job());
        api.awaitSteps(job, 3);

        first.close();

        assertThat(first.trainers()).isEmpty();
        assertThat(folder.resolve("drained/attempts")).isEmptyDirectory();
        JsonNode waiting = api.job(job);
        assertThat(waiting.get("status").asString()).isEqualTo("queued");
        int saved = waiting.get("progress").get("step").asInt();
        assertThat(saved).isGreaterThanOrEqualTo(3);
        assertThat(one("select outcome from attempt where job = ? and purpose = 'train'", job))
                .isEqualTo("released");

        second = worker("successor", "cpu").start();
        JsonNode ended = api.awaitEnd(job);
        assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("succeeded");
        assertThat(messages(job)).anyMatch(message -> message.startsWith("Fine-tuning job resumed from step " + saved));
        assertThat(one("select crashes || ' ' || retries from job where id = ?", job))
                .isEqualTo("0 0");

        JsonNode undisturbed = api.awaitEnd(api.create(job()));
        assertThat(content(ended, "artifacts")).isEqualTo(content(undisturbed, "artifacts"));
        assertThat(content(ended, "result_files")).isEqualTo(content(undisturbed, "result_files"));
    }

    @Test
    void aWorkerThatSleptPastItsLeaseWritesNothingWhenItWakes() throws Exception {
        first = worker("sleeper", "cpu").start();
        String job = api.create(job());
        api.awaitSteps(job, 3);
        signal("STOP", first.pid());
        try {
            second = worker("stand-in", "cpu").start();
            await().atMost(LONG)
                    .until(() -> one("select count(*)::text from attempt where job = ? and purpose = 'train'", job)
                            .equals("2"));
            String before = ofTheSleeper(job);

            signal("CONT", first.pid());

            await().atMost(LONG).until(() -> first.trainers().isEmpty());
            await().atMost(LONG).until(() -> isEmpty(folder.resolve("sleeper/attempts")));
            assertThat(ofTheSleeper(job)).isEqualTo(before);
        } finally {
            signal("CONT", first.pid());
        }
        JsonNode ended = api.awaitEnd(job);
        assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("succeeded");
        assertThat(messages(job)).containsOnlyOnce("The job has successfully completed");
        assertThat(one(
                        "select string_agg(outcome, ' ' order by number) from attempt where job = ? and purpose = 'train'",
                        job))
                .isEqualTo("lost succeeded");
        List<Integer> steps = lastSteps(job);
        assertThat(steps)
                .as("nobody else tells of steps")
                .isEqualTo(IntStream.rangeClosed(steps.get(0), STEPS).boxed().toList());
        assertThat(one("select count(*)::text from checkpoint where job = ? and attempt < 3", job))
                .isEqualTo("0");
    }

    @Test
    void slotsOfOneMachineTrainSideBySideEachWithItsShareOfThreads() throws Exception {
        first = worker("two-slots", "cpu:0,cpu:1").start();
        String one = api.create(job());
        String other = api.create(job());

        await().atMost(LONG)
                .until(() -> api.job(one).get("status").asString().equals("running")
                        && api.job(other).get("status").asString().equals("running")
                        && first.trainers().size() == 2);

        assertThat(api.awaitEnd(one).get("status").asString()).isEqualTo("succeeded");
        assertThat(api.awaitEnd(other).get("status").asString()).isEqualTo("succeeded");
        List<String> slots = database.sql(
                        "select slot from attempt where job in (?, ?) and purpose = 'train' order by slot")
                .params(one, other)
                .query(String.class)
                .list();
        assertThat(slots).containsExactly("cpu:0", "cpu:1");
        int share = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        assertThat(one("select specification ->> 'threads' from attempt where job = ? and purpose = 'train'", one))
                .isEqualTo(Integer.toString(share));
    }

    private static String job() {
        return """
                {"model": "attune-tales", "training_file": "%s", "seed": 11, "training_type": {"type": "lora", "r": 4},
                 "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 6, "batch_size": 4}}}}""".formatted(training);
    }

    private static LiveService process(String name, String roles) throws IOException {
        return new LiveService(Files.createDirectories(folder.resolve(name)), "384m", roles)
                .with("SPRING_DATASOURCE_URL", postgres.jdbcUrl())
                .with("SPRING_DATASOURCE_USERNAME", postgres.username())
                .with("SPRING_DATASOURCE_PASSWORD", postgres.password())
                .with(
                        "ATTUNE_STORE",
                        Files.createDirectories(folder.resolve("store")).toUri().toString());
    }

    private static LiveService worker(String name, String devices) throws IOException {
        return process(name, "worker")
                .with("ATTUNE_DEVICES", devices)
                .with("ATTUNE_LEASE", "6s")
                .with("ATTUNE_RESUME_INTERVAL", "1s");
    }

    /** What is written in the name of the first attempt to train. */
    private static String ofTheSleeper(String job) {
        return one("""
                select row_to_json(a)::text || (select count(*) from metric m where m.job = a.job and m.attempt = a.number)
                from attempt a where job = ? and purpose = 'train' order by number limit 1""", job);
    }

    /** The steps told since the job was started for the last time. */
    private static List<Integer> lastSteps(String job) {
        List<String> all = messages(job);
        return all.subList(all.lastIndexOf("Fine-tuning job started again, from its saved state"), all.size()).stream()
                .filter(message -> message.startsWith("Step "))
                .map(message -> Integer.valueOf(message.substring("Step ".length(), message.indexOf('/'))))
                .toList();
    }

    private static String one(String sql, String job) {
        return database.sql(sql).param(job).query(String.class).single();
    }

    private static List<String> messages(String job) {
        return database.sql("select message from event where job = ? order by seq")
                .param(job)
                .query(String.class)
                .list();
    }

    private static byte[] content(JsonNode job, String files) {
        return api.api().bytes("/v1/files/" + job.get(files).get(0).asString() + "/content");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var found = Files.list(folder)) {
            return found.findAny().isEmpty();
        }
    }

    private static void signal(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid)
                        .start()
                        .waitFor())
                .isZero();
    }
}
