package io.attune.http;

import static io.attune.http.RawClient.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.attune.ApiClient;
import io.attune.ServiceTest;
import io.attune.api.idempotency.ReadOnly;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * Clients that keep connections and threads busy, each on a service with few threads. Another client needs short
 * answers meanwhile.
 */
@ServiceTest
@TestPropertySource(
        properties = {
            "server.tomcat.threads.max=12",
            "server.tomcat.connection-timeout=3s",
            "attune.long-calls=8",
            "attune.slow-transfer-grace=1s",
            "attune.connections-per-address=100"
        })
@Import(HeldConnectionsTest.Streaming.class)
@DirtiesContext
@Timeout(120)
class HeldConnectionsTest {

    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String JOBS = "/v1/fine_tuning/jobs";
    private static final String ROW =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}\n";

    /** An endpoint that streams, as that of a served model will. */
    @RestController
    @Hidden
    static class Streaming {

        private volatile CountDownLatch end = new CountDownLatch(0);

        @ReadOnly
        @PostMapping("/v1/stream")
        void stream(@RequestBody JsonNode body, HttpServletResponse response) throws Exception {
            PrintWriter answer = response.getWriter();
            answer.println("first");
            answer.flush();
            end.await();
            answer.println("last");
        }
    }

    private final List<RawClient> clients = new ArrayList<>();

    @LocalServerPort
    private int port;

    @Autowired
    private LongCalls calls;

    @Autowired
    private Streaming streaming;

    @Autowired
    private DataSource database;

    @AfterEach
    void close() throws IOException {
        streaming.end.countDown();
        for (RawClient client : clients) {
            client.close();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> calls.underWay() == 0);
    }

    private RawClient client() throws IOException {
        RawClient client = new RawClient(port);
        clients.add(client);
        return client;
    }

    private void assertOthersAreAnswered() {
        assertThat(new ApiClient(port).get(JOBS).status()).isEqualTo(200);
    }

    @Test
    void bodiesOfClientsWithoutAKeyHoldNoThread() throws IOException {
        for (int i = 0; i < 40; i++) {
            client().head("POST /v1/files", "Content-Length: 1000000000000\r\n").send("x");
        }
        assertOthersAreAnswered();
        for (RawClient client : clients) {
            assertThat(client.status()).isEqualTo(401);
            client.readToTheEnd();
        }
    }

    @Test
    void aRefusedUploadOfModerateSizeIsReadSoThatItsClientSeesTheRefusal() throws IOException {
        RawClient client = client();
        client.head("POST /v1/files", "Content-Length: 20000000\r\n").send(new byte[20_000_000]);
        assertThat(client.status()).isEqualTo(401);
    }

    @Test
    void aSmallBodyThatWasRefusedDoesNotCostTheConnection() throws IOException {
        RawClient client = client();
        client.head("POST " + JOBS, JSON + "Content-Length: 2\r\n").send("{}");
        assertThat(client.status()).isEqualTo(401);
        client.skipAnswer().head("GET /actuator/health/liveness", "");
        assertThat(client.status()).isEqualTo(200);
    }

    @Test
    void aClientThatAsksBeforeItSendsIsToldToGoOnOnlyIfItsKeyIsRight() throws IOException {
        String asking = JSON + "Content-Length: 2\r\nExpect: 100-continue\r\n";
        RawClient stranger = client().head("POST " + JOBS, asking);
        assertThat(stranger.status()).isEqualTo(401);
        stranger.readToTheEnd();
        RawClient known = client().head("POST " + JOBS, KEY + asking);
        assertThat(known.status()).isEqualTo(100);
        assertThat(known.line()).isEmpty();
        known.send("{}");
        assertThat(known.status()).isEqualTo(400);
    }

    @Test
    void bodiesThatComeTooSlowlyAreEndedAndOneKeyHasOnlySoManyAtATime() throws Exception {
        for (int i = 0; i < 12; i++) {
            client().head("POST " + JOBS, KEY + JSON + "Content-Length: 60000\r\n")
                    .send("{");
        }
        assertOthersAreAnswered();
        TreeSet<Integer> statuses = new TreeSet<>();
        for (RawClient client : clients) {
            Thread trickle = trickle(client);
            statuses.add(client.status());
            trickle.interrupt();
            trickle.join();
        }
        assertThat(statuses).contains(429).isSubsetOf(400, 408, 429);
        await().atMost(Duration.ofSeconds(30)).until(() -> calls.underWay() == 0);
    }

    @Test
    void aBodyThatTricklesIsToldSo() throws Exception {
        RawClient client = client().head("POST " + JOBS, KEY + JSON + "Content-Length: 60000\r\n");
        Thread trickle = trickle(client);
        assertThat(client.status()).isEqualTo(408);
        trickle.interrupt();
        trickle.join();
        assertOthersAreAnswered();
    }

    private static Thread trickle(RawClient client) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    client.send(" ");
                    Thread.sleep(50);
                }
            } catch (IOException | InterruptedException e) {
                // the connection was closed
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void downloadsThatNobodyTakesAreEnded() throws IOException {
        String id = new ApiClient(port)
                .uploadRepeated(ROW, 16L << 20)
                .json()
                .required("id")
                .asString();
        for (int i = 0; i < 4; i++) {
            RawClient client = new RawClient(port, 4096);
            clients.add(client);
            client.head("GET /v1/files/" + id + "/content", KEY);
            assertThat(client.status()).isEqualTo(200);
        }
        RawClient oneTooMany = client().head("GET /v1/files/" + id + "/content", KEY);
        assertThat(oneTooMany.status()).isEqualTo(429);
        assertOthersAreAnswered();
        await().atMost(Duration.ofSeconds(60)).until(() -> calls.underWay() == 0);
        assertThat(clients.get(0).readToTheEnd()).isLessThan(16L << 20);
    }

    @Test
    void anAnswerThatStreamsIsNotHeldBackAndHoldsNoConnectionToTheDatabase() throws Exception {
        int connections = database.unwrap(HikariDataSource.class).getMaximumPoolSize();
        assertThat(connections).isLessThan(12); // threads
        streaming.end = new CountDownLatch(1);
        for (int i = 0; i < connections; i++) {
            client().head("POST /v1/stream", KEY + JSON + "Content-Length: 2\r\n")
                    .send("{}");
        }
        for (RawClient client : clients) {
            assertThat(client.status()).isEqualTo(200);
            client.skipAnswer();
            assertThat(client.line()).as("length of a chunk").isEqualTo("6");
            assertThat(client.line()).isEqualTo("first");
        }
        assertOthersAreAnswered();
        streaming.end.countDown();
        for (RawClient client : clients) {
            assertThat(List.of(client.line(), client.line(), client.line())).contains("last");
        }
    }

    @Test
    void oneAddressHasOnlySoManyConnections() throws IOException {
        RawClient first = client();
        for (int i = 0; i < 130; i++) {
            client();
        }
        RawClient last = client();
        assertThat(last.readToTheEnd()).isZero();
        first.head("GET " + JOBS, KEY);
        assertThat(first.status()).isEqualTo(200);
    }
}
