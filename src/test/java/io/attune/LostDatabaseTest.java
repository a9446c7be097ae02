package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The embedded PostgreSQL is killed under a service that works: it comes back with its data, as often as need be, or the service says why not. */
@ProcessTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LostDatabaseTest {

    private static final String ROW = "{\"prompt\": \"a\", \"completion\": \"b\"}\n";

    @TempDir
    static Path data;

    private static LiveService service;

    @BeforeAll
    static void start() throws Exception {
        service = new LiveService(data, "512m", "api").start();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    @Order(1)
    void itComesBackWithItsDataAsOftenAsItIsKilled() throws Exception {
        String file = upload();
        for (int times = 0; times < 3; times++) {
            ProcessHandle killed = service.database();
            LiveService.kill(killed);
            assertThat(goesOn(file)).isNotEqualTo(killed.pid());
        }
    }

    @Test
    @Order(2)
    void oneOfItsProcessesIsKilled() throws Exception {
        String file = upload();
        long before = service.database().pid();
        ProcessHandle backend = service.database()
                .children()
                .filter(child -> title(child).contains("attune 127.0.0.1"))
                .findFirst()
                .orElseThrow();
        LiveService.kill(backend);
        assertThat(goesOn(file)).isEqualTo(before);
    }

    /** While the server does not answer, though it is there. */
    @Test
    @Order(3)
    void requestsGetAClearAnswerSoonAsLongAsItIsAway() throws Exception {
        String file = upload();
        ProcessHandle server = service.database();
        service.api().get("/v1/files"); // what was used a moment ago is not looked at again
        signal(server, "STOP");
        server.children().forEach(child -> signal(child, "KILL"));
        try {
            Answer answer = service.api().get("/v1/files/" + file);
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.error("code")).isEqualTo("database_unavailable");
            assertThat(answer.error("type")).isEqualTo("server_error");
            assertThat(answer.header("x-should-retry")).isNotEqualTo("false");
            Answer ready = service.api().get("/actuator/health/readiness");
            assertThat(ready.status()).as(ready.body()).isEqualTo(503);
            assertThat(ready.json().at("/components/db/status").asString()).isEqualTo("DOWN");
            assertThat(service.api().get("/actuator/health/liveness").status()).isEqualTo(200);
        } finally {
            signal(server, "CONT");
        }
        goesOn(file);
        assertThat(service.api().get("/actuator/health/readiness").status()).isEqualTo(200);
    }

    @Test
    @Order(4)
    void aSecondServiceOnTheFolderIsRefusedAndAKilledOnesDatabaseIsTakenOver() throws Exception {
        String file = upload();
        assertThat(outputOfASecondService())
                .contains("The data folder " + data + " is in use by another Attune service (process " + service.pid()
                        + ")")
                .contains("ATTUNE_DATA")
                .doesNotContain("\tat ");
        assertThat(service.api().get("/v1/files/" + file).status()).isEqualTo(200);

        service.killService();
        ProcessHandle left = service.database();
        assertThat(left.isAlive()).isTrue();
        service.start();
        assertThat(left.isAlive()).isFalse();
        goesOn(file);
    }

    @Test
    @Order(5)
    void aServiceWhoseDatabaseIsDamagedEndsAndSaysSo() throws Exception {
        Path control = data.resolve("postgres/cluster/global/pg_control");
        Path aside = data.resolve("pg_control");
        Files.move(control, aside);
        ProcessHandle running = ProcessHandle.of(service.pid()).orElseThrow();
        LiveService.kill(service.database());

        running.onExit().get(90, TimeUnit.SECONDS);
        assertThat(outputOfASecondService())
                .contains("The database in " + data.toRealPath().resolve("postgres/cluster")
                        + " is damaged: global/pg_control is missing.")
                .contains("Put back a copy")
                .doesNotContain("\tat ");

        Files.move(aside, control);
        service.start();
        assertThat(service.api().get("/v1/files").json().get("data").size()).isEqualTo(4);
    }

    /** Every answer until then is right or says that the database is away. @return the server's process id */
    private static long goesOn(String file) throws IOException {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    Answer answer = service.api().get("/v1/files/" + file);
                    if (answer.status() != 200) {
                        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                        assertThat(answer.error("code")).isEqualTo("database_unavailable");
                    }
                    return answer.status() == 200;
                });
        assertThat(service.api().get("/v1/files/" + file + "/content").body()).isEqualTo(ROW);
        return service.database().pid();
    }

    private static String outputOfASecondService() throws Exception {
        List<String> line = new ArrayList<>(Installation.current().java());
        line.addAll(List.of(AttuneApplication.class.getName(), "--server.port=0"));
        ProcessBuilder second = new ProcessBuilder(line).redirectErrorStream(true);
        second.environment().put("ATTUNE_DATA", data.toString());
        Process process = second.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        return output;
    }

    private static String upload() {
        Answer created = service.api()
                .upload(ApiClient.field("purpose", "fine-tune"), ApiClient.file("file", "rows.jsonl", ROW));
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        return created.json().required("id").asString();
    }

    private static void signal(ProcessHandle process, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String title(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return ""; // gone meanwhile
        }
    }
}
