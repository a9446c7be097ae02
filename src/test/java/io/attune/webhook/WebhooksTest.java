package io.attune.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.Headers;
import com.openai.errors.InvalidWebhookSignatureException;
import com.openai.models.webhooks.UnwrapWebhookEvent;
import com.openai.models.webhooks.WebhookVerificationParams;
import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.contract.Contract;
import io.attune.job.Attempt;
import io.attune.job.Failure;
import io.attune.job.Purpose;
import io.attune.job.queue.AttemptEnd;
import io.attune.job.queue.Publication;
import io.attune.job.queue.TestService;
import io.attune.storage.Blob;
import io.attune.webhook.Receiver.Received;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service with the setting that permits webhooks to this machine. */
@ServiceTest
@TestPropertySource(properties = "attune.webhook-private-addresses=true")
class WebhooksTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String ENDPOINTS = "/v1/webhook_endpoints";

    private final TestService service;
    private final ApiClient client;
    private final WebhookSender sender;
    private final int port;
    private Receiver receiver;

    WebhooksTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        client = service.client();
        sender = service.bean(WebhookSender.class);
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @BeforeEach
    void start() throws IOException {
        service.empty();
        receiver = new Receiver();
        sender.start();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void theSecretIsShownOnceToWhoMakesTheEndpoint() {
        Answer made = client.post(ENDPOINTS, """
                {"url": "https://hook.example/attune", "event_types": ["fine_tuning.job.failed"], "name": "mine"}""");
        String id = made.json().required("id").asString();
        String secret = made.json().required("signing_secret").asString();

        assertThat(made.status()).isEqualTo(200);
        assertThat(id).startsWith("whe_");
        assertThat(secret).matches("whsec_[A-Za-z0-9+/]{44}");
        Answer shown = client.get(ENDPOINTS + "/" + id);
        assertThat(shown.json().required("object").asString()).isEqualTo("webhook_endpoint");
        assertThat(shown.json().required("url").asString()).isEqualTo("https://hook.example/attune");
        assertThat(shown.json().required("event_types").values())
                .extracting(JsonNode::asString)
                .containsExactly("fine_tuning.job.failed");
        assertThat(shown.json().required("name").asString()).isEqualTo("mine");
        assertThat(shown.json().required("status").asString()).isEqualTo("enabled");
        assertThat(List.of(shown.body(), client.get(ENDPOINTS).body()))
                .allSatisfy(body -> assertThat(body).contains(id).doesNotContain(secret, "\"signing_secret\""));
    }

    @Test
    void aRepeatedCreationShowsTheSecretAgainThoughTheRecordDoesNotHoldIt() {
        String body = """
                {"url": "https://hook.example/attune", "name": "repeated"}""";
        Answer made = post(body, "key-1");
        String secret = made.json().required("signing_secret").asString();

        assertThat(records()).contains("\"repeated\"").doesNotContain(secret);
        Answer again = post(body, "key-1");
        assertThat(again.header("attune-repeated")).isEqualTo("true");
        assertThat(again.body()).isEqualTo(made.body());
        client.delete(ENDPOINTS + "/" + made.json().required("id").asString());
        Answer gone = post(body, "key-1");
        assertThat(gone.json().required("id")).isEqualTo(made.json().required("id"));
        assertThat(gone.body()).doesNotContain(secret);
    }

    private String records() {
        return service.jdbc()
                .sql("select string_agg(convert_from(body, 'UTF8'), ' ') from recorded_answer")
                .query(String.class)
                .single();
    }

    private Answer post(String body, String idempotencyKey) {
        return client.send(
                "POST",
                ENDPOINTS,
                "application/json",
                HttpRequest.BodyPublishers.ofString(body),
                "Idempotency-Key",
                idempotencyKey);
    }

    @Test
    void anEndpointIsToldOfEverythingUnlessItNamesEvents() {
        JsonNode made = create("""
                {"url": "https://hook.example/attune", "event_types": null}""");

        assertThat(made.required("event_types").values())
                .extracting(JsonNode::asString)
                .containsExactly("fine_tuning.job.succeeded", "fine_tuning.job.failed", "fine_tuning.job.cancelled");
        assertThat(made.required("name").asString()).isEqualTo("hook.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                   | missing_required_parameter | url",
                "{'url': 7}                                                           | invalid_value              | url",
                "{'url': 'ftp://hook.example/'}                                       | invalid_value              | url",
                "{'url': 'https://hook.example/', 'secret': 'whsec_x'}                | unknown_parameter          | secret",
                "{'url': 'https://hook.example/', 'event_types': []}                  | invalid_value              | event_types",
                "{'url': 'https://hook.example/', 'event_types': 'all'}               | invalid_value              | event_types",
                "{'url': 'https://hook.example/', 'event_types': ['batch.completed']} | unsupported_event_type     | event_types",
                "{'url': 'https://hook.example/', 'event_types': [null]}              | unsupported_event_type     | event_types",
                "{'url': 'https://hook.example/', 'name': 'a\\u0000'}                 | invalid_value              | name"
            })
    void whatIsWrongWithAnEndpointIsSaidAndNothingIsMade(String body, String code, String param) {
        Answer refused = client.post(ENDPOINTS, body.replace('\'', '"'));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo(code);
        assertThat(refused.error("param")).isEqualTo(param);
        assertThat(client.get(ENDPOINTS).json().required("data")).isEmpty();
    }

    @Test
    void endpointsAreListedNewestFirstToTheEmptyPage() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(
                    0,
                    create("{\"url\": \"https://hook.example/" + i + "\"}")
                            .required("id")
                            .asString());
        }
        List<String> listed = new ArrayList<>();
        JsonNode page = client.get(ENDPOINTS + "?limit=2").json();
        while (!page.required("data").isEmpty()) {
            page.required("data")
                    .forEach(endpoint -> listed.add(endpoint.required("id").asString()));
            assertThat(page.required("has_more").asBoolean()).isEqualTo(listed.size() < 5);
            page = client.get(ENDPOINTS + "?limit=2&after="
                            + page.required("last_id").asString())
                    .json();
        }

        assertThat(listed).isEqualTo(made);
        Answer mistyped = client.get(ENDPOINTS + "?after=whe_nothing");
        assertThat(mistyped.status()).isEqualTo(400);
        assertThat(mistyped.error("param")).isEqualTo("after");
    }

    @Test
    void aProjectHasAtMostAHundredEndpoints() {
        service.jdbc().sql("""
                        insert into webhook_endpoint (id, project_id, name, url, event_types, secret)
                        select 'whe_' || n, 'default', 'n', 'https://hook.example/', '{fine_tuning.job.failed}', 'whsec_'
                        from generate_series(1, 100) n""").update();

        Answer refused = client.post(ENDPOINTS, "{\"url\": \"https://hook.example/\"}");

        assertThat(refused.error("code")).isEqualTo("too_many_webhook_endpoints");
        assertThat(refused.header("x-should-retry")).isEqualTo("false");
    }

    @Test
    void anotherProjectNeitherSeesAnEndpointNorIsItToldOfTheOthersJobs() throws Exception {
        service.jdbc()
                .sql("insert into project (id, name) values ('other', 'Other') on conflict do nothing")
                .update();
        service.jdbc()
                .sql("""
                        insert into api_key (id, project_id, name, secret_hash) values ('k1', 'other', 'test', :hash)
                        on conflict do nothing""")
                .param("hash", MessageDigest.getInstance("SHA-256").digest("a-secret".getBytes(StandardCharsets.UTF_8)))
                .update();
        ApiClient other = new ApiClient(port, "sk-attune-k1-a-secret");
        String mine = create(url("/mine")).required("id").asString();
        other.post(ENDPOINTS, url("/other"));

        assertThat(other.get(ENDPOINTS + "/" + mine).status()).isEqualTo(404);
        assertThat(other.delete(ENDPOINTS + "/" + mine).status()).isEqualTo(404);
        assertThat(other.get(ENDPOINTS).json().required("data")).hasSize(1);
        fail("ftjob-1");
        await().until(() -> outcomes().equals(List.of("delivered")));
        assertThat(receiver.at("/mine")).hasSize(1);
        assertThat(receiver.at("/other")).isEmpty();
    }

    @Test
    void everyEndpointIsToldOnceOfEachEndItAskedForAndOpenAisSdkVerifiesIt() throws Exception {
        String secret = create(url("/all")).required("signing_secret").asString();
        create("{\"url\": \"" + receiver.url("/failed") + "\", \"event_types\": [\"fine_tuning.job.failed\"]}");
        succeed("ftjob-succeeded");
        fail("ftjob-failed");
        service.job("ftjob-cancelled", 0);
        client.post("/v1/fine_tuning/jobs/ftjob-cancelled/cancel", "");

        List<Received> all = awaitReceived("/all", 3);
        await().until(() -> pending() == 0);

        assertThat(receiver.at("/failed")).hasSize(1);
        assertThat(all).hasSize(3).allSatisfy(came -> {
            Contract.checkEvent(came.body());
            assertThat(came.header("content-type")).isEqualTo("application/json");
            assertThat(came.header("user-agent")).isEqualTo("Attune");
            assertThat(came.header("webhook-signature")).isEqualTo(hmac(secret, came));
        });
        assertThat(all).extracting(came -> came.header("webhook-id")).doesNotHaveDuplicates();
        UnwrapWebhookEvent succeeded = unwrap(secret, all, "succeeded", "");
        assertThat(succeeded.asFineTuningJobSucceeded().validate().data().id()).isEqualTo("ftjob-succeeded");
        assertThat(succeeded.asFineTuningJobSucceeded().createdAt())
                .isEqualTo(finishedAt("ftjob-succeeded").getEpochSecond());
        assertThat(unwrap(secret, all, "failed", "")
                        .asFineTuningJobFailed()
                        .validate()
                        .data()
                        .id())
                .isEqualTo("ftjob-failed");
        assertThat(unwrap(secret, all, "cancelled", "")
                        .asFineTuningJobCancelled()
                        .validate()
                        .data()
                        .id())
                .isEqualTo("ftjob-cancelled");
        assertThatThrownBy(() -> unwrap(secret, all, "failed", " "))
                .isInstanceOf(InvalidWebhookSignatureException.class);
        assertThatThrownBy(() -> unwrap(SigningSecret.draw().text(), all, "failed", ""))
                .isInstanceOf(InvalidWebhookSignatureException.class);
    }

    @Test
    void aDeliveryThatFailsIsTriedAgainLaterWithTheSameIdAndAFreshSignature() throws Exception {
        JsonNode endpoint = create(url("/hook"));
        receiver.answer("/hook", 500);
        fail("ftjob-1");
        awaitReceived("/hook", 1);

        JsonNode failed = awaitLastDelivery(endpoint, 1);
        assertThat(failed.required("last_delivery").required("delivered").asBoolean())
                .isFalse();
        assertThat(failed.required("last_delivery").required("status_code").asInt())
                .isEqualTo(500);
        assertThat(failed.required("last_delivery").required("error").asString())
                .contains("500");
        assertThat(secondsToNextTry()).isBetween(0.0, 6.0);

        hurry();
        awaitReceived("/hook", 2);
        awaitLastDelivery(endpoint, 1);
        assertThat(secondsToNextTry()).as("the second pause is longer").isBetween(290.0, 361.0);

        receiver.answer("/hook", 200);
        hurry();
        List<Received> all = awaitReceived("/hook", 3);
        JsonNode delivered = awaitLastDelivery(endpoint, 0);

        assertThat(delivered.required("last_delivery").required("delivered").asBoolean())
                .isTrue();
        assertThat(delivered.required("last_delivery").has("error")).isFalse();
        assertThat(all).extracting(Received::body).containsOnly(all.get(0).body());
        assertThat(all)
                .extracting(came -> came.header("webhook-id"))
                .containsOnly(all.get(0).header("webhook-id"));
        String secret = endpoint.required("signing_secret").asString();
        assertThat(all)
                .allSatisfy(came -> assertThat(came.header("webhook-signature")).isEqualTo(hmac(secret, came)));
    }

    @Test
    void aDeliveryThatFailsForDaysIsGivenUp() {
        JsonNode endpoint = create(url("/hook"));
        receiver.answer("/hook", 503);
        fail("ftjob-1");
        awaitReceived("/hook", 1);
        awaitLastDelivery(endpoint, 1);
        service.jdbc().sql("update webhook_delivery set tries = 8").update();
        hurry();
        awaitReceived("/hook", 2);
        awaitLastDelivery(endpoint, 1);
        assertThat(secondsToNextTry()).as("the last pause").isBetween(86_000.0, 104_000.0);
        hurry();
        awaitReceived("/hook", 3);
        awaitLastDelivery(endpoint, 0);

        assertThat(outcomes()).containsExactly("given_up");
        assertThat(client.get(path(endpoint)).json().required("status").asString())
                .isEqualTo("enabled");
    }

    @Test
    void aReceiverThatAsksForTimeGetsIt() {
        JsonNode endpoint = create(url("/hook"));
        receiver.answer("/hook", 429, "Retry-After", "3600");
        fail("ftjob-1");
        awaitReceived("/hook", 1);
        awaitLastDelivery(endpoint, 1);

        assertThat(secondsToNextTry()).isBetween(3590.0, 4321.0);
    }

    @Test
    void anEndpointThatIsGoneGetsNothingMore() {
        JsonNode endpoint = create(url("/hook"));
        receiver.answer("/hook", 500);
        fail("ftjob-1");
        awaitLastDelivery(endpoint, 1);
        receiver.answer("/hook", 410);
        fail("ftjob-2");

        await().until(() ->
                client.get(path(endpoint)).json().required("status").asString().equals("disabled"));
        fail("ftjob-3");

        assertThat(outcomes()).containsExactly("given_up", "given_up");
        assertThat(client.get(path(endpoint))
                        .json()
                        .required("last_delivery")
                        .required("error")
                        .asString())
                .contains("410");
    }

    @Test
    void whatIsOnItsWayToADeletedEndpointIsNotSentAnyMore() {
        JsonNode endpoint = create(url("/hook"));
        receiver.answer("/hook", 500);
        fail("ftjob-1");
        awaitLastDelivery(endpoint, 1);

        Answer deleted = client.delete(path(endpoint));

        assertThat(deleted.json().required("deleted").asBoolean()).isTrue();
        assertThat(deleted.json().required("object").asString()).isEqualTo("webhook_endpoint.deleted");
        assertThat(client.get(path(endpoint)).status()).isEqualTo(404);
        assertThat(client.delete(path(endpoint)).status()).isEqualTo(404);
        assertThat(outcomes()).isEmpty();
        fail("ftjob-2");
        assertThat(pending()).isZero();
    }

    @Test
    void anEndpointMayBeDeletedWhileItIsTold() {
        JsonNode endpoint = create(url("/hook"));
        receiver.behave("/hook", exchange -> {
            client.delete(path(endpoint));
            exchange.sendResponseHeaders(500, -1);
        });
        fail("ftjob-1");
        awaitReceived("/hook", 1);

        await().until(() -> client.get(path(endpoint)).status() == 404);
        create(url("/next"));
        fail("ftjob-2");
        awaitReceived("/next", 1);
    }

    @Test
    void anEndpointThatIsDeletedMeanwhileDoesNotKeepAJobFromEnding() {
        JsonNode endpoint = create(url("/hook"));
        Attempt attempt = claim("ftjob-1");
        CompletableFuture<Void> end = service.bean(TransactionTemplate.class).execute(status -> {
            service.bean(WebhookEndpoints.class)
                    .delete("default", endpoint.required("id").asString());
            CompletableFuture<Void> ending = CompletableFuture.runAsync(
                    () -> service.bean(AttemptEnd.class).failed(attempt, new Failure("x", "It failed.")));
            await().until(() -> service.jdbc()
                    .sql("select exists (select 1 from pg_locks where not granted)")
                    .query(Boolean.class)
                    .single());
            return ending;
        });

        end.join();
        assertThat(service.status("ftjob-1")).isEqualTo("failed");
        assertThat(pending()).isZero();
    }

    @Test
    void aJobsEndAndItsWebhookAreThereTogetherOrNotAtAll() {
        create(url("/hook"));
        sender.stop();
        Attempt attempt = claim("ftjob-1");

        service.bean(TransactionTemplate.class).executeWithoutResult(status -> {
            service.bean(AttemptEnd.class).failed(attempt, new Failure("x", "It failed."));
            assertThat(pending()).isEqualTo(1);
            status.setRollbackOnly();
        });

        assertThat(service.status("ftjob-1")).isEqualTo("running");
        assertThat(pending()).isZero();
    }

    @Test
    void whatOneProcessLeavesBehindTheNextOneSends() {
        create(url("/hook"));
        sender.stop();
        fail("ftjob-1");
        assertThat(pending()).isEqualTo(1);
        assertThat(receiver.at("/hook")).isEmpty();

        sender.start();

        awaitReceived("/hook", 1);
        await().until(() -> pending() == 0);
    }

    @Test
    void aDeliveryWhoseSenderWasKilledIsSentWhenTheLeaseIsOver() {
        JsonNode endpoint = create(url("/hook"));
        sender.stop();
        fail("ftjob-1");
        Deliveries deliveries = service.bean(Deliveries.class);
        Delivery killed = deliveries.claim(10, LEASE).get(0);
        assertThat(deliveries.claim(10, LEASE)).as("while the lease runs").isEmpty();
        hurry();
        Delivery second = deliveries.claim(10, LEASE).get(0);

        assertThat(second.id()).isEqualTo(killed.id());
        deliveries.failed(killed, 500, "stale", Optional.of(Duration.ZERO));
        assertThat(deliveries.claim(10, LEASE))
                .as("what a stale sender says of a failure does not count")
                .isEmpty();
        assertThat(client.get(path(endpoint)).json().has("last_delivery")).isFalse();
        hurry();
        sender.start();
        assertThat(awaitReceived("/hook", 1))
                .extracting(came -> came.header("webhook-id"))
                .containsExactly(killed.id());
    }

    @Test
    void aReceiverThatHangsHoldsUpNobodyElse() {
        create(url("/hangs"));
        receiver.hang("/hangs");
        for (int i = 1; i <= 2 * WebhookSender.SLOTS; i++) {
            fail("ftjob-" + i);
        }
        awaitReceived("/hangs", 1);
        create(url("/answers"));
        for (int i = 101; i <= 105; i++) {
            fail("ftjob-" + i);
        }

        awaitReceived("/answers", 5);
        assertThat(receiver.at("/hangs")).as("one at a time").hasSize(1);
    }

    @Test
    void severalProcessesSendEachDeliveryOnce() {
        IntStream.range(0, 4).forEach(i -> create(url("/" + i)));
        sender.stop();
        IntStream.range(0, 15).forEach(i -> fail("ftjob-" + i));
        WebhookSender another = new WebhookSender(
                service.bean(Deliveries.class), service.bean(WebhookPost.class), service.bean(RetrySchedule.class));
        another.start();
        sender.start();
        try {
            await().until(() -> pending() == 0);
        } finally {
            another.stop();
        }

        assertThat(IntStream.range(0, 4).boxed().flatMap(i -> receiver.at("/" + i).stream()))
                .hasSize(60)
                .extracting(came -> came.header("webhook-id"))
                .doesNotHaveDuplicates();
    }

    @Test
    void deliveriesThatAreLongOverAreForgotten() {
        create(url("/hook"));
        fail("ftjob-1");
        await().until(() -> outcomes().equals(List.of("delivered")));

        service.bean(DeliverySweeper.class).sweep();
        assertThat(outcomes()).containsExactly("delivered");
        service.jdbc()
                .sql("update webhook_delivery set ended_at = now() - interval '8 days'")
                .update();
        service.bean(DeliverySweeper.class).sweep();

        assertThat(outcomes()).isEmpty();
    }

    private JsonNode create(String body) {
        Answer made = client.post(ENDPOINTS, body);
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.json();
    }

    /** Returns the body of a request for an endpoint at a path of the receiver. */
    private String url(String path) {
        return "{\"url\": \"" + receiver.url(path) + "\"}";
    }

    private static String path(JsonNode endpoint) {
        return ENDPOINTS + "/" + endpoint.required("id").asString();
    }

    private Attempt claim(String job) {
        service.queuedJob(job, 0);
        return service.claim(Purpose.TRAIN).orElseThrow();
    }

    private void fail(String job) {
        service.bean(AttemptEnd.class).failed(claim(job), new Failure("x", "It failed."));
    }

    private void succeed(String job) {
        Blob blob = new Blob("a".repeat(64), 1);
        service.bean(AttemptEnd.class).succeeded(claim(job), new Publication(1, 77, blob, blob));
    }

    private List<Received> awaitReceived(String path, int count) {
        await().until(() -> receiver.at(path).size() >= count);
        assertThat(receiver.at(path)).hasSize(count);
        return List.copyOf(receiver.at(path));
    }

    /** Returns the endpoint after the outcome of a try is recorded. */
    private JsonNode awaitLastDelivery(JsonNode endpoint, int pending) {
        await().until(() -> service.jdbc()
                .sql("select last_at >= tried_at from webhook_endpoint where id = :id and busy_until is null")
                .param("id", endpoint.required("id").asString())
                .query(Boolean.class)
                .optional()
                .orElse(false));
        JsonNode shown = client.get(path(endpoint)).json();
        assertThat(shown.required("pending_deliveries").asInt()).isEqualTo(pending);
        return shown;
    }

    private int pending() {
        return service.jdbc()
                .sql("select count(*) from webhook_delivery where ended_at is null")
                .query(Integer.class)
                .single();
    }

    private List<String> outcomes() {
        return service.jdbc()
                .sql("select coalesce(outcome, 'pending') from webhook_delivery")
                .query(String.class)
                .list();
    }

    private double secondsToNextTry() {
        return service.jdbc()
                .sql("select extract(epoch from due_at - now()) from webhook_delivery where ended_at is null")
                .query(Double.class)
                .single();
    }

    /** Ends all pauses and leases. */
    private void hurry() {
        service.jdbc().sql("update webhook_endpoint set busy_until = null").update();
        service.jdbc()
                .sql("update webhook_delivery set due_at = now() where ended_at is null")
                .update();
    }

    private Instant finishedAt(String job) {
        return service.jdbc()
                .sql("select finished_at from job where id = :id")
                .param("id", job)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    /** Computes the signature of Standard Webhooks by hand. */
    private static String hmac(String secret, Received came) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256"));
            mac.update((came.header("webhook-id") + ".").getBytes(StandardCharsets.UTF_8));
            mac.update((came.header("webhook-timestamp") + ".").getBytes(StandardCharsets.UTF_8));
            return "v1,"
                    + Base64.getEncoder().encodeToString(mac.doFinal(came.body().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns the event that openai-java reads from the delivery of that kind.
     *
     * @param change text that is appended to the body
     */
    private static UnwrapWebhookEvent unwrap(String secret, List<Received> all, String kind, String change) {
        Received came = all.stream()
                .filter(one -> JsonMapper.shared()
                        .readTree(one.body())
                        .required("type")
                        .asString()
                        .equals("fine_tuning.job." + kind))
                .findFirst()
                .orElseThrow();
        Headers.Builder headers = Headers.builder();
        came.headers().forEach(headers::put);
        OpenAIClient openAi = OpenAIOkHttpClient.builder()
                .apiKey("none")
                .webhookSecret(secret)
                .build();
        try {
            return openAi.webhooks()
                    .unwrap(WebhookVerificationParams.builder()
                            .payload(came.body() + change)
                            .headers(headers.build())
                            .build());
        } finally {
            openAi.close();
        }
    }
}
