package io.attune.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.api.idempotency.Idempotent;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What goes wrong inside, not in the request: a defect, or a database that is away. */
@ServiceTest
@Import(BrokenServiceTest.Defects.class)
@TestPropertySource(properties = "spring.datasource.hikari.connection-timeout=2000")
@ExtendWith(OutputCaptureExtension.class)
class BrokenServiceTest {

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private JdbcConnectionDetails database;

    @TestConfiguration(proxyBeanMethods = false)
    static class Defects {

        /** Endpoints that fail, each in its own way. */
        @Hidden
        @RestController
        static class Endpoints {

            private final JdbcClient jdbc;
            private final TransactionTemplate transaction;

            Endpoints(JdbcClient jdbc, PlatformTransactionManager transactions) {
                this.jdbc = jdbc;
                this.transaction = new TransactionTemplate(transactions);
            }

            @Idempotent
            @RequestMapping("/v1/defect/exception")
            String exception() {
                throw new IllegalStateException("a secret of the inside");
            }

            @Idempotent
            @RequestMapping("/v1/defect/error")
            String error() {
                throw new StackOverflowError("a secret of the inside");
            }

            @Idempotent
            @RequestMapping("/v1/defect/sql")
            String sql() {
                return jdbc.sql("select 'a secret of the inside' from nothing")
                        .query(String.class)
                        .single();
            }

            @Idempotent
            @RequestMapping("/v1/defect/json")
            Object json() {
                return new Object() {
                    public String getName() {
                        throw new IllegalStateException("a secret of the inside");
                    }
                };
            }

            /** Says that all is well, though a part of it has failed. */
            @Idempotent
            @RequestMapping("/v1/defect/rollback")
            String rollback() {
                jdbc.sql("insert into project (id, name) values ('half', 'a secret of the inside')")
                        .update();
                try {
                    transaction.executeWithoutResult(status -> {
                        throw new IllegalStateException("a part");
                    });
                } catch (IllegalStateException e) {
                    return "{}";
                }
                return null;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, exception",
        "POST, exception",
        "DELETE, exception",
        "GET, error",
        "POST, error",
        "GET, sql",
        "POST, sql",
        "GET, json",
        "POST, json",
        "POST, rollback"
    })
    void aDefectIsA500ThatTellsNothingButIsInTheLogUnderBothRequestIds(
            String method, String path, CapturedOutput output) {
        Answer answer = new ApiClient(port)
                .send(
                        method,
                        "/v1/defect/" + path,
                        null,
                        HttpRequest.BodyPublishers.noBody(),
                        "X-Client-Request-Id",
                        "trace-1");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.error("type")).isEqualTo("server_error");
        assertThat(answer.error("code")).isEqualTo("server_error");
        assertThat(answer.json().required("error").propertyNames())
                .containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(answer.body()).doesNotContain("secret");
        assertThat(answer.header("X-Client-Request-Id")).isNull();
        assertThat(output.getOut()).contains("[" + answer.header("x-request-id") + " trace-1]");
        assertThat(jdbc.sql("select count(*) from project where id = 'half'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aDatabaseThatIsAwayIsA503UntilItIsBack() throws SQLException {
        String name = jdbc.sql("select current_database()").query(String.class).single();
        String server = database.getJdbcUrl().replaceFirst("/" + name + "(?=$|\\?)", "/postgres");
        try (Connection connection =
                        DriverManager.getConnection(server, database.getUsername(), database.getPassword());
                Statement sql = connection.createStatement()) {
            sql.execute("alter database " + name + " allow_connections false");
            try {
                sql.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
                ApiClient client = new ApiClient(port);
                assertUnavailable(client.get("/v1/files"));
                assertUnavailable(client.get("/v1/fine_tuning/jobs"));
                assertUnavailable(client.post("/v1/fine_tuning/jobs", "{}"));
                assertUnavailable(client.delete("/v1/files/file-1"));
                assertUnavailable(new ApiClient(port, "sk-attune-someone-else").get("/v1/files"));
            } finally {
                sql.execute("alter database " + name + " allow_connections true");
            }
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> new ApiClient(port).get("/v1/files").status() == 200);
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.error("code")).isEqualTo("database_unavailable");
        assertThat(answer.error("type")).isEqualTo("server_error");
        assertThat(answer.header("x-request-id")).startsWith("req_");
    }
}
