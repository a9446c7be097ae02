package io.attune.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.PostgresForTests;
import io.attune.ServiceTest;
import io.attune.storage.DataFolder;
import io.attune.storage.StorageException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServiceTest
class KeysTest {

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"wrong", "sk-attune-unknown-secret", "sk-attune-", "x"})
    void withoutARightKeyNothingUnderV1Answers(String key) {
        for (String path :
                new String[] {"/v1/files", "/v1/models", "/v1/models/a", "/v1/fine_tuning/jobs", "/v1/nothing"}) {
            Answer refused = new ApiClient(port, key).get(path);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.error("code")).isEqualTo("invalid_api_key");
            assertThat(refused.error("type")).isEqualTo("invalid_request_error");
            assertThat(refused.error("message"))
                    .contains(key == null ? "did not provide an API key" : "Incorrect API key");
            assertThat(refused.header("x-request-id")).startsWith("req_");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v3/api-docs",
                "/v3/api-docs.yaml",
                "/docs",
                "/swagger-ui/index.html",
                "/actuator/health/liveness",
                "/actuator/health/readiness"
            })
    void theDescriptionAndTheHealthProbesAreOpen(String path) {
        assertThat(new ApiClient(port, null).get(path).status()).isIn(200, 302);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer %s", "bearer %s", "BEARER   %s "})
    void aKeyIsReadHoweverItsSchemeIsWritten(String header) {
        assertThat(listFiles("Authorization", header.formatted(PostgresForTests.ADMIN_KEY))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "Basic %s", "Bearer", "Bearer%s", "Bearer %s %s", "Token %s"})
    void anotherSchemeIsNoKey(String header) {
        Answer refused =
                listFiles("Authorization", header.formatted(PostgresForTests.ADMIN_KEY, PostgresForTests.ADMIN_KEY));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @Test
    void organizationAndProjectOfAClientAreNotLookedAt() {
        Answer answer = listFiles(
                "Authorization",
                "Bearer " + PostgresForTests.ADMIN_KEY,
                "OpenAI-Organization",
                "org-nobody",
                "OpenAI-Project",
                "proj_nobody");
        assertThat(answer.status()).isEqualTo(200);
    }

    private Answer listFiles(String... headers) {
        return new ApiClient(port, null).send("GET", "/v1/files", null, HttpRequest.BodyPublishers.noBody(), headers);
    }

    @Test
    void aKeyOfAProjectSeesThatProjectAlone() throws Exception {
        jdbc.sql("insert into project (id, name) values ('other', 'Other') on conflict do nothing")
                .update();
        jdbc.sql("insert into api_key (id, project_id, name, secret_hash) values ('k1', 'other', 'test', :hash)")
                .param("hash", MessageDigest.getInstance("SHA-256").digest("a-secret".getBytes(StandardCharsets.UTF_8)))
                .update();
        String file = new ApiClient(port)
                .upload(
                        ApiClient.field("purpose", "fine-tune"),
                        ApiClient.file("file", "a.jsonl", "{\"prompt\": \"a\", \"completion\": \"b\"}"))
                .json()
                .required("id")
                .asString();

        ApiClient other = new ApiClient(port, "sk-attune-k1-a-secret");

        assertThat(other.get("/v1/files").json().required("data")).isEmpty();
        assertThat(other.get("/v1/files/" + file).status()).isEqualTo(404);
        assertThat(other.delete("/v1/files/" + file).status()).isEqualTo(404);
        assertThat(new ApiClient(port, "sk-attune-k1-another").get("/v1/files").status())
                .isEqualTo(401);
    }

    @Test
    void anAdminKeyIsMadeOnceAndIsItsOwnersAlone(@TempDir Path data) throws IOException {
        DataFolder folder = new DataFolder(data);
        AdminKey made = AdminKey.of("", folder);

        assertThat(made.value()).matches("sk-attune-[0-9A-Za-z]{40}");
        assertThat(AdminKey.of("", folder)).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.adminKey())))
                .isEqualTo("rw-------");
        assertThat(made.toString()).doesNotContain(made.value());
    }

    @Test
    void anAdminKeyThatIsTooShortIsRefusedWithoutShowingIt(@TempDir Path data) {
        assertThatThrownBy(() -> AdminKey.of("hunter2", new DataFolder(data)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("ATTUNE_ADMIN_KEY")
                .hasMessageContaining("16")
                .hasMessageNotContaining("hunter2");
    }
}
