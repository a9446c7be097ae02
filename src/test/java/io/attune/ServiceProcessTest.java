package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, with a small heap, on its embedded database. The test that kills it comes last. */
@ProcessTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceProcessTest {

    private static final int HEAP_MIB = 160;
    private static final long GIBIBYTE = 1 << 30; // the largest file that is taken unless a setting says otherwise
    private static final String ROW = "{\"prompt\": \"a\", \"completion\": \"b\"}\n";
    private static final String LONG_ROW = ROW.replace("a", "x".repeat(1025 - ROW.length())); // 1,024 bytes

    @TempDir
    static Path data;

    private static LiveService service;

    @BeforeAll
    static void start() throws Exception {
        service = new LiveService(data, HEAP_MIB + "m", "api").start();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        assertThat(data.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void aFileManyTimesTheHeapIsTakenAtOnce() {
        Answer created = service.api().uploadRepeated(LONG_ROW, GIBIBYTE);
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().required("bytes").asLong()).isEqualTo(GIBIBYTE);
    }

    @Test
    void aFileManyTimesTheHeapIsTakenInParts() throws Exception {
        ApiClient api = service.api();
        Answer created = api.post("/v1/uploads", """
                {"filename": "a.jsonl", "purpose": "fine-tune", "bytes": %d, "mime_type": "application/jsonl"}""".formatted(GIBIBYTE));
        String upload = "/v1/uploads/" + created.json().required("id").asString();
        int size = (64 << 20) - 100; // cuts rows
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        List<String> ids = new ArrayList<>();
        for (long from = 0; from < GIBIBYTE; from += size) {
            byte[] part = rows(from, (int) Math.min(size, GIBIBYTE - from));
            md5.update(part);
            ids.add(addPart(api, upload, part));
        }
        assertThat(ids).hasSize(17);

        Answer completed = api.post(
                upload + "/complete",
                "{\"part_ids\": [\"" + String.join("\", \"", ids) + "\"], \"md5\": \""
                        + HexFormat.of().formatHex(md5.digest()) + "\"}");

        assertThat(completed.status()).as(completed.body()).isEqualTo(200);
        assertThat(completed.json().required("file").required("bytes").asLong()).isEqualTo(GIBIBYTE);
    }

    private static String addPart(ApiClient api, String upload, byte[] part) {
        Answer added = api.send(
                "POST",
                upload + "/parts",
                "multipart/form-data; boundary=tests-boundary",
                HttpRequest.BodyPublishers.concat(
                        HttpRequest.BodyPublishers.ofString(ApiClient.fileHead("data", "part")),
                        HttpRequest.BodyPublishers.ofByteArray(part),
                        HttpRequest.BodyPublishers.ofString("\r\n--tests-boundary--\r\n")));
        assertThat(added.status()).as(added.body()).isEqualTo(200);
        return added.json().required("id").asString();
    }

    /** A piece of a file that is the long row over and over. */
    private static byte[] rows(long from, int length) {
        byte[] row = LONG_ROW.getBytes(StandardCharsets.US_ASCII);
        byte[] piece = new byte[length];
        for (int i = 0; i < length; i++) {
            piece[i] = row[(int) ((from + i) % row.length)];
        }
        return piece;
    }

    /** By kill -9 of the database, of the service, and of both. */
    @Test
    @Order(Integer.MAX_VALUE)
    void acceptedFilesOutliveTheServiceAndItsDatabase() throws Exception {
        ApiClient api = service.api();
        String first = upload(api, "first");

        LiveService.kill(service.database());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> api.get("/v1/files/" + first).status() == 200);
        String second = upload(api, "second");

        service.killService();
        ApiClient again = service.start().api();
        String third = upload(again, "third");

        ProcessHandle database = service.database();
        service.killService();
        LiveService.kill(database);
        ApiClient last = service.start().api();
        assertThat(last.get("/v1/files/" + first + "/content").body()).isEqualTo(ROW.replace("a", "first"));
        assertThat(last.get("/v1/files/" + second + "/content").body()).isEqualTo(ROW.replace("a", "second"));
        assertThat(last.get("/v1/files/" + third + "/content").body()).isEqualTo(ROW.replace("a", "third"));
    }

    private static String upload(ApiClient api, String prompt) {
        Answer created = api.upload(
                ApiClient.field("purpose", "fine-tune"),
                ApiClient.file("file", "rows.jsonl", ROW.replace("a", prompt)));
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        return created.json().required("id").asString();
    }
}
