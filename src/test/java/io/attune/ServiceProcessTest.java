package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, with a small heap, on its embedded database. */
class ServiceProcessTest {

    private static final int HEAP_MIB = 160;
    private static final String ROW = "{\"prompt\": \"a\", \"completion\": \"b\"}\n";

    @TempDir
    private Path data;

    private LiveService service;

    @BeforeEach
    void start() throws Exception {
        service = new LiveService(data, HEAP_MIB + "m", "api").start();
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        assertThat(data.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void anUploadLargerThanTheHeapIsTaken() throws Exception {
        long heap = (long) HEAP_MIB << 20;
        Answer created = service.api().uploadRepeated(ROW.replace("a", "x".repeat(1000)), 3 * heap);
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().required("bytes").asLong()).isGreaterThan(2 * heap);
    }

    /** By kill -9 of the database, of the service, and of both. */
    @Test
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
