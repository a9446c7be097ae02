package io.attune.job.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.api.ApiException;
import io.attune.dataset.Finding;
import io.attune.file.FileService;
import io.attune.job.Attempt;
import io.attune.job.CreateJob;
import io.attune.job.Failure;
import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.Purpose;
import io.attune.job.api.ModelDeletion;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.LostAttempts;
import io.attune.job.attempt.LostLeaseException;
import io.attune.job.attempt.Slot;
import io.attune.job.event.NewEvent;
import io.attune.setting.BaseModelLimits;
import io.attune.storage.Blob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/**
 * Clients and workers do what they may do in any order, several at once, and workers go on with attempts that were taken from them: no job is
 * ever in a state, or changes it in a way, that docs/job-states.md does not draw.
 */
@ServiceTest
class JobStatesWalkTest {

    private static final int THREADS = 6;
    private static final int BATCHES = 12;
    private static final int STEPS = 70; // of each thread in each batch
    private static final int JOBS = 30; // that have not ended, about
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Blob BLOB = new Blob("a".repeat(64), 1);
    /** In all that is written through an attempt that its worker knows to be over. */
    private static final String STALE = "by a stale worker";

    private final TestService service;
    private final JobCreation creation;
    private final JobQueue queue;
    private final LostAttempts lost;
    private final JobControl control;

    private final List<String> jobs = Collections.synchronizedList(new ArrayList<>());
    private final List<Attempt> over = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, AtomicInteger> done = new ConcurrentHashMap<>();

    JobStatesWalkTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        creation = service.bean(JobCreation.class);
        queue = service.bean(JobQueue.class);
        lost = service.bean(LostAttempts.class);
        control = service.bean(JobControl.class);
    }

    @BeforeEach
    void record() {
        service.empty();
        service.jdbc().sql("""
                create table walked (n bigint generated always as identity, job text, from_status text, to_status text);
                create function write_walked() returns trigger language plpgsql as $$
                begin
                    insert into walked (job, from_status, to_status)
                    values (new.id, case when tg_op = 'UPDATE' then old.status end, new.status);
                    return null;
                end $$;
                create trigger walked after insert or update of status on job for each row execute function write_walked()""").update();
    }

    @AfterEach
    void forget() {
        service.jdbc()
                .sql("drop table walked; drop function write_walked cascade")
                .update();
        service.empty();
    }

    @Test
    void whateverClientsAndWorkersDoNoJobLeavesTheDrawing() throws Exception {
        for (int worker = 0; worker < THREADS; worker++) {
            service.jdbc().sql("""
                    insert into worker (id, host, pid, devices) values ('w-%1$d', 'here', 1, 'cpu');
                    insert into worker_slot (worker, name, kind, memory) values ('w-%1$d', 'cpu', 'cpu', 1000000000);
                    insert into worker_model (worker, model) values ('w-%1$d', '%2$s')""".formatted(worker, TestService.MODEL)).update();
        }
        service.file("file-walk", "fine-tune", "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
        service.jdbc()
                .sql("insert into blob (sha256, size) values (:sha, 1) on conflict do nothing")
                .param("sha", BLOB.sha256())
                .update();
        List<Walker> walkers = new ArrayList<>();
        for (int worker = 0; worker < THREADS; worker++) {
            walkers.add(new Walker("w-" + worker, new Random(20_261_123 + worker)));
        }
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            for (int batch = 0; batch < BATCHES; batch++) {
                for (Future<Void> walked : pool.invokeAll(walkers)) {
                    walked.get();
                }
                assertThat(wrong()).as("after batch " + batch).isEmpty();
            }
        } finally {
            pool.shutdownNow();
        }
        // all of it was really done, and every line of the drawing was walked
        assertThat(done.keySet()).containsExactlyInAnyOrder(Deed.names());
        assertThat(service.jdbc()
                        .sql(
                                "select from_status, to_status from job_transition except select from_status, to_status from walked")
                        .query()
                        .listOfRows())
                .as("changes that never happened")
                .isEmpty();
        assertThat(done.get("STALE").get()).isGreaterThan(50);
    }

    /** What breaks a promise, each with the job that breaks it. */
    private List<String> wrong() {
        return service.jdbc().sql("""
                        select 'a change that is not drawn: ' || job || ' ' || from_status || ' > ' || to_status from walked w
                        where from_status is distinct from to_status and from_status is not null and not exists (
                            select from job_transition t where t.from_status = w.from_status and t.to_status = w.to_status)
                        union all
                        select 'a change without its beginning: ' || job from (
                            select job, from_status, lag(to_status) over (partition by job order by n) as before from walked) w
                        where from_status is distinct from before
                        union all
                        select 'a job that is not where it went last: ' || id from job
                        where status is distinct from (select to_status from walked where job = job.id order by n desc limit 1)
                        union all
                        select 'claimed without its open attempt, or the other way round: ' || id from job
                        where claimed <> exists (
                            select from attempt where job = job.id and number = job.attempt and ended_at is null)
                        union all
                        select 'more than one open attempt: ' || job from attempt where ended_at is null group by job having count(*) > 1
                        union all
                        select 'running without a training, or the other way round: ' || id from job
                        where (status = 'running') <> exists (
                            select from attempt where job = job.id and ended_at is null and purpose = 'train')
                        union all
                        select 'validated while it does not wait for that: ' || id from job
                        where status <> 'validating_files' and exists (
                            select from attempt where job = job.id and ended_at is null and purpose = 'validate')
                        union all
                        select 'attempts with gaps: ' || id from job
                        where attempt <> (select count(*) from attempt where job = job.id)
                            or attempt <> coalesce((select max(number) from attempt where job = job.id), 0)
                        union all
                        select 'events with gaps: ' || id from job
                        where last_seq <> (select count(*) from event where job = job.id)
                            or last_seq <> (select max(seq) from event where job = job.id)
                        union all
                        select 'events out of order: ' || job from (
                            select job, created_at, lag(created_at) over (partition by job order by seq) as before from event) e
                        where created_at < before
                        union all
                        select 'asked to stop though nobody works on it: ' || id from job where stop_requested is not null and not claimed
                        union all
                        select 'ended, and yet it could be resumed: ' || id from job
                        where finished_at is not null and exists (select from resume_checkpoint where job = job.id)
                        union all
                        select 'no success, and yet it has a model: ' || id from job
                        where status in ('failed', 'cancelled') and (fine_tuned_model is not null or artifact_file is not null
                            or exists (select from checkpoint where job = job.id) or exists (select from tuned_model where job = job.id))
                        union all
                        select 'success that is not told exactly once: ' || id from job
                        where (select count(*) from event where job = job.id and message = 'The job has successfully completed')
                            <> case status when 'succeeded' then 1 else 0 end
                        union all
                        select 'success without its attempt, or the other way round: ' || id from job
                        where (select count(*) from attempt where job = job.id and outcome = 'succeeded')
                            <> case status when 'succeeded' then 1 else 0 end
                        union all
                        select 'cancelled without a word: ' || id from job
                        where (status = 'cancelled') <> exists (
                            select from event where job = job.id and message = 'Fine-tuning job cancelled')
                        union all
                        select 'a validated job that was not: ' || id from job
                        where (status in ('queued', 'running', 'succeeded')) and not exists (
                            select from attempt where job = job.id and outcome = 'validated')
                        union all
                        select 'a checkpoint of an attempt that was not the last: ' || c.job from checkpoint c join job on job.id = c.job
                        where status = 'succeeded' and c.attempt <> job.attempt
                        union all
                        select 'written ' || message || ': ' || job from event where message like '%' || :stale || '%'
                        union all
                        select 'more files than successes' where (select count(*) from file where purpose = 'fine-tune-results')
                            <> 2 * (select count(*) from job where status = 'succeeded')""").param("stale", STALE).query(String.class).list();
    }

    /** What can be done, and how often in proportion. */
    private enum Deed {
        CREATE(6),
        CANCEL(3),
        PAUSE(7),
        RESUME(10),
        DELETE(1),
        CLAIM_VALIDATION(12),
        CLAIM_TRAINING(16),
        RENEW(5),
        STEP(8),
        CHECKPOINT(4),
        VALIDATED(12),
        REJECTED(1),
        SUCCEEDED(3),
        FAILED(1),
        CRASHED(3),
        OUT_OF_MEMORY(2),
        INTERRUPTED(2),
        STOPPED(6),
        RELEASED(3),
        SAVED_AND_RELEASED(2),
        LEASE_OVER(4),
        STALE(8);

        private final int weight;

        Deed(int weight) {
            this.weight = weight;
        }

        static Deed any(Random random) {
            int total = 0;
            for (Deed deed : values()) {
                total += deed.weight;
            }
            int left = random.nextInt(total);
            for (Deed deed : values()) {
                left -= deed.weight;
                if (left < 0) {
                    return deed;
                }
            }
            throw new AssertionError();
        }

        static String[] names() {
            return Arrays.stream(values()).map(Deed::name).toArray(String[]::new);
        }
    }

    /** A worker that holds several attempts at once, and a client. */
    private final class Walker implements Callable<Void> {

        private final String worker;
        private final Random random;
        private final List<Attempt> held = new ArrayList<>();

        Walker(String worker, Random random) {
            this.worker = worker;
            this.random = random;
        }

        @Override
        public Void call() {
            for (int step = 0; step < STEPS; step++) {
                Deed deed = Deed.any(random);
                try {
                    if (act(deed)) {
                        done.computeIfAbsent(deed.name(), name -> new AtomicInteger())
                                .incrementAndGet();
                    }
                } catch (ApiException refused) {
                    assertThat(refused.status())
                            .as(deed + ": " + refused.getMessage())
                            .isIn(400, 404);
                }
            }
            return null;
        }

        /** @return whether there was anything to do it to */
        private boolean act(Deed deed) {
            switch (deed) {
                case CREATE -> {
                    if (unended() >= JOBS) {
                        return false;
                    }
                    jobs.add(creation.create(
                            "default",
                            new CreateJob(
                                    TestService.MODEL,
                                    new CreateJob.Files("file-walk", null),
                                    null,
                                    1L,
                                    random.nextInt(3),
                                    Map.of(),
                                    Map.of(),
                                    TestService.settings())));
                    return true;
                }
                case CANCEL, PAUSE, RESUME -> {
                    if (jobs.isEmpty()) {
                        return false;
                    }
                    String job = jobs.get(random.nextInt(jobs.size()));
                    switch (deed) {
                        case CANCEL -> control.cancel("default", job);
                        case PAUSE -> control.pause("default", job);
                        default -> control.resume("default", job);
                    }
                    return true;
                }
                case DELETE -> {
                    return delete();
                }
                case CLAIM_VALIDATION -> {
                    return queue.claim(new Slot(worker, Purpose.VALIDATE, "cpu"), LEASE)
                            .map(Claim::attempt)
                            .map(held::add)
                            .isPresent();
                }
                case CLAIM_TRAINING -> {
                    waitNoLonger();
                    return queue.claim(new Slot(worker, Purpose.TRAIN, "cpu"), LEASE)
                            .map(Claim::attempt)
                            .map(held::add)
                            .isPresent();
                }
                case STALE -> {
                    return !over.isEmpty() && goOnWith(over.get(random.nextInt(over.size())));
                }
                default -> {
                    Attempt attempt = one(deed);
                    return attempt != null && work(deed, attempt);
                }
            }
        }

        /** An attempt of this worker to which that may be done, or null. */
        private Attempt one(Deed deed) {
            List<Attempt> fit = held.stream()
                    .filter(attempt -> switch (deed) {
                        case VALIDATED, REJECTED -> attempt.purpose() == Purpose.VALIDATE;
                        case STEP, CHECKPOINT, SUCCEEDED, OUT_OF_MEMORY, SAVED_AND_RELEASED ->
                            attempt.purpose() == Purpose.TRAIN;
                        default -> true;
                    })
                    .toList();
            return fit.isEmpty() ? null : fit.get(random.nextInt(fit.size()));
        }

        /** Any of them may find that the attempt was taken back meanwhile. */
        private boolean work(Deed deed, Attempt attempt) {
            try {
                switch (deed) {
                    case RENEW -> queue.renew(attempt, LEASE);
                    case STEP ->
                        queue.record(attempt, new AttemptReport.Steps(List.of(metric()), Progress.waiting("x")));
                    case CHECKPOINT ->
                        queue.record(attempt, new AttemptReport.Checkpoint(step(), checkpoint(attempt), BLOB));
                    case LEASE_OVER -> {
                        service.jdbc()
                                .sql(
                                        "update attempt set lease_until = now() - interval '1 second' where job = :job and number = :number")
                                .param("job", attempt.job())
                                .param("number", attempt.number())
                                .update();
                        if (random.nextBoolean()) {
                            lost.releaseExpired();
                        }
                    }
                    default -> {
                        held.remove(attempt);
                        end(deed, attempt, "by its worker");
                        over.add(attempt);
                    }
                }
                return true;
            } catch (LostLeaseException lost) {
                held.remove(attempt);
                // an attempt whose lease is over is still open until somebody takes it back
                if (deed != Deed.RENEW) {
                    over.add(attempt);
                }
                return false;
            }
        }

        private void end(Deed deed, Attempt attempt, String by) {
            switch (deed) {
                case VALIDATED ->
                    queue.end(
                            attempt,
                            new AttemptEnd.Validated(
                                    TestService.settings().resolve(new BaseModelLimits(128, List.of("q_proj"))),
                                    TestService.report(),
                                    null,
                                    List.of(NewEvent.info("validated " + by))));
                case REJECTED ->
                    queue.end(
                            attempt,
                            new AttemptEnd.Rejected(
                                    TestService.report(new Finding(1, "messages", "It is empty.")),
                                    List.of(NewEvent.info("rejected " + by)),
                                    new Failure("invalid_training_file", "Refused " + by)));
                case SUCCEEDED -> queue.end(attempt, new AttemptEnd.Succeeded(9, 7, BLOB, BLOB));
                case FAILED -> queue.end(attempt, new AttemptFailure.Fatal("loss_not_finite", "Failed " + by));
                case CRASHED -> queue.end(attempt, new AttemptFailure.Crash("Died " + by));
                case OUT_OF_MEMORY -> queue.end(attempt, new AttemptFailure.OutOfMemory("Out of memory " + by));
                case INTERRUPTED -> queue.end(attempt, new AttemptFailure.Retryable("store_unavailable", "Away " + by));
                case RELEASED -> queue.end(attempt, new AttemptFailure.Shutdown());
                case STOPPED -> {
                    boolean saved = attempt.purpose() == Purpose.TRAIN && random.nextBoolean();
                    queue.end(attempt, new AttemptEnd.Stopped(saved ? step() : 0, saved ? BLOB : null));
                }
                case SAVED_AND_RELEASED -> queue.end(attempt, new AttemptEnd.Released(step(), BLOB));
                default -> throw new AssertionError(deed);
            }
        }

        /** Does what a worker may do with an attempt that is over, and is refused. */
        private boolean goOnWith(Attempt attempt) {
            Deed[] ends = {
                Deed.SUCCEEDED,
                Deed.FAILED,
                Deed.CRASHED,
                Deed.OUT_OF_MEMORY,
                Deed.INTERRUPTED,
                Deed.STOPPED,
                Deed.RELEASED,
                Deed.SAVED_AND_RELEASED,
                Deed.VALIDATED
            };
            try {
                switch (random.nextInt(10)) {
                    case 0 -> queue.renew(attempt, LEASE);
                    case 1 ->
                        queue.record(attempt, new AttemptReport.Steps(List.of(metric()), Progress.waiting(STALE)));
                    case 2 -> queue.record(attempt, new AttemptReport.Checkpoint(step(), STALE, BLOB));
                    case 3 -> queue.record(attempt, new AttemptReport.Events(List.of(NewEvent.info(STALE))));
                    default -> end(ends[random.nextInt(ends.length)], attempt, STALE);
                }
            } catch (LostLeaseException refused) {
                return true;
            }
            throw new AssertionError("a worker went on with " + attempt + ", which was over");
        }

        private boolean delete() {
            List<String> models = service.jdbc()
                    .sql("select name from tuned_model")
                    .query(String.class)
                    .list();
            if (models.isEmpty()) {
                return false;
            }
            service.bean(ModelDeletion.class).delete("default", models.get(random.nextInt(models.size())));
            service.bean(FileService.class).find("default", "file-walk").orElseThrow();
            return true;
        }

        private int step() {
            return 1 + random.nextInt(8);
        }

        private Metric metric() {
            return new Metric(step(), 9, 2.5, 0.25, 1e-4, 1.0, 10L, 5L, 0.1, null, null);
        }

        private String checkpoint(Attempt attempt) {
            return attempt.job() + ":" + attempt.number() + ":" + random.nextLong();
        }

        /** Back-off is over at once. */
        private void waitNoLonger() {
            service.jdbc().sql("""
                            update job set not_before = null where id in (
                                select id from job where not_before is not null and not claimed for update skip locked)""").update();
        }

        private int unended() {
            return service.jdbc()
                    .sql("select count(*) from job where finished_at is null")
                    .query(Integer.class)
                    .single();
        }
    }
}
