package io.attune;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks to a service as a stranger would. */
public final class ApiClient {

    /** An answer; {@link #json()} reads its body. */
    public record Answer(int status, HttpHeaders headers, String body) {

        public JsonNode json() {
            return JSON.readTree(body);
        }

        public String header(String name) {
            return headers.firstValue(name).orElse(null);
        }

        /** The error object's field. */
        public String error(String field) {
            return json().required("error").required(field).asString(null);
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BOUNDARY = "tests-boundary";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;
    private final String key;

    public ApiClient(int port) {
        this(port, PostgresForTests.ADMIN_KEY);
    }

    /** @param key the API key, or null to send none */
    public ApiClient(int port, String key) {
        this.address = "http://127.0.0.1:" + port;
        this.key = key;
    }

    public Answer get(String path) {
        return send("GET", path, null, HttpRequest.BodyPublishers.noBody());
    }

    public Answer delete(String path) {
        return send("DELETE", path, null, HttpRequest.BodyPublishers.noBody());
    }

    public Answer post(String path, String json) {
        return send("POST", path, "application/json", HttpRequest.BodyPublishers.ofString(json));
    }

    /** Sends parts made by {@link #field} and {@link #file}, in this order. */
    public Answer upload(String... parts) {
        return send(
                "POST",
                "/v1/files",
                "multipart/form-data; boundary=" + BOUNDARY,
                HttpRequest.BodyPublishers.ofString(String.join("", parts) + "--" + BOUNDARY + "--\r\n"));
    }

    public static String field(String name, String value) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    public static String file(String name, String filename, String content) {
        return fileHead(name, filename) + content + "\r\n";
    }

    /** What goes before the bytes of a file part. */
    public static String fileHead(String name, String filename) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + filename
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    }

    public Answer send(String method, String path, String contentType, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path)).method(method, body);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(answer.statusCode(), answer.headers(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
