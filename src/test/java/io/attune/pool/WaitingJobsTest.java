package io.attune.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.dataset.RowSizes;
import io.attune.estimate.Kind;
import io.attune.estimate.MemoryEstimate;
import io.attune.estimate.ModelShape;
import io.attune.estimate.Training;
import io.attune.job.Attempt;
import io.attune.job.JobJson;
import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.Purpose;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.Slot;
import io.attune.job.queue.TestService;
import io.attune.job.queue.TrainingNeeds;
import io.attune.setting.Lora;
import io.attune.setting.Tuning;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** What jobs that wait tell of themselves. */
@ServiceTest
class WaitingJobsTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final TestService service;
    private final JobQueue queue;
    private final UnschedulableJobs watch;

    WaitingJobsTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        queue = service.bean(JobQueue.class);
        watch = service.bean(UnschedulableJobs.class);
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @Test
    void aWaitingJobTellsItsPlaceAmongThoseThatWaitForTheSame() {
        service.queuedJob("ftjob-low", -1);
        service.job("ftjob-unvalidated", 5);
        service.queuedJob("ftjob-old", 0);
        service.queuedJob("ftjob-new", 0);
        service.queuedJob("ftjob-high", 7);

        assertThat(positions())
                .isEqualTo(Map.of(
                        "ftjob-high", 1, "ftjob-old", 2, "ftjob-new", 3, "ftjob-low", 4, "ftjob-unvalidated", 1));
        assertThat(claim()).extracting(Attempt::job).isEqualTo("ftjob-high");
        assertThat(positions())
                .isEqualTo(Map.of("ftjob-old", 1, "ftjob-new", 2, "ftjob-low", 3, "ftjob-unvalidated", 1));
        assertThat(progress("ftjob-new").get("queue_position").asInt()).isEqualTo(2);
        assertThat(progress("ftjob-high").has("queue_position")).isFalse();
        assertThat(progress("ftjob-high").has("waiting")).isFalse();
        assertThat(waiting("ftjob-old")).isEqualTo("Waiting for a free device");
        assertThat(waiting("ftjob-unvalidated")).isEqualTo("Waiting for a worker to validate its files");
    }

    @Test
    void aJobThatNobodyWouldBeHeldUpByStartsNow() {
        long before = now();
        service.queuedJob("ftjob-1", 0);
        service.queuedJob("ftjob-2", 0);

        assertThat(expectedStart("ftjob-1")).isBetween(before, now());
        assertThat(progress("ftjob-2").has("expected_start"))
                .as("nobody knows how long the first one will take")
                .isFalse();
    }

    @Test
    void jobsStartWhenTheirSlotIsLikelyToBeFree() {
        service.queuedJob("ftjob-before", 0);
        queue.end(claim(), new AttemptFailure.Fatal("x", "x")); // as a success, for this
        service.jdbc()
                .sql("update attempt set outcome = 'succeeded', claimed_at = ended_at - interval '100 seconds'")
                .update();
        service.queuedJob("ftjob-running", 0);
        Attempt running = claim();
        for (int i = 1; i <= 3; i++) {
            service.queuedJob("ftjob-" + i, 0);
        }

        assertThat(expectedStart("ftjob-1"))
                .as("what runs takes as long as the one before")
                .isBetween(now() + 95, now() + 100);

        long finish = now() + 1000;
        queue.record(running, new AttemptReport.Progressed(new Progress(1, 9, 2.0, 1.0, "cpu", 1, 5L, finish, null)));
        assertThat(expectedStart("ftjob-1")).isEqualTo(finish);
        assertThat(expectedStart("ftjob-2")).isEqualTo(finish + 100);
        assertThat(expectedStart("ftjob-3")).isEqualTo(finish + 200);

        service.jdbc()
                .sql("insert into worker_slot (worker, name, kind, memory) values ('w', 'cuda:0', 'cuda', 1000)")
                .update();
        assertThat(expectedStart("ftjob-1")).isBetween(now() - 5, now());
        assertThat(expectedStart("ftjob-3")).isBetween(now() + 195, now() + 200);

        queue.record(
                running, new AttemptReport.Progressed(new Progress(1, 9, 2.0, 1.0, "cpu", 1, 5L, now() - 500, null)));
        assertThat(expectedStart("ftjob-1")).as("a forecast that has passed").isGreaterThanOrEqualTo(now() - 5);
    }

    @Test
    void aJobToBeTriedAgainTellsWhenAndAfterWhat() {
        service.queuedJob("ftjob-1", 0);
        queue.end(claim(), new AttemptFailure.Fatal("x", "x"));
        service.queuedJob("ftjob-2", 0);
        service.jdbc()
                .sql("""
                        update job set not_before = now() + interval '200 seconds', progress = :progress::jsonb where id = 'ftjob-2'""")
                .param("progress", JobJson.text(Progress.waiting("The trainer died. It is tried again.")))
                .update();

        Instant retry = Instant.ofEpochSecond(expectedStart("ftjob-2"));
        assertThat(retry.getEpochSecond()).isBetween(now() + 195, now() + 201);
        assertThat(waiting("ftjob-2"))
                .isEqualTo("The trainer died. It is tried again. The next try is at " + retry + " at the earliest.");
    }

    @Test
    void whereNoWorkerIsUpAJobSaysSo() {
        service.queuedJob("ftjob-1", 0);
        service.job("ftjob-2", 0);
        service.jdbc()
                .sql("update worker set seen_at = now() - interval '31 seconds'")
                .update();

        for (String job : List.of("ftjob-1", "ftjob-2")) {
            assertThat(waiting(job)).isEqualTo("No worker is up.");
            assertThat(progress(job).has("expected_start")).isFalse();
            assertThat(progress(job).get("queue_position").asInt()).isEqualTo(1);
        }
    }

    @Test
    void whereNoWorkerHasTheModelAJobSaysSoOnceInAnEventToo() {
        service.job("ftjob-1", 0);
        service.jdbc().sql("update worker_model set model = 'another'").update();

        watch.look();
        watch.look();

        assertThat(waiting("ftjob-1")).isEqualTo("No worker that is up has the model `tiny/llama`.");
        assertThat(service.messages("ftjob-1"))
                .containsExactly(
                        "No worker that is up has the model `tiny/llama`. The job waits until a worker comes up that"
                                + " can take it.");
        assertThat(claimIfAny(Purpose.VALIDATE)).isEmpty();
    }

    @Test
    void aJobThatIsTooLargeForAllSlotsSaysWhatItNeedsAndWhatWouldFit() {
        Training training = training();
        long needed = MemoryEstimate.of(training, Kind.CPU).total();
        long there =
                MemoryEstimate.of(training.withMicroBatchTokens(512), Kind.CPU).total();
        service.queuedJob("ftjob-1", 0);
        estimate("ftjob-1", training);
        slotMemory(there);
        service.queuedJob("ftjob-2", 0);

        String why = waiting("ftjob-1");
        assertThat(why)
                .startsWith("It needs " + gib(Math.ceil(needed * 10.0 / (1L << 30)))
                        + " on the CPU, and the largest slot of a worker that has the model `tiny/llama` has "
                        + gib(Math.floor(there * 10.0 / (1L << 30))) + ".")
                .contains("It would fit with micro_batch_tokens = ");
        int fitting = Integer.parseInt(why.replaceAll("(?s).*micro_batch_tokens = (\\d+)\\.", "$1"));
        assertThat(MemoryEstimate.of(training.withMicroBatchTokens(fitting), Kind.CPU)
                        .total())
                .isLessThanOrEqualTo(there);
        assertThat(progress("ftjob-1").has("expected_start")).isFalse();
        assertThat(progress("ftjob-1").get("queue_position").asInt()).isEqualTo(1);
        assertThat(expectedStart("ftjob-2")).as("it passes by").isBetween(now() - 5, now());

        watch.look();
        watch.look();
        assertThat(service.messages("ftjob-1"))
                .containsExactly(why + " The job waits until a worker comes up that can take it.");
        assertThat(service.messages("ftjob-2")).isEmpty();
        assertThat(claim()).extracting(Attempt::job).isEqualTo("ftjob-2");
        assertThat(claimIfAny(Purpose.TRAIN)).isEmpty();

        slotMemory(needed);
        watch.look();
        assertThat(waiting("ftjob-1")).isEqualTo("Waiting for a free device");
        assertThat(service.messages("ftjob-1")).hasSize(1);
        slotMemory(there);
        watch.look();
        assertThat(service.messages("ftjob-1")).as("it is news again").hasSize(2);
        slotMemory(needed);
        assertThat(claim()).extracting(Attempt::job).isEqualTo("ftjob-1");
    }

    @Test
    void ofSeveralProcessesThatLookOneWritesTheEvent() {
        for (int i = 0; i < 20; i++) {
            service.queuedJob("ftjob-" + i, 0);
        }
        service.jdbc().sql("update job set cpu_memory = 2000").update();
        slotMemory(1000);

        CompletableFuture.allOf(IntStream.range(0, 4)
                        .mapToObj(i -> CompletableFuture.runAsync(watch::look))
                        .toArray(CompletableFuture[]::new))
                .join();

        for (int i = 0; i < 20; i++) {
            assertThat(service.messages("ftjob-" + i)).hasSize(1);
        }
    }

    @Test
    void aWorkerThatIsStartedAnewIsNoNews() {
        service.queuedJob("ftjob-1", 0);
        service.jdbc()
                .sql("insert into worker (id, host, pid, devices) values ('small', 'there', 1, 'cpu')")
                .update();
        service.jdbc()
                .sql("update worker set seen_at = now() - interval '60 seconds' where id = 'w'")
                .update();

        watch.look();

        assertThat(waiting("ftjob-1")).isEqualTo("No worker that is up has the model `tiny/llama`.");
        assertThat(service.messages("ftjob-1")).isEmpty();
    }

    @Test
    void theTimeFromTheClaimToTheFirstStepIsTold() {
        service.queuedJob("ftjob-1", 0);
        Attempt attempt = claim();
        service.jdbc()
                .sql("update attempt set claimed_at = claimed_at - interval '12 seconds'")
                .update();
        assertThat(progress("ftjob-1").has("seconds_to_first_step")).isFalse();

        queue.record(attempt, new AttemptReport.Steps(List.of(step(1), step(2)), Progress.waiting(null)));
        double seconds = progress("ftjob-1").get("seconds_to_first_step").asDouble();
        queue.record(attempt, new AttemptReport.Steps(List.of(step(3)), Progress.waiting(null)));

        assertThat(seconds).isBetween(12.0, 72.0);
        assertThat(progress("ftjob-1").get("seconds_to_first_step").asDouble()).isEqualTo(seconds);
        List<JsonNode> events = Stream.of(service.client()
                        .get("/v1/fine_tuning/jobs/ftjob-1/events")
                        .json()
                        .get("data"))
                .flatMap(data -> data.valueStream())
                .filter(event -> event.get("type").asString().equals("metrics"))
                .toList();
        assertThat(events).hasSize(3);
        assertThat(events.get(2).get("data").get("seconds_to_first_step").asDouble())
                .isEqualTo(seconds);
        assertThat(events.get(1).get("data").has("seconds_to_first_step")).isFalse();
        assertThat(events.get(0).get("data").has("seconds_to_first_step")).isFalse();
    }

    private static Metric step(int step) {
        return new Metric(step, 9, 2.0, 0.5, 1e-4, 1.0, 10L, 5L, 0.1, null, null);
    }

    private static Training training() {
        ModelShape model = JobJson.read("""
                        {"vocabulary": 49152, "hidden": 576, "intermediate": 1536, "layers": 30, "heads": 9, "attention_width": 576,
                        "kv_width": 192, "parameters": 134515008, "stored_bytes": 2}""", ModelShape.class);
        int[] lengths = IntStream.range(0, 100).map(i -> 400).toArray();
        return new Training(
                model,
                Tuning.of(Tuning.Type.LORA)
                        .with(Lora.R, 16)
                        .with(Lora.TARGET_MODULES, List.of("q_proj", "v_proj", "gate_proj", "up_proj", "down_proj"))
                        .with(Lora.LORA_DROPOUT, 0.0),
                RowSizes.of(lengths, 20_000, 0),
                null,
                8,
                30,
                4096);
    }

    private static String gib(double tenths) {
        return String.format(Locale.ROOT, "%.1f GiB", tenths / 10);
    }

    private void estimate(String job, Training training) {
        service.bean(TransactionTemplate.class)
                .executeWithoutResult(
                        status -> service.bean(TrainingNeeds.class).estimate(job, training));
    }

    private void slotMemory(long bytes) {
        service.jdbc()
                .sql("update worker_slot set memory = :bytes")
                .param("bytes", bytes)
                .update();
    }

    private Attempt claim() {
        return claimIfAny(Purpose.TRAIN).orElseThrow();
    }

    private Optional<Attempt> claimIfAny(Purpose purpose) {
        return queue.claim(new Slot("w", purpose, "cpu"), LEASE).map(Claim::attempt);
    }

    /** By id, of those that have one in the list of jobs. */
    private Map<String, Integer> positions() {
        return service.client()
                .get("/v1/fine_tuning/jobs?limit=100")
                .json()
                .get("data")
                .valueStream()
                .filter(job -> job.path("progress").has("queue_position"))
                .collect(Collectors.toMap(
                        job -> job.get("id").asString(),
                        job -> job.get("progress").get("queue_position").asInt()));
    }

    private JsonNode progress(String job) {
        return service.client().get("/v1/fine_tuning/jobs/" + job).json().get("progress");
    }

    private String waiting(String job) {
        return progress(job).get("waiting").asString();
    }

    private long expectedStart(String job) {
        return progress(job).get("expected_start").asLong();
    }

    private long now() {
        return service.jdbc()
                .sql("select floor(extract(epoch from now()))::bigint")
                .query(Long.class)
                .single();
    }
}
