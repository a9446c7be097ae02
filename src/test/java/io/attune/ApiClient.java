package io.attune;

import io.attune.contract.Contract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks to a service as a stranger would, and holds every answer against the contract. */
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

    /** The bytes of an answer that has to be 200. */
    public byte[] bytes(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .header("Authorization", "Bearer " + key)
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            check("GET", path, answer, new String(answer.body(), StandardCharsets.UTF_8));
            if (answer.statusCode() != 200) {
                throw new AssertionError(path + " answers " + answer.statusCode());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
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

    /** Uploads a file that repeats a row until it has {@code length} bytes; it is made while it is sent. */
    public Answer uploadRepeated(String row, long length) {
        byte[] bytes = row.getBytes(StandardCharsets.UTF_8);
        InputStream head = stream(field("purpose", "fine-tune") + fileHead("file", "repeated.jsonl"));
        InputStream tail = stream("\r\n--" + BOUNDARY + "--\r\n");
        return send(
                "POST",
                "/v1/files",
                "multipart/form-data; boundary=" + BOUNDARY,
                HttpRequest.BodyPublishers.ofInputStream(() -> new SequenceInputStream(
                        Collections.enumeration(List.of(head, new Repeated(bytes, length / bytes.length), tail)))));
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same bytes over and over, without holding them all. */
    private static final class Repeated extends InputStream {

        private final byte[] bytes;
        private long left;
        private int place;

        Repeated(byte[] bytes, long times) {
            this.bytes = bytes;
            this.left = times * bytes.length;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(Math.min(length, bytes.length - place), left);
            System.arraycopy(bytes, place, target, offset, count);
            place = (place + count) % bytes.length;
            left -= count;
            return count;
        }
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

    /** Every answer fits the contract and names its request. */
    private static void check(String method, String path, HttpResponse<?> answer, String body) {
        HttpHeaders headers = answer.headers();
        Contract.check(
                method,
                path,
                answer.statusCode(),
                headers.firstValue("Content-Type").orElse(null),
                body);
        if (headers.firstValue("x-request-id")
                .filter(id -> id.startsWith("req_"))
                .isEmpty()) {
            throw new AssertionError(method + " " + path + " answers without an x-request-id");
        }
    }

    public Answer send(
            String method, String path, String contentType, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + path)).method(method, body);
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
            check(method, path, answer, answer.body());
            return new Answer(answer.statusCode(), answer.headers(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
