package io.attune.job.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.job.Attempt;
import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.Purpose;
import io.attune.job.StopRequest;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.LostAttempts;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.job.event.NewEvent;
import io.attune.storage.Blob;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/** Cancel, pause and resume against each other and against whatever becomes of the attempt meanwhile. */
@ServiceTest
class JobControlTest {

    private static final String JOB = "ftjob-12345678";
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Blob STATE = new Blob("a".repeat(64), 1);

    private final TestService service;
    private final JobQueue queue;
    private final LostAttempts lost;

    JobControlTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        queue = service.bean(JobQueue.class);
        lost = service.bean(LostAttempts.class);
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @Test
    void aJobThatWaitsForValidationPausesAtOnceAndIsValidatedWhenItIsResumed() {
        service.job(JOB, 0);

        assertThat(post("pause").json().get("status").asString()).isEqualTo("paused");
        assertThat(claim(Purpose.VALIDATE)).isEmpty();
        assertThat(post("resume").json().get("status").asString()).isEqualTo("validating_files");
        assertThat(claim(Purpose.VALIDATE)).isPresent();
        assertThat(service.messages(JOB))
                .containsExactly("Fine-tuning job paused", "Fine-tuning job resumed, its files are validated");
    }

    @Test
    void aJobThatWaitsForADevicePausesAtOnceAndSaysWhyItWaits() {
        service.queuedJob(JOB, 0);

        Answer paused = post("pause");
        assertThat(paused.json().get("status").asString()).isEqualTo("paused");
        assertThat(paused.json().get("progress").get("waiting").asString())
                .isEqualTo("Paused until somebody resumes it");
        assertThat(paused.json().get("finished_at").isNull()).isTrue();
        assertThat(claim(Purpose.TRAIN)).isEmpty();
        assertThat(post("resume").json().get("status").asString()).isEqualTo("queued");
        assertThat(claim(Purpose.TRAIN)).isPresent();
    }

    @Test
    void aRunningJobIsRunningUntilItsTrainerHasStoppedAndKeepsWhatItSaved() {
        Attempt attempt = training();
        queue.record(
                attempt,
                new AttemptReport.Steps(
                        List.of(step(1), step(2)), new Progress(2, 9, 2.5, 10.0, "cpu", 1, 5L, 99L, null)));

        assertThat(post("pause").json().get("status").asString()).isEqualTo("running");
        assertThat(queue.renew(attempt, LEASE)).contains(StopRequest.PAUSE);
        queue.end(attempt, new AttemptEnd.Stopped(2, STATE));

        assertThat(service.status(JOB)).isEqualTo("paused");
        assertThat(outcome(1)).isEqualTo("paused");
        assertThat(lastMessage()).isEqualTo("Fine-tuning job paused after step 2");
        var progress = job().get("progress");
        assertThat(progress.get("step").asInt()).isEqualTo(2);
        assertThat(progress.get("steps").asInt()).isEqualTo(9);
        assertThat(progress.get("loss").asDouble()).isEqualTo(2.5);
        assertThat(progress.has("device")).isFalse();
        assertThat(job().get("estimated_finish").isNull()).isTrue();
        assertThat(claim(Purpose.TRAIN)).isEmpty();

        post("resume");
        Claim next = service.claimed(Purpose.TRAIN, LEASE).orElseThrow();
        assertThat(lastMessage()).isEqualTo("Fine-tuning job started again, from its saved state");
        assertThat(next.states()).containsExactly(new ResumeCheckpoint(1, 2, STATE.sha256()));
        assertThat(queue.renew(next.attempt(), LEASE)).as("the pause is over").isEmpty();
    }

    @Test
    void whatWasMeasuredAndPublishedBeforeThePauseIsTheResumedAttempts() {
        Attempt first = training();
        queue.record(first, new AttemptReport.Steps(List.of(step(1), step(2), step(3)), Progress.waiting("x")));
        queue.record(first, new AttemptReport.Evaluated(2, 1.5, 0.5));
        queue.record(first, new AttemptReport.Checkpoint(1, "ft:x:ckpt-step-1", STATE));
        queue.record(first, new AttemptReport.Checkpoint(3, "ft:x:ckpt-step-3", STATE));
        post("pause");
        queue.end(first, new AttemptEnd.Stopped(2, STATE)); // as if it had not come further
        post("resume");

        Attempt second = claim(Purpose.TRAIN).orElseThrow();
        List<NewEvent> news = List.of(NewEvent.info("Fine-tuning job resumed from step 2"));
        queue.record(second, new AttemptReport.Resumed(news));
        queue.record(second, new AttemptReport.Resumed(news));
        Metric third = new Metric(3, 9, 2.25, 0.25, 1e-4, 1.0, 10L, 5L, 0.1, null, null);
        queue.record(second, new AttemptReport.Steps(List.of(third), Progress.waiting("x")));
        assertThat(queue.metrics(second)).extracting(Metric::step).containsExactly(1, 2, 3);
        assertThat(queue.metrics(second)).extracting(Metric::trainLoss).containsExactly(2.5, 2.5, 2.25);
        assertThat(queue.metrics(second)).extracting(Metric::validLoss).containsExactly(null, 1.5, null);
        assertThat(service.messages(JOB)).containsOnlyOnce("Fine-tuning job resumed from step 2");

        // an attempt that crashes is followed by one from the same state
        queue.end(second, new AttemptFailure.Crash("It was killed by signal 9."));
        service.jdbc().sql("update job set not_before = null").update();
        Attempt last = claim(Purpose.TRAIN).orElseThrow();
        queue.record(last, new AttemptReport.Resumed(List.of()));
        assertThat(queue.metrics(last)).extracting(Metric::step).containsExactly(1, 2);
        queue.end(last, new AttemptEnd.Succeeded(9, 77, STATE, STATE));

        assertThat(service.jdbc()
                        .sql("select step from checkpoint order by step")
                        .query(Integer.class)
                        .list())
                .as("those up to the resumed step, and those of the attempt that succeeded")
                .containsExactly(1, 9);
        assertThat(states()).as("resume checkpoints of an ended job").isZero();
    }

    @Test
    void resumingWithdrawsAPauseThatNobodyHasNoticed() {
        Attempt attempt = training();
        post("pause");
        assertThat(post("resume").status()).isEqualTo(200);

        assertThat(queue.renew(attempt, LEASE)).isEmpty();
        queue.end(attempt, new AttemptEnd.Succeeded(1, 77, STATE, STATE));
        assertThat(service.status(JOB)).isEqualTo("succeeded");
    }

    @Test
    void aJobThatIsResumedWhileItsTrainerStopsGoesOnFromWhatThatSaved() {
        Attempt attempt = training();
        post("pause");
        assertThat(queue.renew(attempt, LEASE)).contains(StopRequest.PAUSE);
        post("resume");
        queue.end(attempt, new AttemptEnd.Stopped(3, STATE));

        assertThat(service.status(JOB)).isEqualTo("queued");
        Claim next = service.claimed(Purpose.TRAIN, LEASE).orElseThrow();
        assertThat(next.states().get(0).step()).isEqualTo(3);
    }

    @Test
    void aValidationThatIsStoppedIsDoneAgainAfterThePause() {
        service.job(JOB, 0);
        Attempt attempt = claim(Purpose.VALIDATE).orElseThrow();
        assertThat(post("pause").json().get("status").asString()).isEqualTo("validating_files");
        queue.end(attempt, new AttemptEnd.Stopped(0, null));

        assertThat(service.status(JOB)).isEqualTo("paused");
        post("resume");
        assertThat(claim(Purpose.VALIDATE)).isPresent();
    }

    @Test
    void whatIsDoneIsDone() {
        Attempt attempt = training();
        post("pause");
        queue.end(attempt, new AttemptEnd.Succeeded(1, 77, STATE, STATE));
        assertThat(service.status(JOB)).isEqualTo("succeeded");

        service.empty();
        attempt = training();
        post("pause");
        queue.end(attempt, new AttemptFailure.Fatal("loss_not_finite", "No number."));
        assertThat(service.status(JOB)).isEqualTo("failed");
    }

    @Test
    void aTrainerThatDiesWhileItIsToPauseLeavesTheJobPausedAndAnEventSaysWhatIsLost() {
        Attempt attempt = training();
        post("pause");
        queue.end(attempt, new AttemptFailure.Crash("It was killed by signal 9."));

        assertThat(service.status(JOB)).isEqualTo("paused");
        assertThat(outcome(1)).isEqualTo("crashed");
        assertThat(lastMessage())
                .isEqualTo("The trainer died before it had saved its state, and the job is paused."
                        + " When it is resumed it begins from the start. It was killed by signal 9.");
        post("resume");
        assertThat(claim(Purpose.TRAIN))
                .as("no pause after a death for who is resumed")
                .isPresent();
    }

    @Test
    void aDeathWhilePausingLeavesTheStateOfThePauseBefore() {
        Attempt attempt = training();
        post("pause");
        queue.end(attempt, new AttemptEnd.Stopped(2, STATE));
        post("resume");
        attempt = claim(Purpose.TRAIN).orElseThrow();
        queue.record(attempt, new AttemptReport.Resumed(List.of()));
        post("pause");
        queue.end(attempt, new AttemptFailure.Crash("It ended with exit code 1."));

        assertThat(lastMessage()).contains("When it is resumed it goes on from step 2.");
        assertThat(job().get("progress").get("step").asInt()).isEqualTo(2);
    }

    @Test
    void theThirdDeathOfAJobThatIsToPauseDoesNotFailIt() {
        Attempt attempt = training();
        service.jdbc().sql("update job set crashes = 2").update();
        post("pause");
        queue.end(attempt, new AttemptFailure.Crash("x"));
        assertThat(service.status(JOB)).isEqualTo("paused");
    }

    @Test
    void aStateThatCouldNotBeSavedIsToldAsSuch() {
        Attempt attempt = training();
        post("pause");
        queue.end(attempt, new AttemptEnd.Stopped(5, null));

        assertThat(service.status(JOB)).isEqualTo("paused");
        assertThat(lastMessage())
                .isEqualTo(
                        "Fine-tuning job paused, but its state after step 5 could not be saved. When it is resumed it begins from the start.");
    }

    @Test
    void aLostLeaseOrAWorkerThatGoesWhileAPauseIsPendingLeavesTheJobPaused() {
        training();
        post("pause");
        service.jdbc()
                .sql("update attempt set lease_until = now() - interval '1 second'")
                .update();
        assertThat(lost.releaseExpired()).isEqualTo(1);
        assertThat(service.status(JOB)).isEqualTo("paused");
        assertThat(outcome(1)).isEqualTo("lost");
        assertThat(lastMessage())
                .startsWith("The worker was lost before it had saved its state, and the job is paused.");

        post("resume");
        Attempt attempt = claim(Purpose.TRAIN).orElseThrow();
        post("pause");
        queue.end(attempt, new AttemptFailure.Shutdown());
        assertThat(service.status(JOB)).isEqualTo("paused");
        assertThat(outcome(2)).isEqualTo("released");
    }

    @Test
    void cancellingOverridesAPausePendingOrDone() {
        Attempt attempt = training();
        post("pause");
        post("cancel");
        assertThat(queue.renew(attempt, LEASE)).contains(StopRequest.CANCEL);
        queue.end(attempt, new AttemptEnd.Stopped(2, STATE));
        assertThat(service.status(JOB)).isEqualTo("cancelled");
        assertThat(states()).isZero();

        service.empty();
        attempt = training();
        post("pause");
        queue.end(attempt, new AttemptEnd.Stopped(2, STATE));
        assertThat(states()).isEqualTo(1);
        assertThat(post("cancel").json().get("status").asString()).isEqualTo("cancelled");
        assertThat(states()).isZero();
    }

    @Test
    void whatTheStateOfAJobDoesNotAllowIsRefusedForGood() {
        training();
        assertRefused("resume", "job_not_paused");
        post("cancel");
        assertRefused("pause", "job_being_cancelled");
        assertRefused("resume", "job_being_cancelled");

        service.empty();
        service.queuedJob(JOB, 0);
        post("pause");
        assertRefused("pause", "job_already_paused");
        post("cancel");
        assertRefused("pause", "job_already_ended");
        assertRefused("resume", "job_already_ended");
        assertThat(post("pause", "ftjob-none").status()).isEqualTo(404);
        assertThat(post("resume", "ftjob-none").status()).isEqualTo(404);
    }

    @Test
    void aStateThatCannotBeUsedIsNeverTriedAgain() {
        Attempt attempt = training();
        post("pause");
        queue.end(attempt, new AttemptEnd.Stopped(2, STATE));
        post("resume");
        Claim resumed = service.claimed(Purpose.TRAIN, LEASE).orElseThrow();
        attempt = resumed.attempt();
        queue.record(attempt, new AttemptReport.Refused(resumed.states().get(0), "torn"));
        queue.end(attempt, new AttemptFailure.Crash("x"));
        service.jdbc().sql("update job set not_before = null").update();

        Claim again = service.claimed(Purpose.TRAIN, LEASE).orElseThrow();
        assertThat(lastMessage()).isEqualTo("Fine-tuning job started again, from the beginning");
        assertThat(again.states()).isEmpty();
        Attempt late = again.attempt();
        assertThatThrownBy(() -> queue.record(late, new AttemptReport.Resumed(List.of())))
                .isInstanceOf(RuntimeException.class);
    }

    private void assertRefused(String what, String code) {
        Answer answer = post(what);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error("code")).isEqualTo(code);
        assertThat(answer.header("x-should-retry")).isEqualTo("false");
    }

    private Attempt training() {
        service.queuedJob(JOB, 0);
        return claim(Purpose.TRAIN).orElseThrow();
    }

    private Optional<Attempt> claim(Purpose purpose) {
        return service.claim(purpose);
    }

    private Answer post(String what) {
        return post(what, JOB);
    }

    private Answer post(String what, String job) {
        return service.client().post("/v1/fine_tuning/jobs/" + job + "/" + what, "");
    }

    private JsonNode job() {
        return service.client().get("/v1/fine_tuning/jobs/" + JOB).json();
    }

    private String lastMessage() {
        List<String> messages = service.messages(JOB);
        return messages.get(messages.size() - 1);
    }

    private String outcome(int attempt) {
        return service.jdbc()
                .sql("select outcome from attempt where number = :number")
                .param("number", attempt)
                .query(String.class)
                .single();
    }

    private int states() {
        return service.jdbc()
                .sql("select count(*) from resume_checkpoint")
                .query(Integer.class)
                .single();
    }

    private static Metric step(int step) {
        return new Metric(step, 9, 2.5, 0.25, 1e-4, 1.0, 10L, 5L, 0.1, null, null);
    }
}
