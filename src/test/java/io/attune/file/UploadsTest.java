package io.attune.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.storage.DataFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServiceTest
class UploadsTest {

    private static final String ROW = "{\"prompt\": \"Grüße, %d\", \"completion\": \"世界\"}\n";
    private static final byte[] ROWS = rows(40);

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private DataFolder folder;

    @Autowired
    private FileSweeper sweeper;

    private ApiClient api;

    @BeforeEach
    void connect() {
        api = new ApiClient(port);
    }

    @Test
    void partsThatCameOutOfOrderBecomeTheFileThatWasCut() throws Exception {
        Answer created = create(ROWS.length, "");
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().required("id").asString()).matches("upload_[0-9A-Za-z]{24}");
        assertThat(created.json().required("object").asString()).isEqualTo("upload");
        assertThat(created.json().required("status").asString()).isEqualTo("pending");
        assertThat(created.json().required("bytes").asInt()).isEqualTo(ROWS.length);
        assertThat(created.json().required("expires_at").asLong())
                .isEqualTo(created.json().required("created_at").asLong() + 3600);
        assertThat(created.json().has("file")).isFalse();
        String upload = id(created);
        int cut = 1001; // in the middle of a row
        String last = part(upload, Arrays.copyOfRange(ROWS, cut, ROWS.length));
        String first = part(upload, Arrays.copyOf(ROWS, cut));

        Answer completed = complete(upload, md5(ROWS).toUpperCase(), first, last);

        assertThat(completed.status()).as(completed.body()).isEqualTo(200);
        assertThat(completed.json().required("status").asString()).isEqualTo("completed");
        assertThat(completed.json().required("filename").asString()).isEqualTo("rows.jsonl");
        String file = completed.json().required("file").required("id").asString();
        assertThat(api.get("/v1/files/" + file).json())
                .isEqualTo(completed.json().required("file"));
        assertThat(completed.json().required("file").required("purpose").asString())
                .isEqualTo("fine-tune");
        assertThat(api.bytes("/v1/files/" + file + "/content")).isEqualTo(ROWS);
        assertThat(partsOf(upload)).isZero();
    }

    /** Cuts fall anywhere, also inside of characters; parts may be empty, sent twice, or left out in the end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void howeverAFileIsCutItsBytesComeBack(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] rows = rows(1 + random.nextInt(300));
        List<Integer> cuts = new ArrayList<>(List.of(0, rows.length));
        random.ints(random.nextInt(12), 0, rows.length + 1).forEach(cuts::add);
        Collections.sort(cuts);
        String upload = id(create(rows.length, ""));
        List<Integer> arrival =
                new ArrayList<>(IntStream.range(0, cuts.size() - 1).boxed().toList());
        Collections.shuffle(arrival, random);
        String[] ids = new String[cuts.size() - 1];
        for (int i : arrival) {
            byte[] part = Arrays.copyOfRange(rows, cuts.get(i), cuts.get(i + 1));
            if (random.nextInt(4) == 0) {
                part(upload, part); // to be left out
            }
            ids[i] = part(upload, part);
        }

        Answer completed = complete(upload, random.nextBoolean() ? md5(rows) : null, ids);

        assertThat(completed.status()).as(completed.body()).isEqualTo(200);
        String file = completed.json().required("file").required("id").asString();
        assertThat(api.bytes("/v1/files/" + file + "/content")).isEqualTo(rows);
        assertThat(jdbc.sql("select blob from file where id = :id")
                        .param("id", file)
                        .query(String.class)
                        .single())
                .isEqualTo(hex("SHA-256", rows));
    }

    @Test
    void partsMayArriveAtTheSameTime() throws Exception {
        int count = 8;
        String upload = id(create(ROWS.length * count, ""));
        List<String> ids = atTheSameTime(count, () -> part(upload, ROWS));
        assertThat(complete(upload, null, ids.toArray(String[]::new)).status()).isEqualTo(200);
    }

    @Test
    void anUploadThatIsCompletedTwiceAtTheSameTimeBecomesOneFile() throws Exception {
        String upload = id(create(ROWS.length, ""));
        String part = part(upload, ROWS);
        long before = files();

        List<Answer> answers = atTheSameTime(4, () -> complete(upload, null, part));

        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() != 200))
                .allSatisfy(answer -> assertThat(answer.error("code")).isEqualTo("upload_completed"));
        assertThat(files()).isEqualTo(before + 1);
    }

    /** The Java client's way, and longer than what a servlet container takes for a field. */
    @Test
    void aPartNeedsNoFilename() throws Exception {
        byte[] rows = rows(60_000);
        String upload = id(create(rows.length, ""));
        Answer part = new Form().bytes("data", rows).post(api, "/v1/uploads/" + upload + "/parts");
        assertThat(part.status()).as(part.body()).isEqualTo(200);
        assertThat(part.json().required("object").asString()).isEqualTo("upload.part");
        assertThat(part.json().required("upload_id").asString()).isEqualTo(upload);
        assertThat(part.json().required("id").asString()).matches("part_[0-9A-Za-z]{24}");
        assertThat(complete(upload, md5(rows), id(part)).status()).isEqualTo(200);
    }

    @Test
    void theFileDeletesItselfAfterTheTimeThatTheUploadNamed() {
        String upload = id(create(ROWS.length, ", \"expires_after\": {\"anchor\": \"created_at\", \"seconds\": 7200}"));
        Answer completed = complete(upload, null, part(upload, ROWS));
        assertThat(completed.json().required("file").required("expires_at").asLong())
                .isEqualTo(
                        completed.json().required("file").required("created_at").asLong() + 7200);
    }

    @Test
    void aWrongMd5IsRefusedWithTheRightOneAndCanBeTriedAgain() throws Exception {
        String upload = id(create(ROWS.length, ""));
        String part = part(upload, ROWS);
        long before = traces();

        Answer refused = complete(upload, "0".repeat(32), part);

        refused(refused, "invalid_value", "md5", md5(ROWS), "still pending");
        refused(complete(upload, "short", part), "invalid_value", "md5", "32 hexadecimal digits");
        assertThat(traces()).isEqualTo(before);
        assertThat(complete(upload, md5(ROWS), part).status()).isEqualTo(200);
    }

    @Test
    void partsOfAnotherSizeThanAnnouncedAreRefusedWithBothSizes() throws IOException {
        String upload = id(create(ROWS.length + 1, ""));
        String part = part(upload, ROWS);
        String missing = part(upload, " ".getBytes(StandardCharsets.UTF_8));
        long before = traces();

        Answer refused = complete(upload, null, part);

        refused(
                refused,
                "invalid_value",
                "part_ids",
                ROWS.length + " bytes",
                (ROWS.length + 1) + " bytes",
                "still pending");
        assertThat(traces()).isEqualTo(before);
        assertThat(complete(upload, null, part, missing).status()).isEqualTo(200);
    }

    @Test
    void partsThatAreNotThoseOfTheUploadAreRefusedByTheirPlace() {
        String upload = id(create(ROWS.length, ""));
        String part = part(upload, ROWS);
        String foreign = part(id(create(ROWS.length, "")), ROWS);

        refused(
                complete(upload, null, "part_unknown"),
                "invalid_value",
                "part_ids[0]",
                "part_unknown",
                "still pending");
        refused(complete(upload, null, part, foreign), "invalid_value", "part_ids[1]", foreign);
        refused(complete(upload, null, part, part), "invalid_value", "part_ids[1]", "again");
        refused(complete(upload, null), "invalid_value", "part_ids", "at least one");
        refused(completeBody(upload, "{\"part_ids\": [null]}"), "invalid_value", "part_ids[0]", "a string");
        refused(completeBody(upload, "{\"part_ids\": [\"\\u0000\"]}"), "invalid_value", "part_ids[0]", "NUL");
        refused(completeBody(upload, "{\"part_ids\": \"" + part + "\"}"), "invalid_value", "part_ids", "an array");
        refused(completeBody(upload, "{}"), "missing_required_parameter", "part_ids", "part_ids");
        refused(
                completeBody(upload, "{\"part_ids\": [\"" + part + "\"], \"colour\": 1}"),
                "unknown_parameter",
                "colour",
                "colour");
        assertThat(complete(upload, null, part).status()).isEqualTo(200);
    }

    @Test
    void badRowsAreRefusedWithTheirLinesAsInAFileThatComesAtOnce() throws IOException {
        byte[] bad = "not JSON\n".getBytes(StandardCharsets.UTF_8);
        byte[] good = Arrays.copyOf(rows(1), 100);
        Arrays.fill(good, rows(1).length, 100, (byte) ' ');
        byte[] padded = Arrays.copyOf(bad, 100);
        Arrays.fill(padded, bad.length, 100, (byte) ' ');
        String upload = id(create(200, ""));
        String one = part(upload, good);
        String two = part(upload, padded);
        String three = part(upload, good);
        long before = traces();

        Answer refused = complete(upload, null, one, two);

        refused(refused, "invalid_file_format", "file", "Line 2: The line is not JSON", "still pending");
        assertThat(traces()).isEqualTo(before);
        assertThat(complete(upload, null, one, three).status()).isEqualTo(200);
    }

    @Test
    void aCompletedUploadTakesNothingMore() {
        String upload = id(create(ROWS.length, ""));
        String part = part(upload, ROWS);
        complete(upload, null, part);
        ended(upload, part, "upload_completed", "completed already");
    }

    @Test
    void aCancelledUploadTakesNothingMoreAndItsPartsAreGone() {
        String upload = id(create(ROWS.length, ""));
        String part = part(upload, ROWS);

        Answer cancelled = cancel(upload);

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.json().required("status").asString()).isEqualTo("cancelled");
        assertThat(partsOf(upload)).isZero();
        ended(upload, part, "upload_cancelled", "cancelled");
    }

    @Test
    void anUploadThatIsNotCompletedInTimeExpires() {
        String upload = id(create(ROWS.length, ""));
        String part = part(upload, ROWS);
        jdbc.sql("update upload set expires_at = now() - interval '1 second' where id = :id")
                .param("id", upload)
                .update();
        ended(upload, part, "upload_expired", "expired");
        assertThat(partsOf(upload)).isOne();

        sweeper.sweep();

        assertThat(partsOf(upload)).isZero();
        assertThat(jdbc.sql("select status from upload where id = :id")
                        .param("id", upload)
                        .query(String.class)
                        .single())
                .isEqualTo("expired");
        ended(upload, part, "upload_expired", "expired");
    }

    @Test
    void theSweeperLeavesUploadsAloneThatAreInTime() {
        String upload = id(create(ROWS.length, ""));
        String part = part(upload, ROWS);
        sweeper.sweep();
        assertThat(complete(upload, null, part).status()).isEqualTo(200);
    }

    @Test
    void anUnknownUploadIsNotFound() {
        notFound(api, "upload_unknown");
    }

    @Test
    void anotherProjectsUploadIsNotFound() throws Exception {
        jdbc.sql("insert into project (id, name) values ('uploads', 'Other') on conflict do nothing")
                .update();
        jdbc.sql("""
                        insert into api_key (id, project_id, name, secret_hash) values ('uploads', 'uploads', 'test', :hash)
                        on conflict do nothing""")
                .param("hash", MessageDigest.getInstance("SHA-256").digest("secret".getBytes(StandardCharsets.UTF_8)))
                .update();
        String upload = id(create(ROWS.length, ""));
        notFound(new ApiClient(port, "sk-attune-uploads-secret"), upload);
        assertThat(complete(upload, null, part(upload, ROWS)).status()).isEqualTo(200);
    }

    private void notFound(ApiClient client, String upload) {
        for (Answer answer : List.of(
                new Form().file("data", "a", ROWS).post(client, "/v1/uploads/" + upload + "/parts"),
                client.post("/v1/uploads/" + upload + "/complete", "{\"part_ids\": [\"part_a\"]}"),
                client.send("POST", "/v1/uploads/" + upload + "/cancel", null, HttpRequest.BodyPublishers.noBody()))) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(404);
            assertThat(answer.error("code")).isEqualTo("not_found");
            assertThat(answer.error("message")).contains(upload);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "filename                   | null              | missing_required_parameter",
                "filename                   | \"\"              | invalid_value",
                "filename                   | \"a/\"            | invalid_value",
                "filename                   | \"a\\u0000b\"     | invalid_value",
                "filename                   | 5                 | invalid_value",
                "purpose                    | null              | missing_required_parameter",
                "purpose                    | \"assistants\"    | unsupported_purpose",
                "purpose                    | \"batch\"         | unsupported_purpose",
                "purpose                    | \"vision\"        | unsupported_purpose",
                "purpose                    | \"fine-tune-results\" | invalid_value",
                "purpose                    | \"\\u0000\"       | invalid_value",
                "bytes                      | null              | missing_required_parameter",
                "bytes                      | 0                 | invalid_value",
                "bytes                      | -1                | invalid_value",
                "bytes                      | 1.5               | invalid_value",
                "bytes                      | 1e400             | invalid_value",
                "bytes                      | 99999999999999999999 | invalid_value",
                "bytes                      | true              | invalid_value",
                "bytes                      | \"100\"           | invalid_value",
                "mime_type                  | null              | missing_required_parameter",
                "mime_type                  | []                | invalid_value",
                "expires_after              | 5                 | invalid_value",
                "expires_after.anchor       | {\"seconds\": 3600} | missing_required_parameter",
                "expires_after.seconds      | {\"anchor\": \"created_at\"} | missing_required_parameter",
                "expires_after.anchor       | {\"anchor\": \"now\", \"seconds\": 3600} | invalid_value",
                "expires_after.seconds      | {\"anchor\": \"created_at\", \"seconds\": 3599} | invalid_value",
                "colour                     | 1                 | unknown_parameter"
            })
    void anAnnouncementWithAWrongFieldIsRefusedByItsName(String param, String value, String code) {
        String field = param.replaceFirst("\\..*", "");
        List<String> fields = new ArrayList<>(List.of(
                "\"filename\": \"a.jsonl\"",
                "\"purpose\": \"fine-tune\"",
                "\"bytes\": 10",
                "\"mime_type\": \"application/jsonl\""));
        fields.removeIf(known -> known.startsWith("\"" + field + "\""));
        fields.add("\"" + field + "\": " + value);
        Answer refused = api.post("/v1/uploads", "{" + String.join(", ", fields) + "}");
        refused(refused, code, param);
    }

    @Test
    void wholeNumbersOfAnAnnouncementMayBeWrittenWithAPoint() {
        Answer created = api.post("/v1/uploads", """
                {"filename": "a.jsonl", "purpose": "fine-tune", "bytes": 10.0, "mime_type": "application/jsonl",
                 "expires_after": {"anchor": "created_at", "seconds": 7.2e3}}""");
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().required("bytes").toString()).isEqualTo("10");
    }

    @Test
    void aFileOverTheLimitIsRefusedWhenItIsAnnounced() {
        Answer refused = create((64L << 20) + 1, "");
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.error("param")).isEqualTo("bytes");
        assertThat(refused.error("message")).contains(Long.toString(64L << 20));
        assertThat(create(64L << 20, "").status()).isEqualTo(200);
    }

    @Test
    void aPartOverTheLimitIsRefusedLeavingNothing() throws IOException {
        String upload = id(create(100, ""));
        long before = traces();
        Answer refused =
                new Form().file("data", "a", new byte[(64 << 20) + 1]).post(api, "/v1/uploads/" + upload + "/parts");
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.error("param")).isEqualTo("data");
        assertThat(traces()).isEqualTo(before);
    }

    @Test
    void partsWithoutEndAreRefused() {
        String upload = id(create(100, ""));
        part(upload, new byte[64 << 20]);
        part(upload, new byte[64 << 20]);
        Answer refused = new Form().file("data", "a", new byte[1]).post(api, "/v1/uploads/" + upload + "/parts");
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.error("param")).isEqualTo("data");
    }

    @Test
    void aPartThatIsNotWhatItShouldBeIsRefusedLeavingNothing() throws IOException {
        String upload = id(create(100, ""));
        String path = "/v1/uploads/" + upload + "/parts";
        long before = traces();
        refused(new Form().post(api, path), "missing_required_parameter", "data");
        refused(new Form().field("data", "text").post(api, path), "invalid_value", "data", "filename");
        refused(
                new Form().file("data", "a", ROWS).file("data", "a", ROWS).post(api, path),
                "invalid_value",
                "data",
                "once");
        refused(new Form().file("data", "a", ROWS).field("order", "1").post(api, path), "unknown_parameter", "order");
        Answer json = api.post(path, "{}");
        assertThat(json.status()).isEqualTo(415);
        assertThat(traces()).isEqualTo(before);
    }

    @Test
    void whatAClientRepeatsWhoGotNoAnswerActsOnce() throws IOException {
        String announcement = announcement(ROWS.length, "");
        Answer created = api.post("/v1/uploads", announcement);
        assertThat(repeated("/v1/uploads", announcement).json()).isEqualTo(created.json());
        String upload = id(created);
        String path = "/v1/uploads/" + upload;

        Answer part = new Form().file("data", "a", ROWS).post(api, path + "/parts");
        Answer samePart = new Form().file("data", "a", ROWS).post(api, path + "/parts", "X-Stainless-Retry-Count", "1");
        assertThat(samePart.json()).isEqualTo(part.json());
        assertThat(partsOf(upload)).isOne();
        assertThat(part(upload, ROWS)).as("no repeat").isNotEqualTo(id(part));

        String body = "{\"part_ids\": [\"" + id(part) + "\"]}";
        long before = files();
        Answer completed = completeBody(upload, body);
        assertThat(completed.status()).isEqualTo(200);
        assertThat(repeated(path + "/complete", body).json()).isEqualTo(completed.json());
        assertThat(files()).isEqualTo(before + 1);
        assertThat(new Form()
                        .file("data", "a", ROWS)
                        .post(api, path + "/parts", "X-Stainless-Retry-Count", "2")
                        .json())
                .as("a part's repeat that comes late")
                .isEqualTo(part.json());
        assertThat(completeBody(upload, body).error("code")).isEqualTo("upload_completed");
    }

    @Test
    void aCancellationThatIsRepeatedIsAnsweredLikeTheFirst() {
        String upload = id(create(100, ""));
        Answer cancelled = cancel(upload);
        Answer again = api.send(
                "POST",
                "/v1/uploads/" + upload + "/cancel",
                null,
                HttpRequest.BodyPublishers.noBody(),
                "X-Stainless-Retry-Count",
                "1");
        assertThat(again.json()).isEqualTo(cancelled.json());
    }

    private Answer repeated(String path, String json) {
        return api.send(
                "POST",
                path,
                "application/json",
                HttpRequest.BodyPublishers.ofString(json),
                "X-Stainless-Retry-Count",
                "1");
    }

    /** Whatever is asked of an upload that has ended is refused, and clients are told not to repeat it. */
    private void ended(String upload, String part, String code, String said) {
        for (Answer refused : List.of(
                new Form().file("data", "a", ROWS).post(api, "/v1/uploads/" + upload + "/parts"),
                complete(upload, null, part),
                cancel(upload))) {
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
            assertThat(refused.error("code")).isEqualTo(code);
            assertThat(refused.error("message")).contains(upload).contains(said);
            assertThat(refused.header("x-should-retry")).isEqualTo("false");
        }
    }

    private static void refused(Answer refused, String code, String param, String... said) {
        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.error("code")).as(refused.body()).isEqualTo(code);
        assertThat(refused.error("param")).as(refused.body()).isEqualTo(param);
        assertThat(refused.error("type")).isEqualTo("invalid_request_error");
        assertThat(refused.error("message")).contains(said.length == 0 ? new String[] {param} : said);
    }

    private Answer create(long bytes, String more) {
        return api.post("/v1/uploads", announcement(bytes, more));
    }

    private static String announcement(long bytes, String more) {
        return "{\"filename\": \"rows.jsonl\", \"purpose\": \"fine-tune\", \"bytes\": " + bytes
                + ", \"mime_type\": \"text/jsonl\"" + more + "}";
    }

    private String part(String upload, byte[] bytes) {
        return id(new Form().file("data", "upload", bytes).post(api, "/v1/uploads/" + upload + "/parts"));
    }

    private Answer complete(String upload, String md5, String... parts) {
        String ids = Arrays.stream(parts).collect(Collectors.joining("\", \"", "\"", "\""));
        return completeBody(
                upload,
                "{\"part_ids\": [" + (parts.length == 0 ? "" : ids) + "]"
                        + (md5 == null ? "" : ", \"md5\": \"" + md5 + "\"") + "}");
    }

    private Answer completeBody(String upload, String json) {
        return api.post("/v1/uploads/" + upload + "/complete", json);
    }

    private Answer cancel(String upload) {
        return api.send("POST", "/v1/uploads/" + upload + "/cancel", null, HttpRequest.BodyPublishers.noBody());
    }

    private static <T> List<T> atTheSameTime(int count, Callable<T> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(Collections.nCopies(count, call))) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private long partsOf(String upload) {
        return jdbc.sql("select count(*) from upload_part where upload = :id")
                .param("id", upload)
                .query(Long.class)
                .single();
    }

    private long files() {
        return jdbc.sql("select count(*) from file").query(Long.class).single();
    }

    /** Everything a refused call could leave: rows, blobs, temporary files. */
    private long traces() throws IOException {
        long rows = jdbc.sql(
                        "select (select count(*) from file) + (select count(*) from blob) + (select count(*) from upload_part)")
                .query(Long.class)
                .single();
        return rows + filesIn(folder.incoming()) + filesIn(folder.blobs());
    }

    private static long filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static byte[] rows(int count) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            rows.writeBytes(ROW.formatted(i).getBytes(StandardCharsets.UTF_8));
        }
        return rows.toByteArray();
    }

    private static String md5(byte[] bytes) throws Exception {
        return hex("MD5", bytes);
    }

    private static String hex(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    private static String id(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().required("id").asString();
    }
}
