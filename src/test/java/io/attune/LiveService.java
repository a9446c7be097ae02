package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The whole program as a process of its own on a data folder, with embedded PostgreSQL and real trainers. It has all roles,
 * unless a test says otherwise. Closing kills what is left of it.
 */
public final class LiveService implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Duration LONGEST_JOB = Duration.ofMinutes(4);

    private final Path data;
    private final String heap;
    private final String roles;
    private final Map<String, String> settings = new HashMap<>();
    private String limit = "unlimited"; // in KiB
    private Process process;
    private int port;
    private ApiClient api;

    public LiveService(Path data) {
        this(data, "512m", "api,worker");
    }

    /** @param heap as after {@code -Xmx} */
    LiveService(Path data, String heap, String roles) {
        this.data = data;
        this.heap = heap;
        this.roles = roles;
    }

    /** Starts it later with this environment variable. */
    public LiveService with(String variable, String value) {
        settings.put(variable, value);
        return this;
    }

    /** Starts it later with so much memory of their own for each of its processes, its trainers among them. */
    LiveService limitedTo(int mebibytes) {
        limit = Integer.toString(mebibytes << 10);
        return this;
    }

    public LiveService start() throws IOException {
        Installation installation = Installation.current();
        installation.prepare(data);
        if (!settings.containsKey("SPRING_DATASOURCE_URL")) {
            installation.prepareDatabase(data.resolve("postgres"));
        }
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -d " + limit + "; exec \"$0\" \"$@\""));
        command.addAll(installation.java("-Xmx" + heap));
        command.addAll(List.of(AttuneApplication.class.getName(), "--server.port=0"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ATTUNE_DATA", data.toString());
        builder.environment().put("ATTUNE_ADMIN_KEY", PostgresForTests.ADMIN_KEY);
        builder.environment().put("ATTUNE_DEVICES", "cpu");
        builder.environment().put("ATTUNE_ROLES", roles);
        builder.environment().putAll(settings);
        process = builder.start();
        BufferedReader output = process.inputReader();
        StringBuilder log = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            log.append(line).append('\n');
            Matcher started = ADDRESS.matcher(line);
            if (started.find()) {
                Thread reader = new Thread(() -> copy(output), "service-log");
                reader.setDaemon(true);
                reader.start();
                port = Integer.parseInt(started.group(1));
                api = new ApiClient(port);
                return this;
            }
        }
        throw new AssertionError("the service did not start:\n" + log);
    }

    private static void copy(BufferedReader output) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println(line);
            }
        } catch (IOException e) {
            System.out.println("(the service's output ended: " + e.getMessage() + ")"); // it was killed
        }
    }

    ApiClient api() {
        return api;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    String upload(Path file) throws IOException {
        Answer created = api.upload(
                ApiClient.field("purpose", "fine-tune"),
                ApiClient.file("file", file.getFileName().toString(), Files.readString(file)));
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        return created.json().required("id").asString();
    }

    /** Creates a job and returns its id. */
    String create(String json) {
        Answer created = api.post("/v1/fine_tuning/jobs", json);
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        return created.json().required("id").asString();
    }

    JsonNode job(String id) {
        Answer answer = api.get("/v1/fine_tuning/jobs/" + id);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /** Waits until the job's trainer has done some steps. */
    void awaitSteps(String id, int steps) {
        await().atMost(LONGEST_JOB).pollInterval(Duration.ofMillis(200)).until(() -> {
            JsonNode job = job(id);
            assertThat(job.get("status").asString()).isIn("validating_files", "queued", "running");
            return job.path("progress").path("step").asInt(0) >= steps;
        });
    }

    JsonNode awaitEnd(String id) {
        return await().atMost(LONGEST_JOB)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions() // the service may be away for a moment
                .until(() -> job(id), job -> !job.get("finished_at").isNull());
    }

    List<JsonNode> events(String id) {
        Answer answer = api.get("/v1/fine_tuning/jobs/" + id + "/events?limit=100");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("data").valueStream().toList();
    }

    /** Trainers of this data folder that live, whoever their parent is. */
    List<ProcessHandle> trainers() {
        return ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .filter(handle -> commandLine(handle).contains("TrainerMain")
                        && commandLine(handle).contains(data.toString()))
                .toList();
    }

    private static String commandLine(ProcessHandle handle) {
        try {
            return Files.readString(Path.of("/proc/" + handle.pid() + "/cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return ""; // gone meanwhile
        }
    }

    ProcessHandle trainer() {
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> trainers().stream().findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    ProcessHandle database() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid"))
                .get(0)
                .strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    static void kill(ProcessHandle handle) throws Exception {
        handle.destroyForcibly(); // SIGKILL
        handle.onExit().get(20, TimeUnit.SECONDS);
    }

    void killService() throws Exception {
        kill(process.toHandle());
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(2, TimeUnit.MINUTES)) { // its trainers save what they have
            killService();
        }
    }
}
