package io.attune.file;

import static io.attune.ApiClient.field;
import static io.attune.ApiClient.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.storage.DataFolder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
class CreateFileTest {

    private static final String ROW =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"Hello\"}]}\n";
    private static final String PURPOSE = field("purpose", "fine-tune");

    @LocalServerPort
    private int port;

    @Autowired
    private DataFolder folder;

    @Autowired
    private JdbcClient jdbc;

    private ApiClient api;

    @BeforeEach
    void connect() {
        api = new ApiClient(port);
    }

    @Test
    void anUploadedFileIsThereWithAllThatOpenAiSaysOfIt() {
        Answer created = api.upload(PURPOSE, file("file", "greetings.jsonl", ROW + ROW));

        assertThat(created.status()).isEqualTo(200);
        assertThat(created.json().required("id").asString()).matches("file-[0-9A-Za-z]{24}");
        assertThat(created.json().required("object").asString()).isEqualTo("file");
        assertThat(created.json().required("bytes").asInt()).isEqualTo(2 * ROW.length());
        assertThat(created.json().required("filename").asString()).isEqualTo("greetings.jsonl");
        assertThat(created.json().required("purpose").asString()).isEqualTo("fine-tune");
        assertThat(created.json().required("status").asString()).isEqualTo("processed");
        assertThat(created.json().required("created_at").isIntegralNumber()).isTrue();
        assertThat(created.json().has("expires_at")).isFalse();
        assertThat(api.get("/v1/files/" + id(created)).json()).isEqualTo(created.json());
    }

    @Test
    void partsMayComeInAnyOrder() {
        assertThat(api.upload(file("file", "a.jsonl", ROW), PURPOSE).status()).isEqualTo(200);
    }

    @Test
    void theContentComesBackByteForByteWhateverTheClientAccepts() {
        String odd = ROW.replace("Hello", "Grüße, 世界 \\u0000").replace("\n", "\r\n") + "\n\n" + ROW.strip();
        String id = id(api.upload(PURPOSE, file("file", "ü.jsonl", odd)));

        Answer content = api.send(
                "GET",
                "/v1/files/" + id + "/content",
                null,
                HttpRequest.BodyPublishers.noBody(),
                "Accept",
                "application/binary");

        assertThat(content.status()).isEqualTo(200);
        assertThat(content.body()).isEqualTo(odd);
        assertThat(content.header("Content-Disposition")).startsWith("attachment;");
    }

    @Test
    void aFileMayDeleteItselfAfterATime() {
        Answer created = api.upload(
                PURPOSE,
                file("file", "a.jsonl", ROW),
                field("expires_after[anchor]", "created_at"),
                field("expires_after[seconds]", "3600"));

        assertThat(created.json().required("expires_at").asLong())
                .isEqualTo(created.json().required("created_at").asLong() + 3600);
        jdbc.sql("update file set expires_at = now() - interval '1 second' where id = :id")
                .param("id", id(created))
                .update();
        assertThat(api.get("/v1/files/" + id(created)).status()).isEqualTo(404);
        assertThat(api.get("/v1/files?limit=1").body()).doesNotContain(id(created));
    }

    @Test
    void aFilenameIsNeverAPath() {
        Answer created = api.upload(PURPOSE, file("file", "../../etc/passwd", ROW));
        assertThat(created.json().required("filename").asString()).isEqualTo("passwd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not JSON                          | Line 2:",
                "[1, 2]                            | Line 2",
                "{\"text\": \"x\"}                  | Line 2",
                "{\"messages\": []}                 | Line 2, messages",
                "{\"messages\": [{\"role\": \"wizard\", \"content\": \"x\"}, {\"role\": \"assistant\", \"content\": \"y\"}]} | Line 2, messages[0].role",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]} | Line 2, messages",
                "{\"messages\": [{\"role\": \"assistant\", \"content\": 5}]} | Line 2, messages[0].content"
            })
    void aBadRowIsRefusedWithItsLineAndField(String row, String place) throws IOException {
        refusedLeavingNothing(
                "invalid_file_format", "file", place, PURPOSE, file("file", "a.jsonl", ROW + row + "\n" + ROW));
    }

    @Test
    void severalBadRowsAreNamedTogether() {
        Answer refused = api.upload(PURPOSE, file("file", "a.jsonl", "x\n" + ROW + "y\n"));
        assertThat(refused.error("message")).contains("Line 1").contains("Line 3");
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        refusedLeavingNothing("invalid_file_format", "file", "empty", PURPOSE, file("file", "a.jsonl", ""));
    }

    @Test
    void anUploadWithoutItsPartsIsRefusedWithTheMissingPart() throws IOException {
        refusedLeavingNothing("missing_required_parameter", "file", "file", PURPOSE);
        refusedLeavingNothing("missing_required_parameter", "purpose", "purpose", file("file", "a.jsonl", ROW));
    }

    /** As OpenAI's Java client sends bytes. */
    @Test
    void aFilePartWithATypeNeedsNoFilename() {
        Answer created = new Form()
                .bytes("file", ROW.repeat(30_000).getBytes(StandardCharsets.UTF_8)) // no short text
                .field("purpose", "fine-tune")
                .post(api, "/v1/files");
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().required("filename").asString()).isEqualTo("upload.jsonl");
    }

    @Test
    void fieldsMayComeAfterTheFile() {
        Answer created = new Form()
                .field("expires_after[seconds]", "3600")
                .file("file", "a.jsonl", ROW.getBytes(StandardCharsets.UTF_8))
                .field("purpose", "fine-tune")
                .field("expires_after[anchor]", "created_at")
                .post(api, "/v1/files");
        assertThat(created.json().required("expires_at").asLong())
                .isEqualTo(created.json().required("created_at").asLong() + 3600);
    }

    /** The boundary is another one each time. */
    @Test
    void anUploadThatIsRepeatedMakesOneFile() {
        Answer created = greeting(ROW).post(api, "/v1/files");
        Answer again = greeting(ROW).post(api, "/v1/files", "X-Stainless-Retry-Count", "1");
        assertThat(again.json()).isEqualTo(created.json());
        Answer other = greeting(ROW + ROW).post(api, "/v1/files", "X-Stainless-Retry-Count", "1");
        assertThat(id(other)).isNotEqualTo(id(created));
        assertThat(id(greeting(ROW).post(api, "/v1/files"))).as("no repeat").isNotEqualTo(id(created));
    }

    private static Form greeting(String rows) {
        return new Form().field("purpose", "fine-tune").file("file", "a.jsonl", rows.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDownloadCanBeResumed() {
        String id = id(api.upload(PURPOSE, file("file", "a.jsonl", ROW)));
        assertThat(api.get("/v1/files/" + id + "/content").header("Content-Length"))
                .isEqualTo(Integer.toString(ROW.length()));

        Answer rest = download(id, "Range", "bytes=10-");

        assertThat(rest.status()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(ROW.substring(10));
        assertThat(rest.header("Content-Range")).isEqualTo("bytes 10-" + (ROW.length() - 1) + "/" + ROW.length());
        assertThat(rest.header("Content-Disposition")).contains("a.jsonl");
        assertThat(download(id, "Range", "bytes=3-5").body()).isEqualTo(ROW.substring(3, 6));
        assertThat(download(id, "Range", "bytes=-5").body()).isEqualTo(ROW.substring(ROW.length() - 5));
    }

    /** Else a client that goes on with a download would join parts of two files. */
    @Test
    void aRangeOfAFileThatIsNotTheOneThatTheClientHasIsAnsweredByTheWholeFile() {
        String id = id(api.upload(PURPOSE, file("file", "a.jsonl", ROW)));
        String tag = download(id).header("ETag");
        assertThat(tag).matches("\"[0-9a-f]{64}\"");
        Answer same = download(id, "Range", "bytes=10-", "If-Range", tag);
        assertThat(same.status()).isEqualTo(206);
        assertThat(same.body()).isEqualTo(ROW.substring(10));
        for (String other : List.of("\"other\"", "W/" + tag, "Sat, 28 Nov 2026 00:00:00 GMT")) {
            Answer whole = download(id, "Range", "bytes=10-", "If-Range", other);
            assertThat(whole.status()).as(other).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(ROW);
            assertThat(whole.header("Content-Length")).isEqualTo(Integer.toString(ROW.length()));
        }
        assertThat(download(id, "Range", "bytes=500-", "If-Range", "\"other\"").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100000-", "bytes=5-3", "bytes=x", "rows=1-2"})
    void aRangeThatIsNotThereIsRefusedWithTheSize(String range) {
        String id = id(api.upload(PURPOSE, file("file", "a.jsonl", ROW)));
        Answer refused = download(id, "Range", range);
        assertThat(refused.status()).isEqualTo(416);
        assertThat(refused.error("code")).isEqualTo("range_not_satisfiable");
        assertThat(refused.error("param")).isEqualTo("Range");
        assertThat(refused.header("Content-Range")).isEqualTo("bytes */" + ROW.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/binary", "text/*", "*/*", "application/json", "image/png"})
    void theContentComesWhateverTheClientAccepts(String accepted) {
        String id = id(api.upload(PURPOSE, file("file", "a.jsonl", ROW)));
        Answer content = download(id, "Accept", accepted);
        assertThat(content.status()).isEqualTo(200);
        assertThat(content.body()).isEqualTo(ROW);
    }

    private Answer download(String id, String... headers) {
        return api.send("GET", "/v1/files/" + id + "/content", null, HttpRequest.BodyPublishers.noBody(), headers);
    }

    @Test
    void fiftyBadRowsAreNamedAndTheRestIsCounted() {
        Answer refused = api.upload(PURPOSE, file("file", "a.jsonl", "x\n".repeat(60)));
        assertThat(refused.error("message"))
                .contains("Line 1:", "Line 50:", "(10 more)")
                .doesNotContain("Line 51");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\n  {\"prompt\": \"a\", \"completion\": \"b\"}\n]", "{\n  \"prompt\": \"a\"\n}"})
    void aFileThatIsJsonButNotJsonLinesIsRefusedWithTheWayToMakeItSo(String json) throws IOException {
        refusedLeavingNothing("invalid_file_format", "file", "jq -c", PURPOSE, file("file", "a.jsonl", json));
    }

    @Test
    void rowsOfAnotherProgramAreRefusedWithTheLineThatConvertsThem() throws IOException {
        String rows = "{\"instruction\": \"Add\", \"input\": \"1 2\", \"output\": \"3\"}\n".repeat(60);
        refusedLeavingNothing("invalid_file_format", "file", "Alpaca", PURPOSE, file("file", "a.jsonl", rows));
        refusedLeavingNothing("invalid_file_format", "file", "`jq -c '{messages: [", PURPOSE, file("file", "a", rows));
    }

    @Test
    void aFilenameWithANulIsRefused() throws IOException {
        refusedLeavingNothing("invalid_value", "file", "NUL", PURPOSE, file("file", "a\0b.jsonl", ROW));
    }

    @Test
    void aFieldTooLongIsRefused() throws IOException {
        refusedLeavingNothing(
                "invalid_value", "purpose", "longer", field("purpose", "x".repeat(2000)), file("file", "a.jsonl", ROW));
    }

    @Test
    void aFieldGivenTwiceIsRefused() throws IOException {
        refusedLeavingNothing("invalid_value", "purpose", "once", PURPOSE, PURPOSE, file("file", "a.jsonl", ROW));
    }

    @Test
    void aPurposeThatIsAFileIsRefused() throws IOException {
        refusedLeavingNothing(
                "invalid_value",
                "purpose",
                "form field",
                file("purpose", "a", "fine-tune"),
                file("file", "a.jsonl", ROW));
    }

    @Test
    void aFormWithoutABoundaryIsRefused() {
        Answer refused =
                api.send("POST", "/v1/files", "multipart/form-data", HttpRequest.BodyPublishers.ofString(PURPOSE));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("invalid_multipart");
    }

    @Test
    void aFileThatIsNoFilePartIsRefused() throws IOException {
        refusedLeavingNothing("invalid_value", "file", "filename", PURPOSE, field("file", ROW));
    }

    @Test
    void twoFilesAtOnceAreRefused() throws IOException {
        refusedLeavingNothing(
                "invalid_value", "file", "once", PURPOSE, file("file", "a.jsonl", ROW), file("file", "b.jsonl", ROW));
    }

    @Test
    void anUnknownFormFieldIsRefusedByName() throws IOException {
        refusedLeavingNothing(
                "unknown_parameter", "colour", "colour", PURPOSE, file("file", "a.jsonl", ROW), field("colour", "red"));
    }

    @ParameterizedTest
    @CsvSource({
        "assistants, unsupported_purpose",
        "batch, unsupported_purpose",
        "vision, unsupported_purpose",
        "user_data, unsupported_purpose",
        "evals, unsupported_purpose",
        "fine-tune-results, invalid_value",
        "nonsense, invalid_value"
    })
    void aPurposeThatIsNotForUploadsIsRefusedByName(String purpose, String code) throws IOException {
        refusedLeavingNothing(code, "purpose", purpose, file("file", "a.jsonl", ROW), field("purpose", purpose));
    }

    @ParameterizedTest
    @CsvSource({"3599", "2592001", "soon", "-1"})
    void aLifetimeOutOfRangeIsRefused(String seconds) throws IOException {
        refusedLeavingNothing(
                "invalid_value",
                "expires_after[seconds]",
                seconds,
                PURPOSE,
                file("file", "a.jsonl", ROW),
                field("expires_after[anchor]", "created_at"),
                field("expires_after[seconds]", seconds));
    }

    @Test
    void anotherTypeThanAFormIsRefused() {
        Answer refused = api.post("/v1/files", "{}");
        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.error("code")).isEqualTo("unsupported_media_type");
    }

    @Test
    void aFormCutOffInTheMiddleIsRefused() throws IOException {
        long before = traces();
        Answer refused = api.send(
                "POST",
                "/v1/files",
                "multipart/form-data; boundary=tests-boundary",
                HttpRequest.BodyPublishers.ofString(PURPOSE + ApiClient.fileHead("file", "a.jsonl") + ROW));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("invalid_multipart");
        assertThat(traces()).isEqualTo(before);
    }

    @Test
    void aFileOverTheLimitIsRefusedWithTheLimit() throws IOException {
        long before = traces();
        Answer refused = api.uploadRepeated(ROW, 65L << 20);
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.error("param")).isEqualTo("file");
        assertThat(refused.error("message")).contains(Long.toString(64L << 20));
        assertThat(traces()).isEqualTo(before);
    }

    @Test
    void aLargeFileIsStreamedToTheStore() throws IOException {
        Answer created = api.uploadRepeated(ROW, 60L << 20);
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().required("bytes").asLong()).isGreaterThan(59L << 20);
        assertThat(jdbc.sql("select rows from file where id = :id")
                        .param("id", id(created))
                        .query(Integer.class)
                        .single())
                .isGreaterThan(500_000);
    }

    /** Two identical files share their bytes; each lives and dies by itself. */
    @Test
    void deletingAFileLeavesItsTwinAlone() {
        String one = id(api.upload(PURPOSE, file("file", "a.jsonl", ROW)));
        String two = id(api.upload(PURPOSE, file("file", "b.jsonl", ROW)));

        Answer deleted = api.delete("/v1/files/" + one);

        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().toString())
                .isEqualTo("{\"id\":\"" + one + "\",\"object\":\"file\",\"deleted\":true}");
        assertThat(api.get("/v1/files/" + one).status()).isEqualTo(404);
        assertThat(api.get("/v1/files/" + one + "/content").error("code")).isEqualTo("not_found");
        assertThat(api.delete("/v1/files/" + one).status()).isEqualTo(404);
        assertThat(api.get("/v1/files/" + two + "/content").body()).isEqualTo(ROW);
    }

    private void refusedLeavingNothing(String code, String param, String said, String... parts) throws IOException {
        long before = traces();
        Answer refused = api.upload(parts);
        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo(code);
        assertThat(refused.error("param")).isEqualTo(param);
        assertThat(refused.error("message")).contains(said);
        assertThat(refused.error("type")).isEqualTo("invalid_request_error");
        assertThat(traces()).as("files and rows that are left").isEqualTo(before);
    }

    /** Everything an upload could leave: rows, blobs, temporary files. */
    private long traces() throws IOException {
        long rows = jdbc.sql("select (select count(*) from file) + (select count(*) from blob)")
                .query(Long.class)
                .single();
        return rows + filesIn(folder.incoming()) + filesIn(folder.blobs());
    }

    private static long filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static String id(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().required("id").asString();
    }
}
