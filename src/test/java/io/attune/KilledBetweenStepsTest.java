package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient.Answer;
import io.attune.tales.DemoData;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} of the service exactly between two steps of an upload, a create and a publish: after the restart nothing that was accepted
 * is missing, nothing half is visible, a call that is repeated by its Idempotency-Key has one effect, and what is left over is swept. The
 * tests go on from each other, on one data folder.
 */
@ProcessTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KilledBetweenStepsTest {

    private static final String ROW = "{\"prompt\": \"a\", \"completion\": \"b\"}\n";

    @TempDir
    static Path data;

    @TempDir
    static Path rows;

    private static LiveService service;
    private static LiveDatabase database;
    private static String accepted;
    private static String tales;
    private static String job;
    private static final ExecutorService CLIENTS = Executors.newCachedThreadPool();

    @BeforeAll
    static void start() throws Exception {
        DemoData.write(rows);
        Path few = rows.resolve("few.jsonl");
        Files.write(few, Files.readAllLines(rows.resolve("train.jsonl")).subList(0, 16));
        service = new LiveService(data, "512m", "api").start();
        database = new LiveDatabase(data);
        accepted = id(upload("accepted", "accepted"));
        tales = service.upload(few);
    }

    @AfterAll
    static void stop() throws Exception {
        CLIENTS.shutdownNow();
        service.close();
    }

    /** The bytes have come, in part or as a whole; the rows that make something of them are not there. */
    @Test
    @Order(1)
    void beforeARowIsWritten() throws Exception {
        Calls calls = new Calls("before");
        database.standStillBeforeInsert(1, "file", "true");
        database.standStillBeforeInsert(2, "upload_part", "true");
        database.standStillBeforeInsert(3, "job", "true");
        try (Socket half = halfAnUpload()) {
            calls.send();
            database.awaitStanding(1, 2);
            database.awaitStanding(2, 1);
            database.awaitStanding(3, 1);
            killAndRestart("api");
        }

        assertThat(incoming()).as("bytes that were on their way").isEmpty();
        calls.hadNoEffect();
        calls.haveOneEffectWhenRepeated();
    }

    /** All rows are written, the answer's among them, but not committed. */
    @Test
    @Order(2)
    void beforeTheCommit() throws Exception {
        Calls calls = new Calls("written");
        database.standStillBeforeInsert(1, "recorded_answer", "true");
        calls.send();
        database.awaitStanding(1, 4);
        killAndRestart("api");

        calls.hadNoEffect();
        calls.haveOneEffectWhenRepeated();
    }

    /** Everything is on the disk, but no client was told. */
    @Test
    @Order(3)
    void afterTheCommitBeforeTheAnswer() throws Exception {
        Calls calls = new Calls("committed");
        database.standStillBeforeInsert(
                1, "recorded_answer", "true"); // some calls have a commit of their own before that
        calls.send();
        database.awaitStanding(1, 4);
        database.holdCommits();
        database.letPass(1);
        database.awaitHeldCommits(4);
        killAndRestart("api,worker");

        calls.hadTheirEffect();
        calls.haveOneEffectWhenRepeated();
    }

    /** One job, whose service is killed at one step of the publishing after the other. */
    @Test
    @Order(4)
    void whileAModelIsPublished() throws Exception {
        database.standStillBeforeInsert(1, "blob", "new.size > 100000"); // the zip, not the table of metrics
        job = service.create("""
                {"model": "attune-tales", "training_file": "%s", "seed": 1, "training_type": {"type": "lora", "r": 4},
                 "method": {"type": "supervised", "supervised": {"hyperparameters": {"max_steps": 1, "batch_size": 4}}}}""".formatted(tales));

        database.awaitStanding(1, 1); // its bytes are in the store, their row is not
        String zip = withoutRow().stream()
                .filter(sha256 -> size(sha256) > 100_000)
                .findFirst()
                .orElseThrow();
        killAndRestart("api,worker");
        nothingIsPublished();

        database.holdBlob(zip); // equal runs make equal bytes
        database.awaitWaitingForBlob(); // its bytes are finished, but not in the store
        assertThat(incoming()).anyMatch(bytes -> sha256(bytes).equals(zip));
        database.standStillBeforeInsert(2, "event", "new.message = 'The job has successfully completed'");
        killAndRestartKeepingGates("api,worker");
        nothingIsPublished();

        database.execute("select pg_advisory_lock(2)");
        database.awaitStanding(2, 1); // all of the last transaction is written, but not committed
        killAndRestartKeepingGates("api,worker");
        nothingIsPublished();

        database.execute("select pg_advisory_lock(2)");
        database.awaitStanding(2, 1);
        database.holdCommits();
        database.letPass(2);
        database.awaitHeldCommits(1); // it is committed, but nobody knows, and nothing is tidied up
        assertThat(data.resolve("attempts")).isNotEmptyDirectory();
        killAndRestart("api,worker");

        JsonNode ended = service.job(job);
        assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("succeeded");
        byte[] artifact =
                service.api().bytes("/v1/files/" + ended.get("artifacts").get(0).asString() + "/content");
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(artifact)))
                .isEqualTo(zip);
        assertThat(service.api().get("/v1/models").body())
                .contains(ended.get("fine_tuned_model").asString());
        assertThat(resultFiles()).hasSize(2);
        assertThat(service.events(job))
                .filteredOn(event -> event.get("message").asString().equals("The job has successfully completed"))
                .hasSize(1);
        assertThat(database.number("select count(*) from attempt where job = '" + job + "' and outcome = 'lost'"))
                .isEqualTo(3);
        assertThat(data.resolve("attempts")).isEmptyDirectory();
        assertThat(service.trainers()).isEmpty();
    }

    @Test
    @Order(5)
    void whatIsLeftOverIsSweptWhenItIsOldEnough() throws Exception {
        Path imported = Files.createDirectories(data.resolve("models/.import-killed"));
        Files.writeString(imported.resolve("model.safetensors"), "half");
        Path importing = Files.createDirectories(data.resolve("models/.import-at-work"));
        Files.writeString(importing.resolve("model.safetensors"), "half");
        List<String> before = files();
        service.close();
        Instant old = Instant.now().minus(Duration.ofHours(2));
        for (Path folder : List.of(data.resolve("incoming"), data.resolve("blobs"), imported)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.toList()) {
                    Files.setLastModifiedTime(path, FileTime.from(old));
                }
            }
        }

        service = new LiveService(data, "512m", "api")
                .with("ATTUNE_SWEEP_DELAY", "1s")
                .start();
        database = new LiveDatabase(data);
        database.execute("update blob set created_at = created_at - interval '2 hours'");

        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(incoming()).isEmpty();
            assertThat(withoutRow()).isEmpty();
            assertThat(imported).doesNotExist();
        });
        assertThat(importing).exists();
        assertThat(files()).isEqualTo(before);
        for (String file : before) {
            assertThat(service.api().bytes("/v1/files/" + file + "/content")).isNotEmpty();
        }
        assertThat(database.number("select count(*) from pg_stat_activity where application_name = 'probe'"))
                .isZero();
    }

    /** Four calls that change something, each with its key; the upload in parts began before. */
    private static final class Calls {

        private final String name;
        private final int filesBefore = files().size();
        private final int jobsBefore = jobs().size();
        private final String complete;
        private final String add;
        private final String part;
        private Future<?> last;

        Calls(String name) {
            this.name = name;
            this.complete = newUpload(rows("first-" + name).length());
            this.part = id(addPart(complete, "first-" + name));
            this.add = newUpload(1000);
        }

        void send() {
            CLIENTS.submit(() -> upload(name, name));
            CLIENTS.submit(() -> create(name));
            CLIENTS.submit(() -> addPart(add, "part-" + name));
            last = CLIENTS.submit(() -> complete(complete, part, name));
        }

        void hadNoEffect() {
            assertThat(last).failsWithin(Duration.ofSeconds(20)); // nobody was answered
            assertThat(files()).hasSize(filesBefore).contains(accepted);
            assertThat(jobs()).hasSize(jobsBefore);
            assertThat(parts()).isZero();
            assertThat(service.api().bytes("/v1/files/" + accepted + "/content"))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(rows("accepted"));
        }

        void hadTheirEffect() {
            assertThat(last).failsWithin(Duration.ofSeconds(20));
            assertThat(files()).hasSize(filesBefore + 2);
            assertThat(jobs()).hasSize(jobsBefore + 1);
            assertThat(parts()).isEqualTo(1);
        }

        /** @return how many parts have come to the upload that waits for one */
        private long parts() {
            return database.number("select count(*) from upload_part where upload = '" + add + "'");
        }

        void haveOneEffectWhenRepeated() {
            for (int times = 0; times < 2; times++) {
                String file = id(upload(name, name));
                assertThat(service.api().bytes("/v1/files/" + file + "/content"))
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(rows(name));
                String created = id(create(name));
                addPart(add, "part-" + name);
                JsonNode completed = complete(complete, part, name).json();
                assertThat(completed.get("status").asString()).isEqualTo("completed");
                String whole = completed.get("file").get("id").asString();
                assertThat(service.api().bytes("/v1/files/" + whole + "/content"))
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(rows("first-" + name));
                assertThat(files()).hasSize(filesBefore + 2).contains(file, whole, accepted);
                assertThat(jobs()).hasSize(jobsBefore + 1).contains(created);
                assertThat(parts()).isEqualTo(1);
            }
            service.api().post("/v1/fine_tuning/jobs/" + id(create(name)) + "/cancel", "");
        }
    }

    private static void killAndRestart(String roles) throws Exception {
        killAndRestartKeepingGates(roles);
        database.removeGates();
    }

    /** Gates stand open until somebody locks them again. */
    private static void killAndRestartKeepingGates(String roles) throws Exception {
        service.killService();
        service = new LiveService(data, "512m", roles).start();
        database = new LiveDatabase(data);
    }

    private static void nothingIsPublished() {
        JsonNode found = service.job(job);
        assertThat(found.get("status").asString()).as(found.toString()).isIn("queued", "running");
        assertThat(found.get("fine_tuned_model").isNull()).isTrue();
        assertThat(found.get("artifacts").isEmpty()).isTrue();
        assertThat(found.get("result_files").isEmpty()).isTrue();
        assertThat(service.api().get("/v1/models").body()).doesNotContain("ft:");
        assertThat(resultFiles()).isEmpty();
        // what the training itself has published is whole
        for (String checkpoint : ids("/v1/fine_tuning/jobs/" + job + "/checkpoints")) {
            assertThat(service.api().bytes("/v1/fine_tuning/jobs/" + job + "/checkpoints/" + checkpoint + "/content"))
                    .startsWith('P', 'K');
        }
    }

    /** Sends half of what it says that it will, and leaves the connection open until that has arrived. */
    private static Socket halfAnUpload() throws IOException {
        String head = ApiClient.field("purpose", "fine-tune") + ApiClient.fileHead("file", "half.jsonl");
        byte[] body = (head + ROW.repeat(20_000)).getBytes(StandardCharsets.UTF_8);
        Socket socket = new Socket("127.0.0.1", service.port());
        OutputStream out = socket.getOutputStream();
        out.write("""
                POST /v1/files HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer %s\r
                Content-Type: multipart/form-data; boundary=tests-boundary\r
                Content-Length: %d\r
                \r
                """.formatted(PostgresForTests.ADMIN_KEY, 2 * body.length).getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        incoming().stream().anyMatch(bytes -> bytes.toFile().length() > body.length / 2));
        return socket;
    }

    private static String rows(String prompt) {
        return ROW.replace("a", prompt);
    }

    private static Answer upload(String prompt, String key) {
        return multipart(
                "/v1/files",
                ApiClient.field("purpose", "fine-tune") + ApiClient.file("file", "rows.jsonl", rows(prompt)),
                "upload-" + key);
    }

    private static Answer multipart(String path, String parts, String key) {
        return send(path, "multipart/form-data; boundary=tests-boundary", parts + "--tests-boundary--\r\n", key);
    }

    private static Answer send(String path, String type, String body, String key) {
        Answer answer = service.api()
                .send("POST", path, type, HttpRequest.BodyPublishers.ofString(body), "Idempotency-Key", key);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static Answer create(String key) {
        return send("/v1/fine_tuning/jobs", "application/json", """
                {"model": "attune-tales", "training_file": "%s"}""".formatted(accepted), "job-" + key);
    }

    private static String newUpload(int bytes) {
        Answer created = service.api().post("/v1/uploads", """
                {"filename": "parts.jsonl", "purpose": "fine-tune", "bytes": %d, "mime_type": "application/jsonl"}""".formatted(bytes));
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        return id(created);
    }

    private static Answer addPart(String upload, String content) {
        return multipart(
                "/v1/uploads/" + upload + "/parts", ApiClient.file("data", "part", rows(content)), "part-" + content);
    }

    private static Answer complete(String upload, String part, String key) {
        return send(
                "/v1/uploads/" + upload + "/complete",
                "application/json",
                "{\"part_ids\": [\"" + part + "\"]}",
                "complete-" + key);
    }

    private static String id(Answer answer) {
        return answer.json().required("id").asString();
    }

    private static List<String> files() {
        return ids("/v1/files");
    }

    private static List<String> resultFiles() {
        return ids("/v1/files?purpose=fine-tune-results");
    }

    private static List<String> jobs() {
        return ids("/v1/fine_tuning/jobs?limit=100");
    }

    private static List<String> ids(String path) {
        Answer list = service.api().get(path);
        assertThat(list.status()).as(list.body()).isEqualTo(200);
        return list.json()
                .get("data")
                .valueStream()
                .map(each -> each.get("id").asString())
                .toList();
    }

    private static List<Path> incoming() {
        return filesIn(data.resolve("incoming"));
    }

    /** Checksums of bytes in the store that no row knows. */
    private static List<String> withoutRow() {
        List<String> known = database.query("select sha256 from blob");
        return filesIn(data.resolve("blobs")).stream()
                .map(bytes -> bytes.getFileName().toString())
                .filter(sha256 -> !known.contains(sha256))
                .toList();
    }

    private static long size(String sha256) {
        return data.resolve("blobs/" + sha256.substring(0, 2) + "/" + sha256)
                .toFile()
                .length();
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
