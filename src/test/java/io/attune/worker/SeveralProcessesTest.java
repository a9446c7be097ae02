package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.AttuneApplication;
import io.attune.PostgresForTests;
import io.attune.ServiceTest;
import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.StopRequest;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.Slot;
import io.attune.job.event.NewEvent;
import io.attune.job.queue.TestService;
import io.attune.notify.QueueSignals;
import io.attune.storage.BlobStore;
import io.attune.worker.lease.Drain;
import io.attune.worker.lease.LeaseKeeper;
import io.attune.worker.lease.LeasedAttempt;
import io.attune.worker.lease.Leases;
import io.attune.worker.lease.WorkerSettings;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Two services on one database: jobs are created, and asked to stop, in the one ({@code service}), and worked on in the other
 * ({@code worker}). Nobody there looks by himself before many minutes have passed, unless a test says so.
 */
@ServiceTest
@Timeout(120)
class SeveralProcessesTest {

    private static final Duration NEVER = Duration.ofMinutes(30);
    private static final Duration SOON = Duration.ofSeconds(10);

    private static ConfigurableApplicationContext worker;

    private final TestService service;
    private final int port;
    private final List<Drain> drains = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final BlockingQueue<Attempt> claimed = new LinkedBlockingQueue<>();

    SeveralProcessesTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @BeforeAll
    static void anotherService(
            @Autowired JdbcConnectionDetails database, @Value("${attune.data}") Path first, @TempDir Path data) {
        worker = new SpringApplicationBuilder(AttuneApplication.class)
                .run(
                        "--spring.datasource.url=" + database.getJdbcUrl(),
                        "--spring.datasource.username=" + database.getUsername(),
                        "--spring.datasource.password=" + database.getPassword(),
                        "--attune.data=" + data,
                        "--attune.store=file:" + first.toAbsolutePath(),
                        "--attune.roles=api",
                        "--attune.admin-key=" + PostgresForTests.ADMIN_KEY,
                        "--server.port=0");
    }

    @AfterAll
    static void stopIt() {
        worker.close();
    }

    @BeforeEach
    void empty() {
        service.empty();
        service.file("file-train", "fine-tune", "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}\n");
        await().atMost(SOON).until(() -> listeners().size() == 2);
    }

    @AfterEach
    void stopSlots() throws InterruptedException {
        drains.forEach(Drain::begin);
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    @Test
    void aJobThatIsCreatedInOneProcessIsClaimedByAnotherAtOnce() throws Exception {
        slot(NEVER);

        String first = create();
        assertThat(claimed.poll(10, TimeUnit.SECONDS)).extracting(Attempt::job).isEqualTo(first);
        String second = create();
        assertThat(claimed.poll(10, TimeUnit.SECONDS)).extracting(Attempt::job).isEqualTo(second);
    }

    @Test
    void aWorkerLearnsAtOnceWhatAnotherProcessIsAskedFor() throws Exception {
        slot(NEVER);
        String job = create();
        Attempt attempt = claimed.poll(10, TimeUnit.SECONDS);
        WorkerSettings settings = settings(NEVER);
        Leases leases = new Leases(bean(JobQueue.class), bean(QueueSignals.class), bean(BlobStore.class), settings);
        try (LeasedAttempt held = leases.hold(attempt, System.nanoTime())) {
            LeaseKeeper lease = held.lease();
            service.client().post("/v1/fine_tuning/jobs/" + job + "/pause", "");
            await().atMost(SOON).until(() -> lease.requested().equals(Optional.of(StopRequest.PAUSE)));
            service.client().post("/v1/fine_tuning/jobs/" + job + "/cancel", "");
            await().atMost(SOON).until(() -> lease.requested().equals(Optional.of(StopRequest.CANCEL)));
        }
    }

    @Test
    void whatAWorkerWritesReachesAReaderOfAnotherProcessAtOnce() throws Exception {
        slot(NEVER);
        String job = create();
        Attempt attempt = claimed.poll(10, TimeUnit.SECONDS);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/v1/fine_tuning/jobs/" + job + "/events?stream=true"))
                .header("Authorization", "Bearer " + PostgresForTests.ADMIN_KEY)
                .build();
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            readUntil(lines, "Validating training file");
            long begun = System.nanoTime();
            for (int i = 0; i < 8; i++) { // whoever only looks once a second needs 8 seconds
                bean(JobQueue.class).record(attempt, new AttemptReport.Events(List.of(NewEvent.info("news " + i))));
                readUntil(lines, "news " + i);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void aJobThatNobodyRingsForIsFoundByLooking() throws Exception {
        slot(Duration.ofMillis(200));

        service.job("ftjob-silent", 0);

        assertThat(claimed.poll(10, TimeUnit.SECONDS)).extracting(Attempt::job).isEqualTo("ftjob-silent");
    }

    @Test
    void aListenerWhoseConnectionIsKilledComesBackAndMissesNothing() throws Exception {
        slot(NEVER);
        List<Integer> before = listeners();

        service.job("ftjob-silent", 0); // as if its ring were lost with the connection
        service.jdbc().sql("""
                        select count(pg_terminate_backend(pid)) from pg_stat_activity
                        where application_name = 'attune-listener' and datname = current_database()""").query(Integer.class).single();

        assertThat(claimed.poll(20, TimeUnit.SECONDS)).extracting(Attempt::job).isEqualTo("ftjob-silent");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(listeners()).hasSize(2).doesNotContainAnyElementsOf(before));
        String rung = create();
        assertThat(claimed.poll(10, TimeUnit.SECONDS)).extracting(Attempt::job).isEqualTo(rung);
    }

    /** A slot for validation of the other process, which takes attempts and does nothing with them. */
    private void slot(Duration poll) {
        Drain drain = new Drain(settings(poll));
        var loop = new ClaimLoop(
                new Slot("w", Purpose.VALIDATE, "cpu"),
                bean(JobQueue.class),
                bean(QueueSignals.class),
                (claim, device, claimedAt, whileDraining) -> claimed.add(claim.attempt()),
                settings(poll),
                drain);
        Thread thread = new Thread(loop, "test-slot");
        thread.start();
        drains.add(drain);
        threads.add(thread);
        await().atMost(SOON).until(() -> thread.getState() == Thread.State.TIMED_WAITING); // it has looked
    }

    private static WorkerSettings settings(Duration poll) {
        return new WorkerSettings(NEVER, NEVER, poll, NEVER, NEVER, Duration.ZERO);
    }

    private String create() {
        return service.client()
                .post("/v1/fine_tuning/jobs", """
                        {"model": "%s", "training_file": "file-train"}""".formatted(TestService.MODEL))
                .json()
                .get("id")
                .asString();
    }

    /** Process ids of the connections that listen. */
    private List<Integer> listeners() {
        return service.jdbc().sql("""
                        select pid from pg_stat_activity
                        where application_name = 'attune-listener' and datname = current_database()""").query(Integer.class).list();
    }

    private static void readUntil(BufferedReader lines, String text) throws Exception {
        String line = lines.readLine();
        while (!line.contains(text)) {
            line = lines.readLine();
        }
    }

    private static <T> T bean(Class<T> type) {
        return worker.getBean(type);
    }
}
