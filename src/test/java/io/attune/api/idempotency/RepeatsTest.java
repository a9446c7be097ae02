package io.attune.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.job.queue.TestService;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A call whose answer was lost is repeated as OpenAI's clients do, and acts once. */
@ServiceTest
class RepeatsTest {

    private static final String JOBS = "/v1/fine_tuning/jobs";
    private static final String BODY = "{\"model\": \"tiny/llama\", \"training_file\": \"file-train\"}";
    private static final String OTHER_BODY =
            "{\"model\": \"tiny/llama\", \"training_file\": \"file-train\", \"suffix\": \"other\"}";

    @LocalServerPort
    private int port;

    private final TestService service;

    RepeatsTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
    }

    @BeforeEach
    void empty() {
        service.empty();
        service.file("file-train", "fine-tune", "{}");
    }

    @Test
    void aLostCreationRepeatedTwiceMakesOneJob() {
        Answer original = create(0);
        Answer first = create(1);
        Answer second = create(2);

        assertThat(original.status()).as(original.body()).isEqualTo(200);
        for (Answer repeat : List.of(first, second)) {
            assertThat(repeat.status()).isEqualTo(200);
            assertThat(repeat.body()).isEqualTo(original.body());
            assertThat(repeat.header("Content-Type")).isEqualTo(original.header("Content-Type"));
            assertThat(repeat.header("attune-repeated")).isEqualTo("true");
            assertThat(repeat.header("x-request-id")).startsWith("req_").isNotEqualTo(original.header("x-request-id"));
        }
        assertThat(original.header("attune-repeated")).isNull();
        assertThat(jobs()).isEqualTo(1);
    }

    @Test
    void theSecondRepeatFindsTheCallWhenTheFirstWasLostOnItsWay() {
        assertThat(create(0).body()).isEqualTo(create(2).body());
        assertThat(jobs()).isEqualTo(1);
    }

    @Test
    void aSweepThatFilesOneBodyFiveTimesMakesFiveJobs() {
        IntStream.range(0, 5).forEach(i -> send(BODY));
        assertThat(jobs()).isEqualTo(5);
    }

    @Test
    void fiveCallsWithLostAnswersAndTheirRepeatsMakeFiveJobsAndTellOfEachOnce() {
        List<String> made = IntStream.range(0, 5).mapToObj(i -> id(create(0))).toList();
        List<String> told = IntStream.range(0, 5).mapToObj(i -> id(create(1))).toList();

        assertThat(told).containsExactlyInAnyOrderElementsOf(made);
        assertThat(jobs()).isEqualTo(5);
    }

    @Test
    void whoFilesOneBodyAfterAnotherIsToldOfTheJobWhoseAnswerWasLost() {
        create(0);
        create(0);
        Answer lost = create(0);
        assertThat(id(create(1))).isEqualTo(id(lost));
        assertThat(jobs()).isEqualTo(3);
    }

    @Test
    void aSecondRepeatLeavesTheCallThatAFirstRepeatStillNeeds() {
        create(0);
        create(0);
        create(1); // of one of them
        create(2); // of the same
        assertThat(create(1).header("attune-repeated")).isEqualTo("true"); // of the other
        assertThat(jobs()).isEqualTo(2);
    }

    @Test
    void aRepeatWhoseOriginalNeverArrivedActsAndIsItselfRepeatable() {
        Answer arrived = create(1);
        assertThat(arrived.header("attune-repeated")).isNull();
        assertThat(create(2).body()).isEqualTo(arrived.body());
        assertThat(jobs()).isEqualTo(1);
    }

    @Test
    void aRepeatOfAnotherBodyActs() {
        create(0);
        send(OTHER_BODY, "X-Stainless-Retry-Count", "1");
        assertThat(jobs()).isEqualTo(2);
    }

    @Test
    void aRepeatOfAnotherApiKeyActs() throws Exception {
        service.jdbc()
                .sql("""
                        insert into api_key (id, project_id, name, secret_hash) values ('repeats', 'default', 'test', :hash)
                        on conflict do nothing""")
                .param("hash", MessageDigest.getInstance("SHA-256").digest("a-secret".getBytes(StandardCharsets.UTF_8)))
                .update();
        create(0);
        Answer other = new ApiClient(port, "sk-attune-repeats-a-secret")
                .send(
                        "POST",
                        JOBS,
                        "application/json",
                        HttpRequest.BodyPublishers.ofString(BODY),
                        "X-Stainless-Retry-Count",
                        "1");
        assertThat(other.status()).isEqualTo(200);
        assertThat(jobs()).isEqualTo(2);
    }

    @Test
    void aRepeatAfterThirtyOneMinutesActsAndOneAfterTwentyNineDoesNot() {
        create(0);
        age("29 minutes");
        create(1);
        assertThat(jobs()).isEqualTo(1);
        age("2 minutes");
        create(2);
        assertThat(jobs()).isEqualTo(2);
    }

    @Test
    void aRepeatThatArrivesWhileItsOriginalIsAtWorkWaitsForItsAnswer() {
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        whileTheFileIsLocked(() -> {
            calls.add(CompletableFuture.supplyAsync(() -> create(0)));
            awaitWaiting(1, "locktype <> 'advisory'");
            calls.add(CompletableFuture.supplyAsync(() -> create(1)));
            awaitWaiting(1, "locktype = 'advisory'");
        });

        assertThat(calls.get(1).join().body()).isEqualTo(calls.get(0).join().body());
        assertThat(calls.get(1).join().header("attune-repeated")).isEqualTo("true");
        assertThat(jobs()).isEqualTo(1);
    }

    @Test
    void equalFirstCallsDoNotWaitForEachOther() {
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        whileTheFileIsLocked(() -> {
            calls.add(CompletableFuture.supplyAsync(() -> create(0)));
            calls.add(CompletableFuture.supplyAsync(() -> create(0)));
            awaitWaiting(2, "locktype <> 'advisory'");
        });

        calls.forEach(call -> assertThat(call.join().status()).isEqualTo(200));
        assertThat(jobs()).isEqualTo(2);
    }

    @Test
    void anErrorIsNotKeptSoTheRepeatIsTriedAnew() {
        service.jdbc().sql("update file set purpose = 'fine-tune-results'").update();
        assertThat(create(0).status()).isEqualTo(400);
        service.jdbc().sql("update file set purpose = 'fine-tune'").update();
        Answer repeat = create(1);
        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.header("attune-repeated")).isNull();
        assertThat(jobs()).isEqualTo(1);
    }

    @Test
    void aRepeatedCancellationIsAnsweredAsTheFirst() {
        String cancel = JOBS + "/" + id(create(0)) + "/cancel";
        Answer first = post(cancel, "X-Stainless-Retry-Count", "0");
        Answer repeat = post(cancel, "X-Stainless-Retry-Count", "1");
        Answer another = post(cancel, "X-Stainless-Retry-Count", "0");

        assertThat(first.status()).isEqualTo(200);
        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(another.error("code")).isEqualTo("job_already_ended");
    }

    @Test
    void aRepeatedDeletionIsAnsweredAsTheFirst() {
        assertThat(deleteFile(0).status()).isEqualTo(200);
        assertThat(deleteFile(1).body()).isEqualTo("{\"id\":\"file-train\",\"object\":\"file\",\"deleted\":true}");
        assertThat(deleteFile(0).status()).isEqualTo(404);
    }

    @Test
    void anIdempotencyKeyMakesOneJobForADayWhateverTheRetryCount() {
        Answer first = send(BODY, "Idempotency-Key", "sweep-1");
        Answer again = send(BODY, "Idempotency-Key", "sweep-1");
        Answer counted = send(BODY, "Idempotency-Key", "sweep-1", "X-Stainless-Retry-Count", "1");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(counted.body()).isEqualTo(first.body());
        assertThat(jobs()).isEqualTo(1);

        send(BODY, "Idempotency-Key", "sweep-2", "X-Stainless-Retry-Count", "1");
        assertThat(jobs()).isEqualTo(2);

        age("25 hours");
        send(BODY, "Idempotency-Key", "sweep-1");
        assertThat(jobs()).isEqualTo(3);
    }

    @Test
    void anIdempotencyKeyIsNotTakenForAnotherBodyOrPath() {
        String job = id(send(BODY, "Idempotency-Key", "sweep-1"));
        Answer otherBody = send(OTHER_BODY, "Idempotency-Key", "sweep-1");
        Answer otherPath = post(JOBS + "/" + job + "/cancel", "Idempotency-Key", "sweep-1");

        for (Answer refused : List.of(otherBody, otherPath)) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.error("code")).isEqualTo("idempotency_key_reused");
            assertThat(refused.header("x-should-retry")).isEqualTo("false");
        }
        assertThat(jobs()).isEqualTo(1);
        assertThat(service.status(job)).isEqualTo("validating_files");
    }

    @Test
    void aCallWithAnIdempotencyKeyIsNoOriginalOfARepeatWithoutOne() {
        send(BODY, "Idempotency-Key", "sweep-1");
        create(1);
        assertThat(jobs()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\tb", "LONG"})
    void aKeyThatCannotBeOneIsRefused(String key) {
        Answer refused = send(BODY, "Idempotency-Key", key.equals("LONG") ? "k".repeat(256) : key);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("param")).isEqualTo("Idempotency-Key");
        assertThat(jobs()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "one", "", "99999999999999999999", "1.0"})
    void aRetryCountThatIsNoneIsIgnored(String count) {
        create(0);
        assertThat(send(BODY, "X-Stainless-Retry-Count", count).status()).isEqualTo(200);
        assertThat(jobs()).isEqualTo(2);
    }

    @Test
    void whatIsTooOldToCountIsSwept() {
        create(0);
        send(BODY, "Idempotency-Key", "sweep-1");
        age("31 minutes");
        create(0);
        service.bean(AnswerRecords.class).sweep();
        assertThat(records()).isEqualTo(2);
        age("24 hours");
        service.bean(AnswerRecords.class).sweep();
        assertThat(records()).isZero();
    }

    private Answer create(int retryCount) {
        return send(BODY, "X-Stainless-Retry-Count", Integer.toString(retryCount));
    }

    private Answer send(String body, String... headers) {
        return new ApiClient(port)
                .send("POST", JOBS, "application/json", HttpRequest.BodyPublishers.ofString(body), headers);
    }

    private Answer post(String path, String... headers) {
        return new ApiClient(port).send("POST", path, null, HttpRequest.BodyPublishers.noBody(), headers);
    }

    private Answer deleteFile(int retryCount) {
        return new ApiClient(port)
                .send(
                        "DELETE",
                        "/v1/files/file-train",
                        null,
                        HttpRequest.BodyPublishers.noBody(),
                        "X-Stainless-Retry-Count",
                        Integer.toString(retryCount));
    }

    private void age(String by) {
        service.jdbc()
                .sql("update recorded_answer set created_at = created_at - :by::interval")
                .param("by", by)
                .update();
    }

    /** A creation waits in the middle of its work for the file of its rows. */
    private void whileTheFileIsLocked(Runnable action) {
        new TransactionTemplate(service.bean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            service.jdbc()
                    .sql("select id from file where id = 'file-train' for update")
                    .query(String.class)
                    .single();
            action.run();
        });
    }

    private void awaitWaiting(int count, String lock) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> service.jdbc()
                        .sql("""
                        select count(distinct pid) = :count from pg_locks l join pg_stat_activity a using (pid)
                        where not granted and a.datname = current_database() and\s""" + lock)
                        .param("count", count)
                        .query(Boolean.class)
                        .single());
    }

    private static String id(Answer job) {
        return job.json().required("id").asString();
    }

    private int jobs() {
        return service.jdbc()
                .sql("select count(*) from job")
                .query(Integer.class)
                .single();
    }

    private int records() {
        return service.jdbc()
                .sql("select count(*) from recorded_answer")
                .query(Integer.class)
                .single();
    }
}
