package io.attune.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.PostgresForTests;
import io.attune.ServiceTest;
import io.attune.contract.Contract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever refuses a request, the answer is the error object with its four keys and a request id. */
@ServiceTest
@ExtendWith(OutputCaptureExtension.class)
class ErrorsTest {

    private static final String KEY = "Authorization: Bearer " + PostgresForTests.ADMIN_KEY + "\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String FORM = "Content-Type: multipart/form-data; boundary=B\r\n";
    private static final String PURPOSE =
            "--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n";
    private static final String JOBS = "/v1/fine_tuning/jobs";

    @LocalServerPort
    private int port;

    /** A request as it goes over the wire, and what refuses it. */
    private record Refused(String what, String request, int status, String code) {}

    @TestFactory
    Stream<DynamicTest> everyRefusalIsTheErrorObject() {
        return Stream.of(paths(), methods(), headers(), brokenLines(), bodies(), queries())
                .flatMap(List::stream)
                .map(refused -> DynamicTest.dynamicTest(refused.what(), () -> {
                    assertError(send(refused.request()), refused.status(), refused.code());
                }));
    }

    private static List<Refused> paths() {
        return List.of(
                path("an unknown path", "/v1/nothing", 404, "unknown_url"),
                path("an unknown path outside", "/nothing", 404, "unknown_url"),
                path("a slash at the end", "/v1/files/", 404, "unknown_url"),
                path("an encoded slash where none belongs", "/v1%2ffiles", 404, "unknown_url"),
                path("a page that the docs do not have", "/docs/nothing", 404, "unknown_url"),
                path("a page that Swagger UI does not have", "/swagger-ui/nothing", 404, "unknown_url"),
                path("a probe that is not there", "/actuator/health/nothing", 404, "unknown_url"),
                path("the error page itself", "/error", 404, "unknown_url"),
                path("an id that is very long", "/v1/files/" + "a".repeat(5000), 404, "not_found"),
                path("a way up", "/v1/../v1/files", 400, "invalid_request"),
                path("a way out", "/../../etc/passwd", 400, "invalid_request"),
                path("an encoded way up", "/v1/%2e%2e/files", 400, "invalid_request"),
                path("a way up behind an encoded slash", "/v1/files/..%2F..%2Fadmin-key", 400, "invalid_request"),
                path("a path parameter", "/v1/files;a=b", 400, "invalid_request"),
                path("a double slash", "/v1//files", 400, "invalid_request"),
                path("a double slash in front", "//v1/files", 400, "invalid_request"),
                path("a NUL", "/v1/files/%00", 400, "invalid_request"),
                path("a line break", "/v1/files/%0a", 400, "invalid_request"),
                path("half an encoding", "/v1/files/%", 400, "invalid_request"),
                path("an encoding that is none", "/v1/files/%zz", 400, "invalid_request"),
                path("bytes that are not UTF-8", "/v1/files/%ff", 400, "invalid_request"),
                path("half a surrogate pair", "/v1/files/%ed%a0%80", 400, "invalid_request"),
                path("an encoded backslash", "/v1/files/a%5cb", 400, "invalid_request"),
                path("a bare letter beyond ASCII", "/v1/files/\u00e9", 400, "invalid_request"),
                path("a bare bracket", "/v1/models/a[b", 400, "invalid_request"),
                path("no slash in front", "v1/files", 400, "invalid_request"),
                path("a path that is too long", "/v1/files/" + "a".repeat(20_000), 400, "invalid_request"));
    }

    private static List<Refused> methods() {
        return Stream.of("PUT", "PATCH", "TRACE", "DELETE", "FOO", "PROPFIND", "get")
                .map(method -> new Refused(
                        "the method " + method, request(method, "/v1/files", KEY, ""), 405, "method_not_allowed"))
                .toList();
    }

    private static List<Refused> headers() {
        return List.of(
                new Refused("no key", request("GET", "/v1/files", "", ""), 401, "invalid_api_key"),
                new Refused("no key, unknown path", request("GET", "/v1/nothing", "", ""), 401, "invalid_api_key"),
                new Refused("no key, odd method", request("FOO", "/v1/files", "", ""), 401, "invalid_api_key"),
                new Refused(
                        "a key beyond ASCII",
                        request("GET", "/v1/files", "Authorization: Bearer \u00e9\r\n", ""),
                        401,
                        "invalid_api_key"),
                header("an Accept that cannot be met", "Accept: text/html\r\n", 406, "not_acceptable"),
                header("an Accept that is none", "Accept: nonsense\r\n", 406, "not_acceptable"),
                header("an expectation", "Expect: miracles\r\n", 417, "invalid_request"),
                header("a name beyond ASCII", "X-\u00e9: a\r\n", 400, "invalid_request"),
                header("a line without a colon", "garbage\r\n", 400, "invalid_request"),
                header("a NUL in a header", "X-A: a\0b\r\n", 400, "invalid_request"),
                header("a header that is too long", "X-A: " + "a".repeat(20_000) + "\r\n", 400, "invalid_request"),
                header("too many headers", "X-A: a\r\n".repeat(200), 400, "invalid_request"),
                header("a second host", "Host: b\r\n", 400, "invalid_request"));
    }

    private static List<Refused> brokenLines() {
        return List.of(
                new Refused("a line that is none", "garbage\r\n\r\n", 400, "invalid_request"),
                new Refused(
                        "a method that cannot be one", "G@T{ / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "invalid_request"),
                new Refused("a handshake of TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001", 400, "invalid_request"),
                new Refused("another HTTP", "GET /v1/files HTTP/9.9\r\nHost: a\r\n\r\n", 505, "not_implemented"),
                new Refused("a tunnel", request("CONNECT", "/v1/files", KEY, ""), 501, "not_implemented"),
                new Refused("no host", "GET /v1/files HTTP/1.1\r\n" + KEY + "\r\n", 400, "invalid_request"),
                new Refused("a host that is none", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "invalid_request"));
    }

    private static List<Refused> bodies() {
        String large = "{\"a\":\"" + "x".repeat(5_000_000) + "\"}";
        String rather = "{\"a\":\"" + "x".repeat(131_072) + "\"}";
        return List.of(
                body("a length that is none", JSON + "Content-Length: abc\r\n", "", 400, "invalid_request"),
                body("a length below zero", JSON + "Content-Length: -1\r\n", "", 400, "invalid_request"),
                body("two lengths", JSON + "Content-Length: 2\r\nContent-Length: 3\r\n", "{}", 400, "invalid_request"),
                body(
                        "a length and chunks, of which the chunks count",
                        JSON + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                        "2\r\n{}\r\n0\r\n\r\n",
                        400,
                        "missing_required_parameter"),
                body("an encoding that is none", JSON + "Transfer-Encoding: bogus\r\n", "{}", 501, "not_implemented"),
                body("a broken chunk", JSON + "Transfer-Encoding: chunked\r\n", "zz\r\n{}", 400, "invalid_request"),
                body("a body that is cut", JSON + "Content-Length: 50\r\n", "{\"a\":", 400, "invalid_request"),
                body("a chunk that is cut", JSON + "Transfer-Encoding: chunked\r\n", "50\r\n{", 400, "invalid_request"),
                sized("another type", "Content-Type: text/plain\r\n", "{}", 415, "unsupported_media_type"),
                sized("a type that is none", "Content-Type: nonsense\r\n", "{}", 415, "unsupported_media_type"),
                sized("no type", "", "{}", 415, "unsupported_media_type"),
                sized("a form for JSON", FORM, PURPOSE + "--B--\r\n", 415, "unsupported_media_type"),
                sized("a large body", JSON, large, 413, "too_large"),
                sized("a body of more than 128 KB", JSON, rather, 413, "too_large"),
                sized("a deep body", JSON, "[".repeat(100_000), 413, "too_large"),
                sized("a body that is not UTF-8", JSON, "{\"model\": \"\u00ff\"}", 400, "invalid_json"),
                sized("a NUL", JSON, "{\"model\": \"a\\u0000\"}", 400, "invalid_value"),
                sized("half a surrogate pair", JSON, "{\"metadata\": {\"a\": \"\\ud800\"}}", 400, "invalid_value"),
                form("a file as JSON", JSON, "{}", 415, "unsupported_media_type"),
                form("another multipart", FORM.replace("form-data", "mixed"), PURPOSE, 415, "unsupported_media_type"),
                form("a form that is cut", FORM, PURPOSE + "--B\r\nContent-Disp", 400, "invalid_multipart"),
                form("no boundary", "Content-Type: multipart/form-data\r\n", PURPOSE, 400, "invalid_multipart"),
                form("another boundary", FORM.replace("=B", "=C"), PURPOSE + "--B--", 400, null),
                form("an empty form", FORM, "", 400, null));
    }

    private static List<Refused> queries() {
        return List.of(
                path("a mistyped parameter", "/v1/files?limt=1", 400, "unknown_parameter"),
                path("a parameter in brackets", "/v1/files?metadata[a]=b", 400, "unknown_parameter"),
                path("a parameter where there is none", "/v1/files/file-1?a=b", 400, "unknown_parameter"),
                path("a parameter twice", "/v1/files?limit=1&limit=2", 400, "invalid_value"),
                path("a key twice", JOBS + "?metadata[a]=b&metadata%5Ba%5D=c", 400, "invalid_value"),
                path("a word for a number", "/v1/files?limit=ten", 400, "invalid_value"),
                path("a NUL in a query", JOBS + "?metadata[a]=%00", 400, "invalid_value"),
                path("a value with half an encoding", "/v1/files?after=%z", 400, "invalid_request"),
                path("a name with half an encoding", "/v1/files?%z=1", 400, "invalid_request"),
                path("a query that is not UTF-8", "/v1/files?after=%ff", 400, "invalid_request"));
    }

    private static Refused path(String what, String path, int status, String code) {
        return new Refused(what + " in the path or query", request("GET", path, KEY, ""), status, code);
    }

    private static Refused header(String what, String header, int status, String code) {
        return new Refused(what, request("GET", "/v1/files", KEY + header, ""), status, code);
    }

    private static Refused body(String what, String headers, String body, int status, String code) {
        return new Refused(what, request("POST", JOBS, KEY + headers, body), status, code);
    }

    private static Refused sized(String what, String headers, String body, int status, String code) {
        return body(what, headers + "Content-Length: " + body.length() + "\r\n", body, status, code);
    }

    private static Refused form(String what, String headers, String body, int status, String code) {
        String length = "Content-Length: " + body.length() + "\r\n";
        return new Refused(what, request("POST", "/v1/files", KEY + headers + length, body), status, code);
    }

    private static String request(String method, String path, String headers, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers + "\r\n" + body;
    }

    @Test
    void aRefusalNamesTheParameterAndTheWayOut() {
        ApiClient client = new ApiClient(port);
        Answer mistyped = client.get("/v1/files?limt=1");
        assertThat(mistyped.error("param")).isEqualTo("limt");
        assertThat(mistyped.error("message")).contains("limt").contains("after, limit, order, purpose");
        assertThat(client.get("/v1/files?limit=1&limit=2").error("param")).isEqualTo("limit");
        assertThat(client.get(JOBS + "?metadata%5Ba%5D=%00").error("param")).isEqualTo("metadata[a]");
        assertThat(client.post(JOBS, "{\"metadata\": {\"a\": \"\\ud800\"}}").error("param"))
                .isEqualTo("metadata.a");
        assertThat(client.get("/v1/nothing/here").error("message")).contains("GET /v1/nothing/here");
    }

    @Test
    void anotherMethodIsAnsweredWithThoseThereAre() {
        Answer refused = new ApiClient(port)
                .send("PUT", "/v1/files", "application/json", HttpRequest.BodyPublishers.ofString("{}"));
        assertThat(refused.error("message")).contains("GET, POST");
        assertThat(refused.header("Allow")).contains("GET").contains("POST");
    }

    @Test
    void anErrorWithoutABodyStillHasItsRequestId() throws IOException {
        assertThat(send(request("HEAD", "/v1/nothing", KEY, "")))
                .startsWith("HTTP/1.1 404")
                .contains("x-request-id: req_")
                .endsWith("\r\n\r\n");
    }

    /** A key with a character too many is still nearly a key. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0001", "\u0085", "\0"})
    void theValueOfAMalformedHeaderIsNeitherLoggedNorRepeated(String character, CapturedOutput output)
            throws IOException {
        String header = "Authorization: Bearer sk-attune-nearly" + character + "a-key\r\n";
        assertThat(send(request("GET", "/v1/files", header, "")))
                .startsWith("HTTP/1.1 4")
                .doesNotContain("nearly");
        assertThat(output.getAll()).doesNotContain("nearly");
        // Tomcat says it once a day, so that another test may have heard it
        assertThat(LoggerFactory.getLogger("org.apache.coyote.http11.Http11Processor")
                        .isInfoEnabled())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"model\": \"x\",", "{\"model\": \"x\"} {}", "{\"model\": \"x\", \"model\": \"y\"}", ""})
    void aBodyThatIsNotOneJsonObjectIsRefused(String body) {
        Answer refused = new ApiClient(port).post(JOBS, body);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo("invalid_json");
        assertThat(refused.error("message")).contains("JSON");
    }

    @Test
    void aBrokenBodyIsToldWithItsPlaceInWordsOfTheService() {
        ApiClient client = new ApiClient(port);
        String broken = "{\n  \"model\": \"x\",\n  \"seed\": NaN\n}";
        for (String path : List.of(JOBS, "/v1/uploads/upload_1/complete")) {
            Answer refused = client.post(path, broken);
            assertThat(refused.error("code")).isEqualTo("invalid_json");
            assertThat(refused.error("message"))
                    .startsWith(
                            "The body is not valid JSON (line 3, column 11): a value is expected, but NaN stands there")
                    .contains("write null");
        }
        assertThat(client.post(JOBS, "{\"model\": \"x\", \"model\": \"y\"}").error("message"))
                .contains("(line 1, column 16, model): The key stands twice");
        assertThat(client.post(JOBS, "[".repeat(1000)).error("message")).contains("nested deeper than 500 levels");
        assertThat(client.post(JOBS, "{\"seed\": " + "1".repeat(2000) + "}").error("message"))
                .contains("more than 300 characters");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/fine_tuning/alpha/graders/run, unsupported_graders",
        "POST, /v1/fine_tuning/alpha/graders/validate, unsupported_graders",
        "GET, /v1/fine_tuning/checkpoints/ft:a:b::c:ckpt-step-1/permissions?limit=1, unsupported_checkpoint_permissions",
        "POST, /v1/fine_tuning/checkpoints/ft:a%2Fa:b::c/permissions, unsupported_checkpoint_permissions",
        "DELETE, /v1/fine_tuning/checkpoints/ft:a/a:b::c/permissions/cp_1, unsupported_checkpoint_permissions",
        "POST, /v1/chat/completions, unsupported_chat_completions",
        "POST, /v1/completions, unsupported_completions"
    })
    void whatOpenAiHasAndAttuneHasNotIsRefusedByName(String method, String path, String code) {
        Answer refused =
                new ApiClient(port).send(method, path, "application/json", HttpRequest.BodyPublishers.ofString("{}"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error("code")).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/docs", "/swagger-ui/index.html", "/v3/api-docs", "/actuator/health", "/v1/files"})
    void everyAnswerHasARequestId(String path) {
        assertThat(new ApiClient(port).get(path).header("x-request-id")).startsWith("req_");
    }

    @Test
    void anAnswerTellsHowLongItTook() {
        assertThat(new ApiClient(port).get("/v1/files").header("openai-processing-ms"))
                .matches("[0-9]+");
        assertThat(new ApiClient(port).post(JOBS, "{}").header("openai-processing-ms"))
                .matches("[0-9]+");
    }

    @Test
    void aClientThatGoesInTheMiddleOfItsBodyHarmsNobody() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoLinger(true, 0); // a reset, not an end
                socket.getOutputStream()
                        .write(bytes(request("POST", JOBS, KEY + JSON + "Content-Length: 50\r\n", "{\"a\":")));
                socket.getOutputStream().flush();
            }
        }
        assertThat(new ApiClient(port).get("/v1/files").status()).isEqualTo(200);
    }

    /** Sends bytes, then nothing more, and reads all that comes. */
    private String send(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(bytes(request));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] bytes(String request) {
        return request.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertError(String answer, int status, String code) {
        String head = answer.substring(0, Math.max(0, answer.indexOf("\r\n\r\n")));
        assertThat(head)
                .startsWith("HTTP/1.1 " + status)
                .contains("x-request-id: req_")
                .containsIgnoringCase("content-type: application/json");
        String body = answer.substring(head.length() + 4);
        byte[] json = head.contains("chunked") ? unchunked(body) : bytes(body);
        Contract.check("GET", "/v1", status, "application/json", new String(json, StandardCharsets.UTF_8));
        JsonNode error = JsonMapper.shared().readTree(json).required("error");
        assertThat(error.required("message").asString()).isNotBlank();
        assertThat(error.required("type").asString()).isEqualTo("invalid_request_error");
        if (code != null) {
            assertThat(error.required("code").asString()).isEqualTo(code);
        }
    }

    private static byte[] unchunked(String body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int end = body.indexOf("\r\n", at);
            int size = Integer.parseInt(body.substring(at, end), 16);
            if (size == 0) {
                return bytes.toByteArray();
            }
            bytes.writeBytes(bytes(body.substring(end + 2, end + 2 + size)));
            at = end + 2 + size + 2;
        }
    }
}
