package io.attune.file;

import static io.attune.ApiClient.field;
import static io.attune.ApiClient.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
class FileListTest {

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    private ApiClient api;
    private List<String> newestFirst;

    @BeforeEach
    void uploadFive() {
        api = new ApiClient(port);
        jdbc.sql("update file set deleted_at = now(), blob = null where deleted_at is null")
                .update();
        newestFirst = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Answer created = api.upload(
                    field("purpose", "fine-tune"),
                    file("file", i + ".jsonl", "{\"prompt\": \"" + i + "\", \"completion\": \"x\"}"));
            newestFirst.add(0, created.json().required("id").asString());
        }
    }

    @Test
    void pagesFollowEachOtherFromTheNewestToAnEmptyOne() {
        assertThat(walk("desc")).containsExactlyElementsOf(newestFirst);
    }

    @Test
    void theOldestComeFirstWhenAskedFor() {
        Collections.reverse(newestFirst);
        assertThat(walk("asc")).containsExactlyElementsOf(newestFirst);
    }

    @Test
    void filesOfTheSameInstantAreListedOnceEach() {
        jdbc.sql("update file set created_at = (select max(created_at) from file) where deleted_at is null")
                .update();
        assertThat(walk("desc")).containsExactlyInAnyOrderElementsOf(newestFirst);
    }

    @Test
    void aPageGoesOnAfterAFileThatWasDeletedMeanwhile() {
        api.delete("/v1/files/" + newestFirst.get(1));
        assertThat(ids(api.get("/v1/files?after=" + newestFirst.get(1))))
                .containsExactlyElementsOf(newestFirst.subList(2, 5));
    }

    private void addFiles(int count) {
        jdbc.sql("""
                        insert into file (id, project_id, filename, purpose, bytes, blob, status, created_at)
                        select 'file-many-' || lpad(n::text, 6, '0'), project_id, filename, purpose, bytes, blob, status,
                            created_at - n * interval '1 second'
                        from file, generate_series(1, :count) n where id = :like""").param("count", count).param("like", newestFirst.get(0)).update();
    }

    @Test
    void aPageOfThousandsIsWholeInOrderAndEndsWhereItsLimitIs() {
        addFiles(1200);
        try {
            List<String> all = ids(api.get("/v1/files"));
            assertThat(all).hasSize(1205).doesNotHaveDuplicates();
            for (int limit : new int[] {1, 499, 500, 501, 999, 1000, 1001, 1204, 1205, 1206}) {
                JsonNode page = api.get("/v1/files?limit=" + limit).json();
                assertThat(page.required("data").size()).as("limit %d", limit).isEqualTo(Math.min(limit, 1205));
                assertThat(page.required("has_more").asBoolean())
                        .as("limit %d", limit)
                        .isEqualTo(limit < 1205);
                assertThat(page.required("first_id").asString()).isEqualTo(all.get(0));
                assertThat(page.required("last_id").asString()).isEqualTo(all.get(Math.min(limit, 1205) - 1));
            }
            assertThat(ids(api.get("/v1/files?order=asc"))).containsExactlyElementsOf(reversed(all));
        } finally {
            deleteMany();
        }
    }

    /** More clients than there are connections to the database. */
    @Test
    void fiftyClientsThatListTenThousandFilesAllGetThem() throws Exception {
        addFiles(9_995);
        ExecutorService clients = Executors.newFixedThreadPool(50);
        try {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(clients.submit(() -> api.get("/v1/files")));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
                assertThat(answer.get().json().required("data").size()).isEqualTo(10_000);
            }
        } finally {
            clients.shutdownNow();
            deleteMany();
        }
    }

    private void deleteMany() {
        jdbc.sql("delete from file where id like 'file-many-%'").update();
    }

    private static List<String> reversed(List<String> ids) {
        List<String> reversed = new ArrayList<>(ids);
        Collections.reverse(reversed);
        return reversed;
    }

    @Test
    void onlyFilesOfAPurposeAreListedWhenAskedFor() {
        assertThat(ids(api.get("/v1/files?purpose=fine-tune"))).hasSize(5);
        Answer none = api.get("/v1/files?purpose=fine-tune-results");
        assertThat(none.body())
                .isEqualTo("{\"object\":\"list\",\"data\":[],\"first_id\":\"\",\"last_id\":\"\",\"has_more\":false}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "assistants", "nonsense", ""})
    void aPurposeWithoutFilesHasAnEmptyList(String purpose) {
        assertThat(ids(api.get("/v1/files?purpose=" + purpose))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "purpose=%00, purpose",
        "after=%00, after",
        "limit=%00, limit",
        "order=%00, order",
        "limit=0, limit",
        "limit=10001, limit",
        "limit=ten, limit",
        "order=random, order",
        "after=file-unknown, after"
    })
    void aPageThatCannotBeIsRefusedWithItsParameter(String query, String param) {
        Answer refused = api.get("/v1/files?" + query);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("invalid_value");
        assertThat(refused.error("param")).isEqualTo(param);
    }

    private List<String> walk(String order) {
        List<String> all = new ArrayList<>();
        String after = "";
        for (int page = 0; page < 10; page++) {
            Answer answer = api.get("/v1/files?limit=2&order=" + order + "&after=" + after);
            List<String> ids = ids(answer);
            JsonNode json = answer.json();
            assertThat(json.required("has_more").asBoolean()).isEqualTo(all.size() + ids.size() < 5);
            if (ids.isEmpty()) {
                assertThat(page).as("pages").isEqualTo(3);
                return all;
            }
            assertThat(json.required("first_id").asString()).isEqualTo(ids.get(0));
            assertThat(json.required("last_id").asString()).isEqualTo(ids.get(ids.size() - 1));
            all.addAll(ids);
            after = ids.get(ids.size() - 1);
        }
        throw new AssertionError("the list has no end");
    }

    private static List<String> ids(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        answer.json()
                .required("data")
                .forEach(file -> ids.add(file.required("id").asString()));
        return ids;
    }
}
