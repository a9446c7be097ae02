package io.attune.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client that repeats each call until it is answered, as the SDKs do, only longer. */
final class Api {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String BOUNDARY = "chaos-boundary";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final String address;
    private int repeats;

    Api(String address) {
        this.address = address;
    }

    /** Calls that had to be repeated. */
    int repeats() {
        return repeats;
    }

    JsonNode get(String path) throws InterruptedException {
        return JSON.readTree(bytes(path));
    }

    byte[] bytes(String path) throws InterruptedException {
        return answer(request(path).GET());
    }

    /** All things of a list, over its pages. */
    List<JsonNode> all(String path) throws InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        JsonNode page;
        do {
            String after = all.isEmpty()
                    ? ""
                    : "&after=" + all.get(all.size() - 1).required("id").asString();
            page = get(path + "?limit=100" + after);
            page.required("data").forEach(all::add);
        } while (page.required("has_more").asBoolean());
        return all;
    }

    /** @return the job's id */
    String create(Map<String, Object> job) throws InterruptedException {
        return JSON.readTree(answer(request("/v1/fine_tuning/jobs")
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(job)))))
                .required("id")
                .asString();
    }

    /** @return the file's id */
    String upload(Path rows) throws IOException, InterruptedException {
        String form = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--"
                + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + rows.getFileName()
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n" + Files.readString(rows) + "\r\n--" + BOUNDARY
                + "--\r\n";
        return JSON.readTree(answer(request("/v1/files")
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(HttpRequest.BodyPublishers.ofString(form))))
                .required("id")
                .asString();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + Service.ADMIN_KEY);
    }

    private byte[] answer(HttpRequest.Builder builder) throws InterruptedException {
        HttpRequest request = builder.build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last;
        do {
            try {
                HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
                last = answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
                if (answer.statusCode() < 500 && answer.statusCode() != 409 && answer.statusCode() != 429) {
                    throw new IllegalStateException(request.method() + " " + request.uri() + " was answered " + last);
                }
            } catch (IOException e) {
                last = e.toString();
            }
            repeats++;
            TimeUnit.MILLISECONDS.sleep(300);
        } while (System.nanoTime() < deadline);
        throw new IllegalStateException(request.method() + " " + request.uri() + " got no answer: " + last);
    }
}
