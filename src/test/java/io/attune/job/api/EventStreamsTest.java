package io.attune.job.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient;
import io.attune.PostgresForTests;
import io.attune.ServiceTest;
import io.attune.contract.Contract;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import io.attune.job.queue.TestService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ServiceTest
@Timeout(60)
class EventStreamsTest {

    private static final String JOB = "ftjob-12345678";
    private static final String PATH = "/v1/fine_tuning/jobs/" + JOB + "/events";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Reader> readers = new ArrayList<>();
    private final TestService service;
    private final EventStreams streams;
    private final int port;

    EventStreamsTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        streams = context.getBean(EventStreams.class);
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** What a plain client sees: lines, and of them the events. */
    private static final class Reader implements AutoCloseable {

        final HttpResponse<InputStream> answer;
        private final BufferedReader lines;

        Reader(HttpResponse<InputStream> answer) {
            this.answer = answer;
            this.lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        }

        /** The next event's id and data, null at the end of the stream. */
        String[] next() throws IOException {
            String id = null;
            String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                    Contract.check("GET", PATH, 200, "text/event-stream", line);
                } else if (line.isEmpty() && data != null) {
                    return new String[] {id, data};
                }
            }
            return null;
        }

        JsonNode nextEvent() throws IOException {
            String[] next = next();
            JsonNode event = JSON.readTree(next[1]);
            assertThat(event.get("id").asString()).isEqualTo(next[0]);
            return event;
        }

        String nextMessage() throws IOException {
            return nextEvent().get("message").asString();
        }

        void expectEnd() throws IOException {
            assertThat(next()[1]).isEqualTo("[DONE]");
            assertThat(next()).isNull();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    @BeforeEach
    void aJobThatWaits() {
        await().until(() -> streams.readers() == 0);
        service.empty();
        service.job(JOB, 0);
    }

    @AfterEach
    void goAway() throws IOException {
        for (Reader reader : readers) {
            reader.close();
        }
        if (service.jdbc()
                .sql("select status from job")
                .query(String.class)
                .single()
                .equals("validating_files")) {
            end(); // so that the service has no readers any more
        }
    }

    @Test
    void whatHappenedIsToldFromTheBeginningAndTheEndIsSaid() throws Exception {
        append("one", "two");
        end();

        Reader reader = open(PATH, "Accept", "text/event-stream");

        assertThat(reader.answer.statusCode()).isEqualTo(200);
        assertThat(reader.answer.headers().firstValue("content-type")).hasValue("text/event-stream;charset=UTF-8");
        JsonNode first = reader.nextEvent();
        assertThat(first).isEqualTo(listed().get(2));
        assertThat(first.get("message").asString()).isEqualTo("one");
        assertThat(reader.nextMessage()).isEqualTo("two");
        assertThat(reader.nextMessage()).isEqualTo("Fine-tuning job cancelled");
        reader.expectEnd();
    }

    @Test
    void eventsComeAsTheyHappenAndTheStreamEndsWithTheJob() throws Exception {
        Reader reader = open(PATH + "?stream=true");
        append("one");
        assertThat(reader.nextMessage()).isEqualTo("one");
        append("two");
        assertThat(reader.nextMessage()).isEqualTo("two");
        append(NewEvent.metrics("Step 1/3", Map.of("step", 1)));
        assertThat(reader.nextEvent().get("data").get("step").asInt()).isEqualTo(1);
        end();
        assertThat(reader.nextMessage()).isEqualTo("Fine-tuning job cancelled");
        reader.expectEnd();
        await().until(() -> streams.readers() == 0);
    }

    @Test
    void whatAnotherProcessWritesIsSeenToo() throws Exception {
        Reader reader = open(PATH + "?stream=true");
        service.jdbc()
                .sql("with next as (update job set last_seq = last_seq + 1 returning id, last_seq) insert into event"
                        + " (id, job, seq, level, type, message) select 'ftevent-x', id, last_seq, 'info', 'message', 'there'"
                        + " from next")
                .update();
        assertThat(reader.nextMessage()).isEqualTo("there");
    }

    @Test
    void aReaderGoesOnBehindTheLastEventItRead() throws Exception {
        append(IntStream.range(0, 350).mapToObj(i -> "event " + i).toArray(String[]::new));
        end();
        List<String> ids = new ArrayList<>();
        Reader whole = open(PATH, "Accept", "text/event-stream");
        for (int i = 0; i < 351; i++) {
            ids.add(whole.nextEvent().get("id").asString());
        }
        whole.expectEnd();

        for (int last : new int[] {0, 99, 100, 250, 349}) {
            Reader rest = open(PATH, "Accept", "text/event-stream", "Last-Event-ID", ids.get(last));
            for (int i = last + 1; i < ids.size(); i++) {
                assertThat(rest.next()[0]).isEqualTo(ids.get(i));
            }
            rest.expectEnd();
        }
        open(PATH, "Accept", "text/event-stream", "Last-Event-ID", ids.get(350)).expectEnd();
        Reader after = open(PATH + "?stream=true&after=" + ids.get(349));
        assertThat(after.next()[0]).isEqualTo(ids.get(350));
        Reader both = open(PATH + "?stream=true&after=" + ids.get(3), "Last-Event-ID", ids.get(349));
        assertThat(both.next()[0]).isEqualTo(ids.get(350));
    }

    @Test
    void whatIsWrongIsSaidBeforeTheStreamBegins() {
        service.job("ftjob-other", 0);
        new TransactionTemplate(service.bean(PlatformTransactionManager.class))
                .executeWithoutResult(status -> service.bean(EventLog.class)
                        .append("ftjob-other", List.of(new NewEvent("ftevent-other", "info", "message", "x", null))));
        refused(404, "not_found", null, "/v1/fine_tuning/jobs/ftjob-x/events");
        refused(400, "invalid_value", "after", PATH + "?after=ftevent-other");
        refused(400, "invalid_value", "Last-Event-ID", PATH, "Last-Event-ID", "ftevent-other");
        refused(400, "invalid_value", "limit", PATH + "?limit=0");
        refused(400, "invalid_value", "stream", PATH + "?stream=perhaps");
        service.jdbc().sql("delete from event where job = 'ftjob-other'").update();
        service.jdbc().sql("delete from job where id = 'ftjob-other'").update();
    }

    @Test
    void withoutAskingForAStreamTheListComes() {
        append("one");
        for (String accept : List.of("*/*", "application/json", "application/json, text/event-stream", "text/*, */*")) {
            ApiClient.Answer answer =
                    service.client().send("GET", PATH, null, HttpRequest.BodyPublishers.noBody(), "Accept", accept);
            assertThat(answer.json().get("object").asString()).as(accept).isEqualTo("list");
        }
    }

    @Test
    void manyReadersGetEverythingWithoutAThreadEach() throws Exception {
        int threads = Thread.activeCount();
        List<Reader> many = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            many.add(open(PATH, "Accept", "text/event-stream"));
        }
        assertThat(streams.readers()).isEqualTo(120);
        for (int i = 0; i < 20; i++) {
            append("event " + i);
        }
        end();
        for (Reader reader : many) {
            for (int i = 0; i < 20; i++) {
                assertThat(reader.nextMessage()).isEqualTo("event " + i);
            }
            assertThat(reader.nextMessage()).isEqualTo("Fine-tuning job cancelled");
            reader.expectEnd();
        }
        assertThat(Thread.activeCount() - threads).isLessThan(60);
        await().until(() -> streams.readers() == 0);
    }

    @Test
    void aReaderWhoDoesNotReadHoldsNobodyUp() throws Exception {
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress("127.0.0.1", port));
            slow.getOutputStream()
                    .write(("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + PostgresForTests.ADMIN_KEY + "\r\nAccept: text/event-stream\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> streams.readers() == 1);
            Reader quick = open(PATH, "Accept", "text/event-stream");
            String large = "x".repeat(200_000);
            for (int i = 0; i < 100; i++) { // 20 MB: more than sockets hold
                append(NewEvent.info("large " + i, Map.of("text", large)));
                assertThat(quick.nextMessage()).isEqualTo("large " + i);
            }
            end();
            assertThat(quick.nextMessage()).isEqualTo("Fine-tuning job cancelled");
            quick.expectEnd();

            BufferedReader late =
                    new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
            int seen = 0;
            for (String line = late.readLine(); !line.equals("data: [DONE]"); line = late.readLine()) {
                seen += line.contains("\"message\":\"large " + seen + "\"") ? 1 : 0;
            }
            assertThat(seen).isEqualTo(100);
        }
    }

    @Test
    void aReaderWhoHasGoneIsForgotten() throws Exception {
        Reader stays = open(PATH, "Accept", "text/event-stream");
        Reader goes = open(PATH, "Accept", "text/event-stream");
        assertThat(streams.readers()).isEqualTo(2);
        goes.close();
        await().until(() -> {
            append("still there?");
            return streams.readers() == 1;
        });
        assertThat(stays.nextMessage()).isEqualTo("still there?");
    }

    @Test
    void aStreamThatCannotGoOnSaysWhyAsAnEvent() throws Exception {
        Reader reader = open(PATH, "Accept", "text/event-stream");
        append("one");
        assertThat(reader.nextMessage()).isEqualTo("one");
        streams.stop();
        try {
            JsonNode error = JSON.readTree(reader.next()[1]).get("error");
            assertThat(error.get("code").asString()).isEqualTo("service_stopping");
            assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
            assertThat(reader.next()).isNull();
            assertThat(streams.readers()).isZero();
            refused(503, "service_stopping", null, PATH);
        } finally {
            streams.start();
        }
    }

    @Test
    void anErrorInTheMiddleIsToldAndEndsTheStream() throws Exception {
        Reader reader = open(PATH, "Accept", "text/event-stream");
        append("one");
        assertThat(reader.nextMessage()).isEqualTo("one");
        service.jdbc().sql("alter table event rename to event_away").update();
        try {
            service.jdbc().sql("update job set last_seq = last_seq + 1").update();
            assertThat(JSON.readTree(reader.next()[1]).get("error").get("code").asString())
                    .isEqualTo("events_unavailable");
            assertThat(reader.next()).isNull();
        } finally {
            service.jdbc().sql("alter table event_away rename to event").update();
            service.jdbc().sql("update job set last_seq = last_seq - 1").update();
        }
        assertThat(open(PATH, "Accept", "text/event-stream").nextMessage()).isEqualTo("one");
    }

    @Test
    void aHeadRequestIsNotAStream() {
        ApiClient.Answer answer = service.client()
                .send("HEAD", PATH, null, HttpRequest.BodyPublishers.noBody(), "Accept", "text/event-stream");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith("text/event-stream");
        assertThat(streams.readers()).isZero();
    }

    private void refused(int status, String code, String param, String path, String... headers) {
        List<String> all = new ArrayList<>(List.of("Accept", "text/event-stream"));
        all.addAll(List.of(headers));
        ApiClient.Answer answer = service.client()
                .send("GET", path, null, HttpRequest.BodyPublishers.noBody(), all.toArray(String[]::new));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("content-type")).startsWith("application/json");
        assertThat(answer.error("code")).isEqualTo(code);
        assertThat(answer.error("param")).isEqualTo(param);
    }

    private Reader open(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + PostgresForTests.ADMIN_KEY);
        if (headers.length > 0) {
            request.headers(headers);
        }
        Reader reader = new Reader(http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        readers.add(reader);
        return reader;
    }

    private JsonNode listed() {
        return service.client().get(PATH).json().get("data");
    }

    private void append(String... messages) {
        append(List.of(messages).stream().map(NewEvent::info).toArray(NewEvent[]::new));
    }

    private void append(NewEvent... events) {
        new TransactionTemplate(service.bean(PlatformTransactionManager.class))
                .executeWithoutResult(status -> service.bean(EventLog.class).append(JOB, List.of(events)));
    }

    private void end() {
        service.client().post("/v1/fine_tuning/jobs/" + JOB + "/cancel", "");
    }
}
