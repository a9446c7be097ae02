package io.attune.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.disk.Disks;
import io.attune.storage.DataFolder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A service whose disks are full, and have room again. */
@ServiceTest
@Import(FullDiskTest.SmallDisks.class)
class FullDiskTest {

    private static final long MB = 1_000_000;
    private static final String ROW = "{\"prompt\": \"a\", \"completion\": \"b\"}\n";

    /** Bytes that are free. */
    private static final AtomicLong FREE = new AtomicLong();

    @LocalServerPort
    private int port;

    @Autowired
    private DataFolder data;

    @Autowired
    private JdbcClient jdbc;

    private ApiClient api;

    @TestConfiguration(proxyBeanMethods = false)
    static class SmallDisks {

        @Bean
        @Primary
        Disks smallDisks(DataFolder data) {
            return new Disks(List.of(data.root()), 64 * MB, folder -> FREE.get());
        }
    }

    @BeforeEach
    void connect() {
        api = new ApiClient(port);
        FREE.set(1000 * MB);
    }

    @Test
    void anUploadIsRefusedWithTheFolderAndWhatIsFreeAndNothingOfItStays() throws IOException {
        FREE.set(3 * MB);
        assertNoSpace(upload());
        assertNoSpace(api.uploadRepeated(ROW, 40 * MB));
        assertThat(incoming()).isEmpty();

        FREE.set(65 * MB);
        assertThat(upload().status()).isEqualTo(200);
    }

    @Test
    void aPartIsRefusedAndTheUploadGoesOnWhenThereIsRoom() {
        String upload = api.post(
                        "/v1/uploads",
                        "{\"purpose\": \"fine-tune\", \"filename\": \"a.jsonl\", \"mime_type\": \"text/jsonl\", \"bytes\": "
                                + ROW.length() + "}")
                .json()
                .required("id")
                .asString();
        FREE.set(3 * MB);
        assertNoSpace(part(upload));
        FREE.set(100 * MB);
        Answer part = part(upload);
        assertThat(part.status()).as(part.body()).isEqualTo(200);
    }

    @Test
    void aCallThatTheDatabaseHasNoRoomForSaysSo() {
        jdbc.sql("""
                create function full_disk() returns trigger language plpgsql as
                $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$""").update();
        jdbc.sql("create trigger full_disk before insert on upload for each row execute function full_disk()")
                .update();
        try {
            Answer refused = api.post(
                    "/v1/uploads",
                    "{\"purpose\": \"fine-tune\", \"filename\": \"a.jsonl\", \"mime_type\": \"text/jsonl\", \"bytes\": 1}");
            assertThat(refused.status()).as(refused.body()).isEqualTo(507);
            assertThat(refused.error("code")).isEqualTo("no_space");
            assertThat(refused.error("message")).startsWith("The database's disk is full.");
        } finally {
            jdbc.sql("drop function full_disk cascade").update();
        }
    }

    @Test
    void theServiceIsNotReadyWhileADiskIsFullAndIsReadyByItselfAfterwards() {
        FREE.set(63 * MB);
        JsonNode probe = probe("readiness", 503);
        assertThat(probe.required("components")
                        .required("space")
                        .required("status")
                        .asString())
                .isEqualTo("DOWN");
        assertThat(probe.required("components")
                        .required("db")
                        .required("status")
                        .asString())
                .isEqualTo("UP");
        probe("liveness", 200);

        FREE.set(64 * MB);
        probe("readiness", 200);
    }

    private JsonNode probe(String name, int status) {
        Answer probe = api.get("/actuator/health/" + name);
        assertThat(probe.status()).as(probe.body()).isEqualTo(status);
        return probe.json();
    }

    private Answer upload() {
        return api.upload(ApiClient.field("purpose", "fine-tune"), ApiClient.file("file", "rows.jsonl", ROW));
    }

    private Answer part(String upload) {
        return api.send(
                "POST",
                "/v1/uploads/" + upload + "/parts",
                "multipart/form-data; boundary=tests-boundary",
                HttpRequest.BodyPublishers.ofString(ApiClient.file("data", "part", ROW) + "--tests-boundary--\r\n"));
    }

    private void assertNoSpace(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(507);
        assertThat(answer.error("type")).isEqualTo("server_error");
        assertThat(answer.error("code")).isEqualTo("no_space");
        assertThat(answer.error("message"))
                .startsWith("The disk of " + data.incoming() + " is full: 3.0 MB are free, and 64.0 MB are needed.");
        assertThat(answer.header("x-should-retry")).isEqualTo("false");
    }

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(data.incoming())) {
            return files.toList();
        }
    }
}
