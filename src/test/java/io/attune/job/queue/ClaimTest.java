package io.attune.job.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.Slot;
import io.attune.pool.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Which job a worker's slot gets. */
@ServiceTest
class ClaimTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String OTHER = "tiny/other";

    private final TestService service;
    private final JdbcClient jdbc;
    private final JobQueue queue;

    ClaimTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        jdbc = service.jdbc();
        queue = service.bean(JobQueue.class);
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @Test
    void aSlotGetsOnlyWhatFitsIntoItsMemory() {
        worker(
                "small",
                List.of(TestService.MODEL),
                new DeviceSlot("cpu", "cpu", 1000),
                new DeviceSlot("cuda:0", "cuda", 500));
        needs(service.queuedJob("ftjob-large", 5), 1001L, 501L);
        needs(service.queuedJob("ftjob-cpu", 4), 1000L, 501L);
        needs(service.queuedJob("ftjob-gpu", 3), 1001L, 500L);
        needs(service.queuedJob("ftjob-unknown", 2), null, null);

        assertThat(train("small", "cuda:0")).contains("ftjob-gpu");
        assertThat(train("small", "cpu")).contains("ftjob-cpu");
        assertThat(train("small", "cuda:0")).contains("ftjob-unknown");
        assertThat(train("small", "cpu")).isEmpty();
        assertThat(service.status("ftjob-large")).isEqualTo("queued");
        assertThat(train("w", "cpu")).contains("ftjob-large");
    }

    @Test
    void anAttemptTellsItsSlotAndWhatItWasEstimatedToTakeThere() {
        worker("gpus", List.of(TestService.MODEL), new DeviceSlot("cuda:1", "cuda", 500));
        needs(service.queuedJob("ftjob-1", 0), 1001L, 400L);
        service.job("ftjob-2", 0);

        train("gpus", "cuda:1");
        validation("gpus");

        assertThat(jdbc.sql("select slot || ' ' || estimated_memory from attempt where purpose = 'train'")
                        .query(String.class)
                        .single())
                .isEqualTo("cuda:1 400");
        assertThat(jdbc.sql("select slot is null and estimated_memory is null from attempt where purpose = 'validate'")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void workersGetOnlyJobsWhoseModelTheyHave() {
        worker("a", List.of(TestService.MODEL), new DeviceSlot("cpu", "cpu", 1000));
        worker("b", List.of(OTHER), new DeviceSlot("cpu", "cpu", 1000));
        ofModel(service.queuedJob("ftjob-train", 1), OTHER);
        ofModel(service.job("ftjob-validate", 1), OTHER);

        assertThat(train("a", "cpu")).isEmpty();
        assertThat(validation("a")).isEmpty();
        assertThat(train("b", "cpu")).contains("ftjob-train");
        assertThat(validation("b")).contains("ftjob-validate");
    }

    @Test
    void validationsOfOneProjectDoNotKeepThoseOfAnotherWaiting() {
        jdbc.sql("insert into project (id, name) values ('proj-other', 'Other') on conflict do nothing")
                .update();
        IntStream.range(10, 20).forEach(n -> service.job("ftjob-many-" + n, 100));
        List.of("ftjob-one", "ftjob-two").forEach(job -> ofProject(service.job(job, 0), "proj-other"));

        List<String> claimed = new ArrayList<>();
        IntStream.range(0, 5).forEach(n -> validation("w").ifPresent(claimed::add));

        assertThat(claimed.subList(0, 2)).containsExactlyInAnyOrder("ftjob-many-10", "ftjob-one");
        assertThat(claimed.subList(2, 4)).containsExactlyInAnyOrder("ftjob-many-11", "ftjob-two");
        assertThat(claimed.get(4)).isEqualTo("ftjob-many-12");
    }

    @Test
    void aWorkerWithOneSlotForValidationsServesProjectsInTurn() {
        jdbc.sql("insert into project (id, name) values ('proj-other', 'Other') on conflict do nothing")
                .update();
        IntStream.range(10, 20).forEach(n -> service.job("ftjob-many-" + n, 100));
        Attempt first = queue.claim(new Slot("w", Purpose.VALIDATE, "cpu"), LEASE)
                .map(Claim::attempt)
                .orElseThrow();
        jdbc.sql("update job set rendered_at = now() - interval '1 minute' where id = :job")
                .param("job", first.job())
                .update();
        service.bean(JobQueue.class).end(first, new AttemptFailure.Shutdown());
        ofProject(service.job("ftjob-one", -100), "proj-other");

        assertThat(validation("w")).contains("ftjob-one");
    }

    @Test
    void aSlotThatIsNotRegisteredGetsNothing() {
        service.queuedJob("ftjob-1", 0);

        assertThat(train("w", "cpu:7")).isEmpty();
        assertThat(train("nobody", "cpu")).isEmpty();
        assertThat(service.status("ftjob-1")).isEqualTo("queued");
    }

    @Test
    void severalSlotsOfOneWorkerTrainAtTheSameTime() {
        worker(
                "many",
                List.of(TestService.MODEL),
                new DeviceSlot("cpu:0", "cpu", 1000),
                new DeviceSlot("cpu:1", "cpu", 1000));
        service.queuedJob("ftjob-1", 0);
        service.queuedJob("ftjob-2", 0);

        assertThat(train("many", "cpu:0")).contains("ftjob-1");
        assertThat(train("many", "cpu:1")).contains("ftjob-2");
        assertThat(jdbc.sql("select count(*) from attempt where worker = 'many' and ended_at is null")
                        .query(Integer.class)
                        .single())
                .isEqualTo(2);
    }

    @Test
    void whatFitsNobodyStaysAndHoldsUpNobody() {
        worker("small", List.of(TestService.MODEL), new DeviceSlot("cpu", "cpu", 1000));
        IntStream.range(0, 20).forEach(n -> needs(service.queuedJob("ftjob-huge-" + n, 100), 5000L, 5000L));
        IntStream.range(0, 20).forEach(n -> needs(service.queuedJob("ftjob-small-" + (100 + n), 0), 10L, 10L));

        for (int n = 0; n < 20; n++) {
            assertThat(train("small", "cpu")).contains("ftjob-small-" + (100 + n));
        }
        assertThat(train("small", "cpu")).isEmpty();
        assertThat(jdbc.sql("select count(*) from job where status = 'queued' and not claimed")
                        .query(Integer.class)
                        .single())
                .isEqualTo(20);
    }

    @Test
    void aRetryThatWaitsLetsOthersBy() {
        jdbc.sql("update job set not_before = now() + interval '1 hour' where id = :id")
                .param("id", service.queuedJob("ftjob-later", 100))
                .update();
        service.queuedJob("ftjob-now", 0);

        assertThat(train("w", "cpu")).contains("ftjob-now");
        assertThat(train("w", "cpu")).isEmpty();
    }

    @Test
    void aJobThatSomebodyElseHasLockedIsNotWaitedFor() {
        service.queuedJob("ftjob-locked", 1);
        service.queuedJob("ftjob-free", 0);

        new TransactionTemplate(service.bean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            jdbc.sql("select id from job where id = 'ftjob-locked' for update")
                    .query(String.class)
                    .single();
            assertThat(CompletableFuture.supplyAsync(() -> train("w", "cpu")).join())
                    .contains("ftjob-free");
        });

        assertThat(service.status("ftjob-free")).isEqualTo("running");
        assertThat(service.status("ftjob-locked")).isEqualTo("queued");
    }

    @Test
    void aLeaseIsCountedInTheDatabasesTime() {
        service.queuedJob("ftjob-1", 0);

        service.claim(Purpose.TRAIN).orElseThrow();

        assertThat(jdbc.sql("select extract(epoch from lease_until - claimed_at) from attempt")
                        .query(Double.class)
                        .single())
                .isEqualTo(30.0);
    }

    /** Random jobs and workers, and claims in random order, against the rules in plain Java. */
    @Test
    void whoeverAsksGetsWhatTheRulesSay() {
        for (long seed = 1; seed <= 6; seed++) {
            service.empty();
            Random random = new Random(seed);
            List<Waiting> waiting = randomJobs(random);
            List<Worker> workers = IntStream.range(0, 4)
                    .mapToObj(n -> randomWorker(random, "worker-" + n))
                    .toList();
            workers.forEach(worker ->
                    worker(worker.id(), worker.models(), worker.slots().toArray(DeviceSlot[]::new)));

            for (int ask = 0; ask < 60; ask++) {
                Worker worker = workers.get(random.nextInt(workers.size()));
                DeviceSlot slot = random.nextInt(4) == 0
                        ? null
                        : worker.slots().get(random.nextInt(worker.slots().size()));
                Optional<Waiting> expected = waiting.stream()
                        .filter(job -> job.mayGoTo(worker, slot))
                        .min(Comparator.comparingInt((Waiting job) -> -job.priority())
                                .thenComparingInt(Waiting::age)
                                .thenComparing(Waiting::id));

                Optional<String> claimed = slot == null ? validation(worker.id()) : train(worker.id(), slot.name());

                assertThat(claimed)
                        .as("seed %d, ask %d, %s of %s", seed, ask, slot, worker)
                        .isEqualTo(expected.map(Waiting::id));
                expected.ifPresent(waiting::remove);
            }
        }
    }

    @Test
    void thousandsOfJobsThatDoNotFitArePassedInTheIndexWithoutALookAtTheirRows() {
        service.queuedJob("ftjob-1", 0);
        copies("ftjob-1", 8000, "'ftjob-huge-' || n", 50, 5000L);
        copies("ftjob-1", 2000, "'ftjob-small-' || n", 1, 10L);
        worker("small", List.of(TestService.MODEL), new DeviceSlot("cpu", "cpu", 1000));
        jdbc.sql("vacuum analyze job").update();

        assertThat(train("small", "cpu").orElseThrow()).startsWith("ftjob-small-");

        // as the claim asks
        List<String> plan = jdbc.sql("""
                        explain (analyze, buffers, timing off, costs off) select id from job
                        where status = 'queued' and not claimed and (not_before is null or not_before <= now())
                            and model = any (array(select model from worker_model where worker = 'small'))
                            and coalesce(cpu_memory, 0) <= 1000 and coalesce(gpu_memory, 0) <= 9223372036854775807
                        order by priority desc, created_at, id limit 1 for update skip locked""").query(String.class).list();
        assertThat(String.join("\n", plan))
                .contains("Index Scan using job_to_train")
                .doesNotContain("Sort");
        assertThat(plan.stream()
                        .filter(line -> line.contains("Rows Removed by Filter"))
                        .toList())
                .as("rows that were fetched and found not to fit")
                .isEmpty();
    }

    private record DeviceSlot(String name, String kind, long memory) {}

    private record Worker(String id, List<String> models, List<DeviceSlot> slots) {}

    /** @param age place among all jobs, 0 for the oldest; several may be of the same age */
    private record Waiting(String id, boolean validated, int priority, int age, String model, Long cpu, Long gpu) {

        boolean mayGoTo(Worker worker, DeviceSlot slot) {
            if (!worker.models().contains(model) || validated != (slot != null)) {
                return false;
            }
            Long need = slot == null ? null : slot.kind().equals("cpu") ? cpu : gpu;
            return need == null || need <= slot.memory();
        }
    }

    private List<Waiting> randomJobs(Random random) {
        List<Waiting> jobs = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            var job = new Waiting(
                    "ftjob-" + (100 + random.nextInt(100)) + "-" + n,
                    random.nextInt(3) > 0,
                    random.nextInt(3) - 1,
                    random.nextInt(10),
                    random.nextBoolean() ? TestService.MODEL : OTHER,
                    random.nextInt(4) == 0 ? null : 1L + random.nextInt(10),
                    random.nextInt(4) == 0 ? null : 1L + random.nextInt(10));
            if (job.validated()) {
                service.queuedJob(job.id(), job.priority());
            } else {
                service.job(job.id(), job.priority());
            }
            ofModel(job.id(), job.model());
            needs(job.id(), job.cpu(), job.gpu());
            jdbc.sql(
                            "update job set created_at = timestamptz '2026-01-01' + make_interval(mins => :age) where id = :id")
                    .param("age", job.age())
                    .param("id", job.id())
                    .update();
            jobs.add(job);
        }
        return jobs;
    }

    private static Worker randomWorker(Random random, String id) {
        List<String> models = List.of(List.of(TestService.MODEL), List.of(OTHER), List.of(TestService.MODEL, OTHER))
                .get(random.nextInt(3));
        List<DeviceSlot> slots = IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(n -> random.nextBoolean()
                        ? new DeviceSlot("cpu:" + n, "cpu", 1 + random.nextInt(10))
                        : new DeviceSlot("cuda:" + n, "cuda", 1 + random.nextInt(10)))
                .toList();
        return new Worker(id, models, slots);
    }

    private Optional<String> train(String worker, String slot) {
        return queue.claim(new Slot(worker, Purpose.TRAIN, slot), LEASE)
                .map(Claim::attempt)
                .map(Attempt::job);
    }

    /** The job whose files that worker gets to validate. */
    private Optional<String> validation(String worker) {
        return queue.claim(new Slot(worker, Purpose.VALIDATE, "cpu"), LEASE)
                .map(claim -> claim.attempt().job());
    }

    private void worker(String id, List<String> models, DeviceSlot... slots) {
        jdbc.sql("insert into worker (id, host, pid, devices) values (:id, 'here', 1, '')")
                .param("id", id)
                .update();
        for (DeviceSlot slot : slots) {
            jdbc.sql("insert into worker_slot (worker, name, kind, memory) values (:worker, :name, :kind, :memory)")
                    .param("worker", id)
                    .param("name", slot.name())
                    .param("kind", slot.kind())
                    .param("memory", slot.memory())
                    .update();
        }
        for (String model : models) {
            jdbc.sql("insert into worker_model (worker, model) values (:worker, :model)")
                    .param("worker", id)
                    .param("model", model)
                    .update();
        }
    }

    private void needs(String job, Long cpu, Long gpu) {
        jdbc.sql("update job set cpu_memory = :cpu, gpu_memory = :gpu where id = :id")
                .param("cpu", cpu)
                .param("gpu", gpu)
                .param("id", job)
                .update();
    }

    private void ofProject(String job, String project) {
        jdbc.sql("update job set project_id = :project where id = :id")
                .param("project", project)
                .param("id", job)
                .update();
    }

    private void ofModel(String job, String model) {
        jdbc.sql("update job set model = :model where id = :id")
                .param("model", model)
                .param("id", job)
                .update();
    }

    /** Queued copies of a job, younger than it. @param id an SQL expression of {@code n} */
    private void copies(String job, int count, String id, int priority, long cpuMemory) {
        jdbc.sql("alter table job disable trigger job_begins").update();
        jdbc.sql("""
                        insert into job (id, project_id, status, priority, model, training_file, training_blob, seed, settings, resolved,
                            rendered_at, cpu_memory, created_at)
                        select %s, project_id, status, :priority, model, training_file, training_blob, seed, settings, resolved,
                            rendered_at, :memory, now() + make_interval(secs => n)
                        from job, generate_series(1, :count) as n where id = :job""".formatted(id))
                .param("priority", priority)
                .param("memory", cpuMemory)
                .param("count", count)
                .param("job", job)
                .update();
        jdbc.sql("alter table job enable trigger job_begins").update();
    }
}
