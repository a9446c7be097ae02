package io.attune.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.PostgresForTests;
import io.attune.storage.DataFolder;
import io.attune.storage.S3Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Files of a service whose artifacts lie in S3. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "attune.roles=api")
@Import(PostgresForTests.class)
class RemoteStoreTest {

    private static final S3Server SERVER = new S3Server();

    @LocalServerPort
    private int port;

    @Autowired
    private DataFolder data;

    @Autowired
    private JdbcClient jdbc;

    @DynamicPropertySource
    static void store(DynamicPropertyRegistry settings) {
        settings.add("attune.store", () -> "s3://" + S3Server.BUCKET + "/attune");
        settings.add("attune.s3.endpoint", SERVER::endpoint);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void aFileLiesInTheBucketAndComesBackWholeAndInRanges() throws Exception {
        String rows = rows(5000);
        String id = uploaded(rows).json().required("id").asString();
        assertThat(SERVER.keys())
                .isNotEmpty()
                .allMatch(key -> key.matches("attune/(store-id|blobs/[0-9a-f]{2}/[0-9a-f]{64})"));
        assertThat(filesIn(data.blobs())).isZero();
        assertThat(filesIn(data.incoming())).isZero();

        byte[] bytes = rows.getBytes(StandardCharsets.UTF_8);
        assertThat(content(id, null).body()).isEqualTo(bytes);
        HttpResponse<byte[]> middle = content(id, "bytes=100-199");
        assertThat(middle.statusCode()).isEqualTo(206);
        assertThat(middle.headers().firstValue("content-range")).hasValue("bytes 100-199/" + bytes.length);
        assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(bytes, 100, 200));
        assertThat(content(id, "bytes=-7").body()).isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 7, bytes.length));
        assertThat(content(id, "bytes=" + (bytes.length - 1) + "-").body())
                .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 1, bytes.length));
        assertThat(content(id, "bytes=" + bytes.length + "-").statusCode()).isEqualTo(416);
        assertThat(filesIn(data.cache())).as("streamed, not fetched").isZero();
    }

    @Test
    void anAbsentStoreIsSaidInTheErrorAndNothingIsLeftBehind() throws Exception {
        String rows = rows(10);
        String id = uploaded(rows).json().required("id").asString();
        long files = count();
        SERVER.stop();
        try {
            Answer refused = upload(rows(11));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.error("code")).isEqualTo("store_unavailable");
            assertThat(refused.error("type")).isEqualTo("server_error");
            assertThat(refused.header("x-should-retry")).isNotEqualTo("false");
            assertThat(content(id, null).statusCode()).isEqualTo(503);
            assertThat(content(id, "bytes=0-1").statusCode()).isEqualTo(503);
            assertThat(client().get("/v1/files/" + id).status()).isEqualTo(200);
            assertThat(count()).isEqualTo(files);
            assertThat(filesIn(data.incoming())).isZero();
        } finally {
            SERVER.start();
        }
        assertThat(content(id, null).body()).isEqualTo(rows.getBytes(StandardCharsets.UTF_8));
        assertThat(upload(rows(11)).status()).isEqualTo(200);
    }

    private ApiClient client() {
        return new ApiClient(port);
    }

    private Answer upload(String rows) {
        return client().upload(ApiClient.field("purpose", "fine-tune"), ApiClient.file("file", "rows.jsonl", rows));
    }

    private Answer uploaded(String rows) {
        Answer answer = upload(rows);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private HttpResponse<byte[]> content(String id, String range) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/v1/files/" + id + "/content"))
                .header("Authorization", "Bearer " + PostgresForTests.ADMIN_KEY);
        if (range != null) {
            request.header("Range", range);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private long count() {
        return jdbc.sql("select count(*) from file").query(Long.class).single();
    }

    private static long filesIn(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static String rows(int count) {
        String row = "{\"prompt\": \"" + UUID.randomUUID() + "\", \"completion\": \"yes\"}\n";
        return row.repeat(count);
    }
}
