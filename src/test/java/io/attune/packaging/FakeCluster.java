package io.attune.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * As much of a Kubernetes API server as Helm needs to install a chart: it says which kinds there are, keeps the objects that it is sent,
 * and runs nothing. Helm's own record of a release, which comes in another encoding than JSON, it takes and forgets.
 */
final class FakeCluster implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String NOT_FOUND =
            "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"reason\": \"NotFound\", \"code\": 404}";
    private static final String RECORD =
            "{\"kind\": \"Secret\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"release\"}}";
    private static final String NO_SECRETS =
            "{\"kind\": \"SecretList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}";
    private static final Map<String, String> KINDS = Map.of(
            "/version",
            "{\"major\": \"1\", \"minor\": \"31\", \"gitVersion\": \"v1.31.0\"}",
            "/api",
            "{\"kind\": \"APIVersions\", \"versions\": [\"v1\"]}",
            "/apis",
            "{\"kind\": \"APIGroupList\", \"apiVersion\": \"v1\", \"groups\": [{\"name\": \"apps\", \"versions\": "
                    + "[{\"groupVersion\": \"apps/v1\", \"version\": \"v1\"}]}]}",
            "/api/v1",
            kinds("v1", Map.of("secrets", "Secret", "services", "Service", "serviceaccounts", "ServiceAccount")),
            "/apis/apps/v1",
            kinds("apps/v1", Map.of("statefulsets", "StatefulSet")));

    private final HttpServer server;
    // by path
    private final Map<String, JsonNode> objects = new ConcurrentHashMap<>();

    FakeCluster() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Puts a secret there as a release of Helm, called {@code release}, left it. */
    FakeCluster with(String namespace, String release, String name, int version, Map<String, String> values) {
        String data = values.entrySet().stream()
                .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), base64(entry.getValue())))
                .collect(joining(","));
        String secret = """
                {"kind": "Secret", "apiVersion": "v1", "data": {%s}, "metadata": {
                  "name": "%s", "namespace": "%s", "resourceVersion": "%d",
                  "labels": {"app.kubernetes.io/managed-by": "Helm"},
                  "annotations": {"meta.helm.sh/release-name": "%s", "meta.helm.sh/release-namespace": "%s"}}}
                """.formatted(data, name, namespace, version, release, namespace);
        objects.put("/api/v1/namespaces/" + namespace + "/secrets/" + name, JSON.readTree(secret));
        return this;
    }

    String kubeConfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: here
                clusters: [{name: here, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: nobody, user: {}}]
                contexts: [{name: here, context: {cluster: here, user: nobody}}]
                """.formatted(server.getAddress().getPort());
    }

    /** All objects that are there. */
    List<Map<String, Object>> objects() {
        return objects.values().stream()
                .map(object -> JSON.convertValue(object, new TypeReference<Map<String, Object>>() {}))
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] sent = exchange.getRequestBody().readAllBytes();
            boolean json = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                    .contains("json");
            switch (exchange.getRequestMethod()) {
                case "GET" -> {
                    String found = path.endsWith("/secrets") ? NO_SECRETS : KINDS.getOrDefault(path, text(path));
                    send(exchange, found == null ? 404 : 200, found == null ? NOT_FOUND : found);
                }
                case "POST", "PUT" -> send(exchange, 200, json ? create(path, JSON.readTree(sent)) : RECORD);
                case "PATCH" -> send(exchange, 200, merge(path, sent));
                default -> send(exchange, 405, NOT_FOUND);
            }
        }
    }

    private String text(String path) {
        JsonNode object = objects.get(path);
        return object == null ? null : object.toString();
    }

    private String create(String path, JsonNode object) {
        objects.put(path + "/" + object.at("/metadata/name").stringValue(), object);
        return object.toString();
    }

    private String merge(String path, byte[] patch) {
        return objects.compute(
                        path, (at, object) -> JSON.readerForUpdating(object).readValue(patch))
                .toString();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String kinds(String group, Map<String, String> kindsByName) {
        String kind =
                "{\"name\": \"%s\", \"singularName\": \"\", \"namespaced\": true, \"kind\": \"%s\", \"verbs\": [\"get\"]}";
        return kindsByName.entrySet().stream()
                .map(entry -> kind.formatted(entry.getKey(), entry.getValue()))
                .collect(joining(
                        ",",
                        "{\"kind\": \"APIResourceList\", \"groupVersion\": \"" + group + "\", \"resources\": [",
                        "]}"));
    }
}
