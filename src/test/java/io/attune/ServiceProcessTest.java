package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, with a small heap, on its embedded database. */
class ServiceProcessTest {

    private static final Pattern ADDRESS = Pattern.compile("Tomcat started on port (\\d+)");
    private static final long HEAP_BYTES = 160L << 20;
    private static final String ROW = "{\"prompt\": \"a\", \"completion\": \"b\"}\n";

    @TempDir
    private Path data;

    private Process service;

    @AfterEach
    void stop() throws Exception {
        service.destroy();
        assertThat(service.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(data.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void anUploadLargerThanTheHeapIsTaken() throws Exception {
        Answer created = start().uploadRepeated(ROW.replace("a", "x".repeat(1000)), 3 * HEAP_BYTES);
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().required("bytes").asLong()).isGreaterThan(2 * HEAP_BYTES);
    }

    /** By kill -9 of the database, of the service, and of both. */
    @Test
    void acceptedFilesOutliveTheServiceAndItsDatabase() throws Exception {
        ApiClient api = start();
        String first = upload(api, "first");

        kill(database());
        await().atMost(Duration.ofSeconds(60)).until(() -> api.get("/v1/files/" + first).status() == 200);
        String second = upload(api, "second");

        kill(service.toHandle());
        ApiClient again = start();
        String third = upload(again, "third");

        ProcessHandle database = database();
        kill(service.toHandle());
        kill(database);
        ApiClient last = start();
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

    private ApiClient start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_BYTES,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AttuneApplication.class.getName(),
                        "--server.port=0")
                .redirectErrorStream(true);
        builder.environment().put("ATTUNE_DATA", data.toString());
        builder.environment().put("ATTUNE_ADMIN_KEY", PostgresForTests.ADMIN_KEY);
        builder.environment().put("ATTUNE_ROLES", "api");
        service = builder.start();
        BufferedReader output = service.inputReader();
        StringBuilder log = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            log.append(line).append('\n');
            Matcher port = ADDRESS.matcher(line);
            if (port.find()) {
                Thread reader = new Thread(() -> output.lines().forEach(more -> {}));
                reader.setDaemon(true);
                reader.start();
                return new ApiClient(Integer.parseInt(port.group(1)));
            }
        }
        throw new AssertionError("the service did not start:\n" + log);
    }

    private ProcessHandle database() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid")).get(0).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    private static void kill(ProcessHandle process) throws Exception {
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
    }
}
