package io.attune.job.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.ServiceTest;
import io.attune.job.Attempt;
import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.Purpose;
import io.attune.job.StopRequest;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.LostAttempts;
import io.attune.job.attempt.LostLeaseException;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.job.event.NewEvent;
import io.attune.storage.Blob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

@ServiceTest
class JobQueueTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final TestService service;
    private final JobQueue queue;
    private final LostAttempts lost;

    JobQueueTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        queue = service.bean(JobQueue.class);
        lost = service.bean(LostAttempts.class);
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @Test
    void severalClaimersNeverGetTheSameJobAndMissNone() throws Exception {
        int jobs = 300;
        IntStream.range(0, jobs).forEach(i -> service.job("ftjob-" + i, i % 5));

        List<Attempt> claimed = Collections.synchronizedList(new ArrayList<>());
        together(6, () -> {
            for (Optional<Attempt> next = claim(Purpose.VALIDATE); next.isPresent(); next = claim(Purpose.VALIDATE)) {
                claimed.add(next.get());
            }
            return null;
        });

        assertThat(claimed).hasSize(jobs);
        assertThat(claimed.stream().map(Attempt::job).distinct()).hasSize(jobs);
        assertThat(claimed).allSatisfy(attempt -> assertThat(attempt.number()).isEqualTo(1));
    }

    @Test
    void claimsAndReleasesAtRandomNeverOpenTwoAttemptsOfAJob() throws Exception {
        IntStream.range(0, 10).forEach(i -> service.queuedJob("ftjob-" + i, 0));
        Random seeds = new Random(7);

        together(6, () -> {
            Random random = new Random(seeds.nextLong());
            for (int i = 0; i < 60; i++) {
                Optional<Attempt> attempt = claim(Purpose.TRAIN);
                if (attempt.isPresent()) {
                    switch (random.nextInt(3)) {
                        case 0 -> queue.end(attempt.get(), new AttemptFailure.Shutdown());
                        case 1 -> {
                            expireLeaseOf(attempt.get());
                            lost.releaseExpired();
                            service.jdbc()
                                    .sql("update job set not_before = null where id = :id")
                                    .param("id", attempt.get().job())
                                    .update();
                        }
                        default -> {
                            queue.renew(attempt.get(), LEASE);
                            queue.end(attempt.get(), new AttemptFailure.Shutdown());
                        }
                    }
                }
            }
            return null;
        });

        // numbers without gaps: the unique index on open attempts was never hit, and every claim was counted
        assertThat(service.jdbc()
                        .sql(
                                "select count(*) from job where attempt <> (select count(*) from attempt where job = job.id)")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(service.jdbc()
                        .sql("select count(*) from attempt")
                        .query(Integer.class)
                        .single())
                .isGreaterThan(100);
        IntStream.range(0, 10).forEach(i -> assertGapless("ftjob-" + i));
    }

    @Test
    void higherPriorityGoesFirstThenTheOlderJob() {
        service.job("ftjob-old", 0);
        service.job("ftjob-young", 0);
        service.job("ftjob-urgent", 10);
        service.job("ftjob-idle", -10);

        List<String> order = new ArrayList<>();
        for (Optional<Attempt> next = claim(Purpose.VALIDATE); next.isPresent(); next = claim(Purpose.VALIDATE)) {
            order.add(next.get().job());
        }
        assertThat(order).containsExactly("ftjob-urgent", "ftjob-old", "ftjob-young", "ftjob-idle");
    }

    @Test
    void aValidationDoesNotTakeWhatWaitsForADevice() {
        service.queuedJob("ftjob-1", 0);

        assertThat(claim(Purpose.VALIDATE)).isEmpty();
        assertThat(claim(Purpose.TRAIN)).isPresent();
        assertThat(service.status("ftjob-1")).isEqualTo("running");
        assertThat(service.messages("ftjob-1")).containsExactly("Fine-tuning job started");
    }

    @Test
    void anExpiredLeaseIsTakenOverAndDoesNotCountAsACrash() {
        service.queuedJob("ftjob-1", 0);
        Attempt first = claim(Purpose.TRAIN).orElseThrow();
        assertThat(lost.releaseExpired()).isZero();

        expireLeaseOf(first);
        assertThat(lost.releaseExpired()).isEqualTo(1);

        assertThat(service.status("ftjob-1")).isEqualTo("queued");
        Attempt second = claim(Purpose.TRAIN).orElseThrow();
        assertThat(second.number()).isEqualTo(2);
        assertThat(crashes("ftjob-1")).isZero();
        assertThat(service.jdbc()
                        .sql("select outcome from attempt where job = 'ftjob-1' and number = 1")
                        .query(String.class)
                        .single())
                .isEqualTo("lost");
    }

    @Test
    void anExpiredLeaseCannotBeRenewedEvenBeforeAnybodyNoticed() {
        service.queuedJob("ftjob-1", 0);
        Attempt attempt = claim(Purpose.TRAIN).orElseThrow();
        expireLeaseOf(attempt);

        assertThatThrownBy(() -> queue.renew(attempt, LEASE)).isInstanceOf(LostLeaseException.class);
        assertThatThrownBy(() -> queue.record(attempt, new AttemptReport.Events(List.of(NewEvent.info("late")))))
                .isInstanceOf(LostLeaseException.class);
    }

    @Test
    void nothingThatAStaleWorkerWritesCounts() {
        service.queuedJob("ftjob-1", 0);
        Attempt stale = claim(Purpose.TRAIN).orElseThrow();
        expireLeaseOf(stale);
        lost.releaseExpired();
        Attempt current = claim(Purpose.TRAIN).orElseThrow();
        List<String> before = service.messages("ftjob-1");
        Progress progress = Progress.waiting("nothing");
        Blob blob = new Blob("a".repeat(64), 1);

        List<Runnable> writes = List.of(
                () -> queue.renew(stale, LEASE),
                () -> queue.end(stale, new AttemptFailure.Shutdown()),
                () -> queue.record(stale, new AttemptReport.Events(List.of(NewEvent.info("stale")))),
                () -> queue.record(stale, new AttemptReport.Steps(List.of(step(1)), progress)),
                () -> queue.record(stale, new AttemptReport.Progressed(progress)),
                () -> queue.record(stale, new AttemptReport.Specification("{}")),
                () -> queue.record(stale, new AttemptReport.Evaluated(1, 2.0, 0.5)),
                () -> queue.record(stale, new AttemptReport.Checkpoint(1, "ft:x", blob)),
                () -> queue.end(
                        stale, new AttemptEnd.Validated(TestService.settings(), TestService.report(), null, List.of())),
                () -> queue.end(stale, new AttemptEnd.Succeeded(1, 1, blob, blob)),
                () -> queue.end(stale, new AttemptFailure.Fatal("x", "x")),
                () -> queue.end(stale, new AttemptFailure.Crash("x")),
                () -> queue.end(stale, new AttemptEnd.Stopped(0, null)),
                () -> queue.end(stale, new AttemptEnd.Stopped(1, blob)),
                () -> queue.record(stale, new AttemptReport.PeakMemory(1)),
                () -> queue.record(stale, new AttemptReport.Resumed(List.of())),
                () -> queue.record(
                        stale, new AttemptReport.Refused(new ResumeCheckpoint(1, 1, "a".repeat(64)), "torn")),
                () -> queue.record(stale, new AttemptReport.Saved(1, blob)),
                () -> queue.end(stale, new AttemptEnd.Released(1, blob)),
                () -> queue.end(stale, new AttemptFailure.Fatal("x", "x")),
                () -> queue.end(stale, new AttemptFailure.Retryable("x", "x")),
                () -> queue.end(stale, new AttemptFailure.Crash("x")),
                () -> queue.end(stale, new AttemptFailure.OutOfMemory("x")),
                () -> queue.end(stale, new AttemptFailure.Shutdown()));
        assertThat(writes).allSatisfy(write -> assertThatThrownBy(write::run).isInstanceOf(LostLeaseException.class));

        assertThat(service.messages("ftjob-1")).isEqualTo(before);
        assertThat(service.status("ftjob-1")).isEqualTo("running");
        for (String table : List.of("metric", "checkpoint", "tuned_model")) {
            assertThat(service.jdbc()
                            .sql("select count(*) from " + table)
                            .query(Integer.class)
                            .single())
                    .isZero();
        }
        queue.renew(current, LEASE);
    }

    @Test
    void eventsAreNumberedWithoutGapsHoweverManyWrite() throws Exception {
        service.queuedJob("ftjob-1", 0);
        Attempt attempt = claim(Purpose.TRAIN).orElseThrow();

        together(8, () -> {
            for (int i = 0; i < 25; i++) {
                queue.record(attempt, new AttemptReport.Events(List.of(NewEvent.info("one"), NewEvent.info("two"))));
            }
            return null;
        });

        assertGapless("ftjob-1");
        assertThat(service.messages("ftjob-1")).hasSize(1 + 8 * 25 * 2);
    }

    @Test
    void aWriteRepeatedAfterALostAnswerIsThereOnce() {
        service.queuedJob("ftjob-1", 0);
        Attempt attempt = claim(Purpose.TRAIN).orElseThrow();
        List<NewEvent> news = List.of(NewEvent.info("once"));
        for (int i = 0; i < 2; i++) {
            queue.record(attempt, new AttemptReport.Events(news));
            queue.record(attempt, new AttemptReport.Steps(List.of(step(1), step(2)), Progress.waiting("x")));
            queue.record(attempt, new AttemptReport.Evaluated(2, 1.5, 0.5));
            queue.record(attempt, new AttemptReport.Checkpoint(2, "ft:x:ckpt-step-2", new Blob("a".repeat(64), 1)));
        }
        assertThat(service.messages("ftjob-1"))
                .containsExactly(
                        "Fine-tuning job started",
                        "once",
                        "Step 1/9: training loss=2.5000",
                        "Step 2/9: training loss=2.5000",
                        "Step 2: validation loss=1.5000",
                        "Checkpoint created at step 2");
        assertGapless("ftjob-1");
    }

    @Test
    void threeTrainerDeathsWithoutANewerCheckpointFailTheJob() {
        service.queuedJob("ftjob-1", 0);
        for (int death = 1; death <= 3; death++) {
            assertThat(service.status("ftjob-1")).isEqualTo("queued");
            queue.end(claim(Purpose.TRAIN).orElseThrow(), new AttemptFailure.Crash("It was killed by signal 9."));
            assertThat(claim(Purpose.TRAIN)).as("at once after a death").isEmpty();
            service.jdbc().sql("update job set not_before = null").update();
        }
        assertThat(service.status("ftjob-1")).isEqualTo("failed");
        assertThat(service.jdbc()
                        .sql("select error_code from job")
                        .query(String.class)
                        .single())
                .isEqualTo("trainer_crashed");
    }

    @Test
    void onlyANewerCheckpointForgivesADeath() {
        service.queuedJob("ftjob-1", 0);
        Blob blob = new Blob("a".repeat(64), 1);
        Attempt first = claim(Purpose.TRAIN).orElseThrow();
        queue.end(first, new AttemptFailure.Crash("x"));
        assertThat(crashes("ftjob-1")).isEqualTo(1);

        service.jdbc().sql("update job set not_before = null").update();
        Attempt second = claim(Purpose.TRAIN).orElseThrow();
        queue.record(second, new AttemptReport.Checkpoint(10, "ft:x:ckpt-step-10", blob));
        assertThat(crashes("ftjob-1")).isZero();
        queue.end(second, new AttemptFailure.Crash("x"));

        service.jdbc().sql("update job set not_before = null").update();
        Attempt third = claim(Purpose.TRAIN).orElseThrow();
        queue.record(third, new AttemptReport.Checkpoint(10, "ft:x:ckpt-step-10", blob));
        assertThat(crashes("ftjob-1")).as("the same step again is no progress").isEqualTo(1);
        assertThat(service.jdbc()
                        .sql("select count(*) from checkpoint")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aJobThatIsLostAgainAndAgainWaitsEverLongerUntilItGetsOn() {
        service.queuedJob("ftjob-1", 0);
        expireLeaseOf(claim(Purpose.TRAIN).orElseThrow());
        lost.releaseExpired();
        expireLeaseOf(claim(Purpose.TRAIN).orElseThrow()); // at once: the lease was waited for already
        lost.releaseExpired();
        assertThat(claim(Purpose.TRAIN)).isEmpty();

        service.jdbc().sql("update job set not_before = null, retries = 100").update();
        expireLeaseOf(claim(Purpose.TRAIN).orElseThrow());
        lost.releaseExpired();
        assertThat(service.jdbc()
                        .sql(
                                "select not_before between now() + interval '4 minutes' and now() + interval '5 minutes' from job")
                        .query(Boolean.class)
                        .single())
                .isTrue();

        service.jdbc().sql("update job set not_before = null").update();
        queue.record(
                claim(Purpose.TRAIN).orElseThrow(),
                new AttemptReport.Checkpoint(1, "ft:x:ckpt-step-1", new Blob("a".repeat(64), 1)));
        assertThat(service.jdbc()
                        .sql("select retries from job")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aWorkerThatSleepsInTheMiddleOfATransactionHoldsUpNobodyElsesJobs() throws Exception {
        service.queuedJob("ftjob-asleep", 0);
        service.queuedJob("ftjob-other", 0);
        Attempt asleep = claim(Purpose.TRAIN).orElseThrow();
        Attempt other = claim(Purpose.TRAIN).orElseThrow();
        expireLeaseOf(asleep);
        expireLeaseOf(other);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch awake = new CountDownLatch(1);
        Thread sleeper =
                new Thread(() -> service.bean(TransactionTemplate.class).executeWithoutResult(status -> {
                    service.jdbc()
                            .sql("select id from job where id = :id for update")
                            .param("id", asleep.job())
                            .query(String.class)
                            .single();
                    locked.countDown();
                    try {
                        awake.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        sleeper.start();
        assertThat(locked.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(lost.releaseExpired()).isEqualTo(1);
        awake.countDown();
        sleeper.join();

        assertThat(service.status(other.job())).isEqualTo("queued");
        assertThat(lost.releaseExpired()).isEqualTo(1);
    }

    @Test
    void aDeadWorkersAttemptsAreFreeAtOnce() {
        service.queuedJob("ftjob-1", 0);
        claim(Purpose.TRAIN).orElseThrow();

        assertThat(lost.releaseAllOf("someone else")).isZero();
        assertThat(lost.releaseAllOf("w")).isEqualTo(1);
        assertThat(claim(Purpose.TRAIN)).isPresent();
    }

    @Test
    void aJobThatIsCancelledWhileItsAttemptIsLostEndsCancelled() {
        service.queuedJob("ftjob-1", 0);
        Attempt attempt = claim(Purpose.TRAIN).orElseThrow();
        service.bean(JobControl.class).cancel("default", "ftjob-1");
        assertThat(service.status("ftjob-1")).isEqualTo("running");
        assertThat(queue.renew(attempt, LEASE)).contains(StopRequest.CANCEL);

        expireLeaseOf(attempt);
        lost.releaseExpired();

        assertThat(service.status("ftjob-1")).isEqualTo("cancelled");
    }

    @Test
    void successIsToldOnceAndEverythingBecomesVisibleTogether() {
        service.queuedJob("ftjob-12345678", 0);
        Attempt attempt = claim(Purpose.TRAIN).orElseThrow();
        queue.record(attempt, new AttemptReport.Steps(List.of(step(1)), Progress.waiting("x")));
        Blob blob = new Blob("a".repeat(64), 1);

        queue.end(attempt, new AttemptEnd.Succeeded(1, 77, blob, blob));
        assertThatThrownBy(() -> queue.end(attempt, new AttemptEnd.Succeeded(1, 77, blob, blob)))
                .isInstanceOf(LostLeaseException.class);

        assertThat(service.status("ftjob-12345678")).isEqualTo("succeeded");
        assertThat(service.messages("ftjob-12345678"))
                .endsWith(
                        "Checkpoint created at step 1",
                        "New fine-tuned model created: ft:tiny/llama:attune::12345678",
                        "The job has successfully completed");
        assertThat(service.jdbc()
                        .sql("select name from tuned_model")
                        .query(String.class)
                        .single())
                .isEqualTo("ft:tiny/llama:attune::12345678");
        assertThat(service.jdbc()
                        .sql("select model from checkpoint")
                        .query(String.class)
                        .single())
                .isEqualTo("ft:tiny/llama:attune::12345678:ckpt-step-1");
        assertThat(service.jdbc()
                        .sql("select count(*) from file where purpose = 'fine-tune-results'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(2);
    }

    @Test
    void aFailedJobLeavesNoCheckpointAndLetsGoOfItsFiles() {
        service.queuedJob("ftjob-1", 0);
        Attempt attempt = claim(Purpose.TRAIN).orElseThrow();
        queue.record(attempt, new AttemptReport.Checkpoint(1, "ft:x:ckpt-step-1", new Blob("a".repeat(64), 1)));

        queue.end(attempt, new AttemptFailure.Fatal("loss_not_finite", "The loss of step 2 is not a number."));

        assertThat(service.jdbc()
                        .sql("select count(*) from checkpoint")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(service.jdbc()
                        .sql("select training_blob is null from job")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    private static Metric step(int step) {
        return new Metric(step, 9, 2.5, 0.25, 1e-4, Double.NaN, 10L, 5L, 0.1, null, null);
    }

    private Optional<Attempt> claim(Purpose purpose) {
        return service.claim(purpose);
    }

    private void expireLeaseOf(Attempt attempt) {
        service.jdbc()
                .sql(
                        "update attempt set lease_until = now() - interval '1 second' where job = :job and number = :number")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .update();
    }

    private int crashes(String job) {
        return service.jdbc()
                .sql("select crashes from job where id = :job")
                .param("job", job)
                .query(Integer.class)
                .single();
    }

    private void assertGapless(String job) {
        List<Long> seqs = service.jdbc()
                .sql("select seq from event where job = :job order by seq")
                .param("job", job)
                .query(Long.class)
                .list();
        assertThat(seqs)
                .isEqualTo(LongStream.rangeClosed(1, seqs.size()).boxed().toList());
    }

    /** Does the same in several threads, which begin together. */
    private static void together(int threads, Callable<Void> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch start = new CountDownLatch(threads);
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(() -> {
                    start.countDown();
                    start.await();
                    return work.call();
                }));
            }
            for (Future<Void> one : running) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
