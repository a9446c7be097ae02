package io.attune.file;

import static io.attune.ApiClient.field;
import static io.attune.ApiClient.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

@ServiceTest
@TestPropertySource(properties = "attune.max-project-bytes=100KB")
@DirtiesContext
class ProjectQuotaTest {

    private static final int MOST = 100 << 10;

    private final String row = "{\"prompt\": \"" + "a".repeat(30_000) + "\", \"completion\": \"b\"}";

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    private ApiClient api;

    @BeforeEach
    void deleteAll() {
        api = new ApiClient(port);
        jdbc.sql("delete from upload_part").update();
        jdbc.sql("update file set deleted_at = now(), blob = null where deleted_at is null")
                .update();
    }

    private Answer upload() {
        return api.upload(field("purpose", "fine-tune"), file("file", "a.jsonl", row));
    }

    private static void assertFull(Answer refused) {
        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("project_full");
        assertThat(refused.error("message")).contains(Integer.toString(MOST)).contains("Delete files");
        assertThat(refused.header("x-should-retry")).isEqualTo("false");
    }

    @Test
    void aProjectTakesNoMoreThanItMayHoldUntilFilesAreDeleted() {
        String first = upload().json().required("id").asString();
        upload();
        assertThat(upload().status()).isEqualTo(200);
        assertFull(upload());
        api.delete("/v1/files/" + first);
        assertThat(upload().status()).isEqualTo(200);
    }

    @Test
    void partsOfUploadsCountAndTheFileThatIsMadeOfThemDoesNotCountTwice() {
        String announced =
                "{\"filename\": \"a\", \"purpose\": \"fine-tune\", \"mime_type\": \"text/jsonl\", \"bytes\": %d}";
        assertFull(api.post("/v1/uploads", announced.formatted(MOST + 1)));
        String twice = row + "\n" + row;
        String id = api.post("/v1/uploads", announced.formatted(twice.length()))
                .json()
                .required("id")
                .asString();
        Answer part = new Form().bytes("data", twice.getBytes()).post(api, "/v1/uploads/" + id + "/parts");
        assertThat(part.status()).as(part.body()).isEqualTo(200);
        assertFull(new Form().bytes("data", twice.getBytes()).post(api, "/v1/uploads/" + id + "/parts"));
        Answer completed = api.post(
                "/v1/uploads/" + id + "/complete",
                "{\"part_ids\": [\"" + part.json().required("id").asString() + "\"]}");
        assertThat(completed.status()).as(completed.body()).isEqualTo(200);
        assertThat(upload().status()).isEqualTo(200);
        assertFull(upload());
    }

    @Test
    void uploadsAtTheSameTimeDoNotFillItBeyondItsLimit() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(12);
        try {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                answers.add(clients.submit(this::upload));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isIn(200, 400);
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(jdbc.sql("select sum(bytes) from file where deleted_at is null")
                        .query(Long.class)
                        .single())
                .isBetween((long) row.length(), (long) MOST);
    }
}
