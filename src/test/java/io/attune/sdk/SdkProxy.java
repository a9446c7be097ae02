package io.attune.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.attune.contract.Contract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;

/**
 * Stands between an SDK and the service. Every answer is read to its end and held against the contract. Then it is relayed, or, when it
 * answers a change, lost: the connection is closed without a byte, as if the network had gone after the service had acted. Streams of
 * events are relayed as they come, and held against the contract when they end.
 */
final class SdkProxy implements AutoCloseable {

    /** What was asked and what was answered. @param retry as the SDK counts, -1 if it does not @param lost whether the SDK never saw the answer */
    record Exchange(String method, String path, int retry, int status, boolean lost) {

        boolean change() {
            return !method.equals("GET");
        }
    }

    private static final String RETRY = "X-Stainless-Retry-Count";
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade", "date");

    private final String target;
    private final IntSupplier losses;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<String> findings = new CopyOnWriteArrayList<>();
    private volatile int lossesOfThisChange;

    /** Relays every answer. @param port the service's */
    SdkProxy(int port) throws IOException {
        this(port, () -> 0);
    }

    /**
     * @param port the service's
     * @param losses asked at each change that is no repeat, how many of its answers are lost: 1 loses the original's, 2 the first repeat's as
     *     well. Changes come one after the other
     */
    SdkProxy(int port, IntSupplier losses) throws IOException {
        this.target = "http://127.0.0.1:" + port;
        this.losses = losses;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** What an SDK takes as base URL. */
    String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Answers that do not fit the contract, and failures of the proxy itself. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            HttpResponse<InputStream> answer =
                    http.send(forwarded(exchange), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")) {
                relayAsItComes(exchange, answer);
            } else {
                relayOrLose(exchange, answer);
            }
        } catch (IOException e) {
            findings.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest forwarded(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase())) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private void relayOrLose(HttpExchange exchange, HttpResponse<InputStream> answer) throws IOException {
        byte[] body = answer.body().readAllBytes();
        check(exchange, answer, body);
        if (note(exchange, answer).lost()) {
            return; // closing an exchange that was not answered closes its connection
        }
        relayHeaders(exchange, answer);
        exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private void relayAsItComes(HttpExchange exchange, HttpResponse<InputStream> answer) throws IOException {
        note(exchange, answer);
        relayHeaders(exchange, answer);
        exchange.sendResponseHeaders(answer.statusCode(), 0);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (InputStream events = answer.body();
                OutputStream sdk = exchange.getResponseBody()) {
            byte[] chunk = new byte[8192];
            for (int length = events.read(chunk); length >= 0; length = events.read(chunk)) {
                whole.write(chunk, 0, length);
                sdk.write(chunk, 0, length);
                sdk.flush();
            }
        } finally {
            check(exchange, answer, whole.toByteArray());
        }
    }

    private Exchange note(HttpExchange exchange, HttpResponse<?> answer) {
        String count = exchange.getRequestHeaders().getFirst(RETRY);
        int retry = count == null ? -1 : Integer.parseInt(count);
        boolean change = retry >= 0 && !exchange.getRequestMethod().equals("GET");
        if (change && retry == 0) {
            lossesOfThisChange = losses.getAsInt();
        }
        Exchange noted = new Exchange(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                retry,
                answer.statusCode(),
                change && retry < lossesOfThisChange);
        exchanges.add(noted);
        return noted;
    }

    private void check(HttpExchange exchange, HttpResponse<?> answer, byte[] body) {
        try {
            Contract.check(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    answer.statusCode(),
                    answer.headers().firstValue("Content-Type").orElse(null),
                    new String(body, StandardCharsets.UTF_8));
        } catch (AssertionError e) {
            findings.add(e.getMessage());
        }
    }

    private static void relayHeaders(HttpExchange exchange, HttpResponse<?> answer) {
        answer.headers().map().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase())) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
