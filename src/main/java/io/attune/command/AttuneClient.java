package io.attune.command;

import io.attune.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes the calls of the API that commands need, as any client does. */
final class AttuneClient {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final URI address;
    private final String key;

    /** @param key the API key, or null if it is not known yet */
    AttuneClient(URI address, String key) {
        this.address = address;
        this.key = key;
    }

    URI address() {
        return address;
    }

    boolean isReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(address.resolve("/actuator/health/readiness"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Uploads a JSONL file and returns its id. */
    String upload(Path file) throws IOException, InterruptedException {
        String boundary = "attune-" + Long.toHexString(System.nanoTime());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--"
                        + boundary
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + file.getFileName()
                        + "\"\r\nContent-Type: application/jsonl\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(Files.readAllBytes(file));
        body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        HttpRequest request = request("/v1/files")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        return json(request).get("id").asString();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json(request(path).GET().build());
    }

    JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return json(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build());
    }

    /** Returns the path of a file's bytes. */
    static String contentPath(String fileId) {
        return "/v1/files/" + fileId + "/content";
    }

    /** Returns the text at a path. */
    String text(String path) throws IOException, InterruptedException {
        try (InputStream in = open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Unpacks the zip file at a path into a folder. */
    void unzip(String path, Path folder) throws IOException, InterruptedException {
        try (ZipInputStream zip = new ZipInputStream(open(path))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("the archive has an entry outside of itself: " + entry.getName());
                }
                Files.createDirectories(target.getParent());
                Files.copy(zip, target);
            }
        }
    }

    private InputStream open(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(request(path).GET().build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                throw new IOException("GET " + address.resolve(path) + ": "
                        + problem(response.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "Bearer " + key);
    }

    private JsonNode json(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                    request.method() + " " + request.uri() + ": " + problem(response.statusCode(), response.body()));
        }
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
            throw new IOException(
                    request.method() + " " + request.uri() + " was answered by what is not JSON: "
                            + StrictJson.problem(body),
                    e);
        }
    }

    private static String problem(int status, String body) {
        return status + " " + body.lines().findFirst().orElse("");
    }
}
