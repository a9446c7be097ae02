package io.attune.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.attune.contract.Contract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes webhooks at any path by POST and holds them against the contract; GET lists what came to this path as JSON: {@code [{"headers": {...},
 * "body": "..."}]}.
 */
final class WebhookReceiver implements AutoCloseable {

    private record Delivery(Map<String, String> headers, String body) {}

    private final HttpServer server;
    private final Map<String, List<Delivery>> deliveries = new ConcurrentHashMap<>();
    private final List<String> findings = new CopyOnWriteArrayList<>();

    WebhookReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            List<Delivery> here = deliveries.computeIfAbsent(
                    exchange.getRequestURI().getPath(), path -> new CopyOnWriteArrayList<>());
            if (exchange.getRequestMethod().equals("POST")) {
                Map<String, String> headers = new TreeMap<>();
                exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(), values.get(0)));
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                check(body);
                here.add(new Delivery(headers, body));
                exchange.sendResponseHeaders(204, -1);
            } else {
                byte[] list = JsonMapper.shared().writeValueAsBytes(here);
                exchange.sendResponseHeaders(200, list.length);
                exchange.getResponseBody().write(list);
            }
        }
    }

    private void check(String body) {
        try {
            Contract.checkEvent(body);
        } catch (AssertionError e) {
            findings.add(e.getMessage());
        }
    }

    /** Webhooks that do not fit the contract. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
