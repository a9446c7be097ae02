package io.attune.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.webhook.Reply.Answered;
import io.attune.webhook.Reply.Unanswered;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.InMemoryDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookPostTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final SigningSecret SECRET = SigningSecret.draw();

    private Receiver receiver;
    private WebhookPost post;

    @BeforeEach
    void start() throws IOException {
        receiver = new Receiver();
        post = post(new AddressPolicy(true, SystemDefaultDnsResolver.INSTANCE));
    }

    @AfterEach
    void stop() throws IOException {
        post.close();
        receiver.close();
    }

    @ParameterizedTest
    @CsvSource({
        "200, , 0",
        "503, 120, 120",
        "429, ' 7 ', 7",
        "503, 'Sat, 31 Jan 2026 12:05:00 GMT', 300",
        "503, 'Sat, 31 Jan 2026 11:00:00 GMT', 0",
        "503, soon, 0",
        "503, -5, 0",
        "503, 99999999999999999999, 0"
    })
    void theStatusAndTheTimeToWaitAreRead(int status, String retryAfter, long seconds) {
        if (retryAfter == null) {
            receiver.answer("/hook", status);
        } else {
            receiver.answer("/hook", status, "Retry-After", retryAfter);
        }

        assertThat(send(receiver.url("/hook"))).isEqualTo(new Answered(status, Duration.ofSeconds(seconds)));
    }

    @Test
    void everyTryIsSignedForItsOwnTime() throws IOException {
        Clock later = Clock.offset(NOON, Duration.ofMinutes(5));
        send(receiver.url("/hook"));
        try (WebhookPost again =
                new WebhookPost(new AddressPolicy(true, SystemDefaultDnsResolver.INSTANCE), later, SECOND, SECOND, 1)) {
            again.post(delivery(receiver.url("/hook")));
        }

        assertThat(receiver.at("/hook"))
                .extracting(came -> came.header("webhook-id"))
                .containsExactly("wh_1", "wh_1");
        assertThat(receiver.at("/hook"))
                .extracting(came -> came.header("webhook-timestamp"))
                .containsExactly("1769860800", "1769861100");
        assertThat(receiver.at("/hook"))
                .extracting(came -> came.header("webhook-signature"))
                .containsExactly(SECRET.sign("wh_1", 1769860800, "{}"), SECRET.sign("wh_1", 1769861100, "{}"));
    }

    @Test
    void pathAndQueryArriveAsTheyWereGiven() {
        for (String path : List.of("/", "/a%2Fb/%C3%BC?x=1&y=%20", "//other.example/x", "/a/../b")) {
            assertThat(send(receiver.url(path))).isInstanceOf(Answered.class);
            assertThat(receiver.at(path)).as(path).hasSize(1);
        }
        send(receiver.url(""));
        assertThat(receiver.at("/")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void noRedirectIsFollowed(int status) throws IOException {
        try (Receiver inside = new Receiver()) {
            receiver.answer("/hook", status, "Location", inside.url("/inside"));

            assertThat(send(receiver.url("/hook"))).isEqualTo(new Answered(status, Duration.ZERO));
            assertThat(inside.at("/inside")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"})
    void nothingIsSentToThisMachineUnlessTheSettingAllowsIt(String host) throws IOException {
        String url = "http://" + host + ":" + receiver.port() + "/hook";
        try (WebhookPost strict = post(new AddressPolicy(false, SystemDefaultDnsResolver.INSTANCE))) {
            assertThat(strict.post(delivery(url)))
                    .isInstanceOfSatisfying(
                            Unanswered.class, none -> assertThat(none.why()).contains("private"));
        }
        assertThat(receiver.at("/hook")).isEmpty();
    }

    @Test
    void aNameIsJudgedByTheAddressThatTheConnectionIsMadeTo() throws IOException {
        var names = AddressPolicyTest.names(List.of("93.184.215.14"), List.of("127.0.0.1"));
        AddressPolicy policy = new AddressPolicy(false, names);
        assertThat(policy.refuses("rebinding.example")).isFalse();

        try (WebhookPost strict = post(policy)) {
            assertThat(strict.post(delivery("http://rebinding.example:" + receiver.port() + "/hook")))
                    .isInstanceOfSatisfying(
                            Unanswered.class, none -> assertThat(none.why()).contains("private"));
        }
        assertThat(names.answers()).isEmpty();
        assertThat(receiver.at("/hook")).isEmpty();
    }

    @Test
    void theNameIsLookedUpOnceForAConnection() throws IOException {
        var names = AddressPolicyTest.names(List.of("127.0.0.1"));

        try (WebhookPost allowing = post(new AddressPolicy(true, names))) {
            assertThat(allowing.post(delivery("http://hook.example:" + receiver.port() + "/hook")))
                    .isEqualTo(new Answered(204, Duration.ZERO));
        }
        assertThat(receiver.at("/hook"))
                .singleElement()
                .satisfies(came -> assertThat(came.header("host")).isEqualTo("hook.example:" + receiver.port()));
    }

    @Test
    void aProxyOfTheEnvironmentIsNotAsked() throws IOException {
        try (Receiver proxy = new Receiver()) {
            System.setProperty("http.proxyHost", "127.0.0.1");
            System.setProperty("http.proxyPort", String.valueOf(proxy.port()));
            System.setProperty("http.nonProxyHosts", "");
            try (WebhookPost another = post(new AddressPolicy(true, SystemDefaultDnsResolver.INSTANCE))) {
                another.post(delivery(receiver.url("/hook")));
            } finally {
                List.of("http.proxyHost", "http.proxyPort", "http.nonProxyHosts")
                        .forEach(System::clearProperty);
            }
            assertThat(receiver.at("/hook")).hasSize(1);
            assertThat(proxy.at(receiver.url("/hook"))).isEmpty();
        }
    }

    @Test
    void aReceiverThatDoesNotAnswerIsLeft() {
        receiver.hang("/hook");

        assertThat(send(receiver.url("/hook"))).isEqualTo(new Unanswered("There was no answer within 1 s."));
    }

    @Test
    void aLookUpThatTakesTooLongIsNotFollowedByALateDelivery() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        DnsResolver slow = new InMemoryDnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                asked.countDown();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
            }
        };
        try (WebhookPost patient = post(new AddressPolicy(true, slow))) {
            CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(
                    () -> patient.post(delivery("http://slow.example:" + receiver.port() + "/hook")));
            asked.await();
            await().pollDelay(SECOND.plusMillis(200)).until(() -> true); // until the time limit has passed
            answer.countDown();

            assertThat(reply.get()).isEqualTo(new Unanswered("There was no answer within 1 s."));
        }
        assertThat(receiver.at("/hook")).isEmpty();
    }

    @Test
    void anAnswerThatComesByteForByteDoesNotOutlastTheTime() throws IOException {
        try (ServerSocket server = raw((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('x');
                out.flush();
                Thread.sleep(50);
            }
        })) {
            assertThat(send("http://127.0.0.1:" + server.getLocalPort() + "/"))
                    .isEqualTo(new Unanswered("There was no answer within 1 s."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"many\r\nX-Many: ", "long"})
    void endlessHeadersAreNotRead(String again) throws IOException {
        try (ServerSocket server = raw((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX-Many: ".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(again.getBytes(StandardCharsets.US_ASCII));
            }
        })) {
            assertThat(send("http://127.0.0.1:" + server.getLocalPort() + "/"))
                    .isInstanceOfSatisfying(
                            Unanswered.class,
                            none -> assertThat(none.why()).startsWith("The connection broke: Maximum"));
        }
    }

    @Test
    void anEndlessBodyIsNotReadAndTheStatusCounts() throws IOException {
        AtomicLong written = new AtomicLong();
        receiver.behave("/hook", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[1 << 16];
            while (written.get() < 1L << 30) {
                exchange.getResponseBody().write(chunk);
                written.addAndGet(chunk.length);
            }
        });

        assertThat(send(receiver.url("/hook"))).isEqualTo(new Answered(200, Duration.ZERO));
        assertThat(written.get()).as("no more than buffers hold").isLessThan(64 << 20);
    }

    @Test
    void whatWentWrongIsSaidInASentence() throws IOException {
        int closed;
        try (ServerSocket server = new ServerSocket(0)) {
            closed = server.getLocalPort();
        }
        receiver.behave("/hook", exchange -> {}); // closed without an answer

        assertThat(send("http://127.0.0.1:" + closed + "/")).isEqualTo(new Unanswered("The connection was refused."));
        assertThat(send(receiver.url("/hook")))
                .isEqualTo(new Unanswered("The connection was closed without an answer."));
        try (ServerSocket plain =
                raw((socket, out) -> out.write("HTTP/1.1 400 Plain\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(send("https://127.0.0.1:" + plain.getLocalPort() + "/"))
                    .isInstanceOfSatisfying(
                            Unanswered.class, none -> assertThat(none.why()).startsWith("TLS failed: "));
        }
        try (WebhookPost nameless = post(new AddressPolicy(false, AddressPolicyTest.names(List.of())))) {
            assertThat(nameless.post(delivery("http://unknown.example/")))
                    .isEqualTo(new Unanswered("The host's name has no address."));
        }
    }

    private Reply send(String url) {
        return post.post(delivery(url));
    }

    private static Delivery delivery(String url) {
        return new Delivery("wh_1", 1, "whe_1", url, SECRET, "{}");
    }

    private static WebhookPost post(AddressPolicy policy) {
        return new WebhookPost(policy, NOON, SECOND, SECOND, 4);
    }

    private interface Answer {
        void write(Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    /** A server that answers its one connection by hand. */
    private static ServerSocket raw(Answer answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(() -> {
            try (Socket socket = server.accept()) {
                answer.write(socket, socket.getOutputStream());
            } catch (IOException e) {
                // the sender has closed the connection, as expected
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }
}
