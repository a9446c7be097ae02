package io.attune.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.PostgresForTests;
import io.attune.ServiceTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever refuses a request, the answer is the error object with its four keys. */
@ServiceTest
class ErrorsTest {

    @LocalServerPort
    private int port;

    @Test
    void anUnknownPathIsA404() {
        assertError(new ApiClient(port).get("/v1/nothing/here"), 404, "unknown_url", "GET /v1/nothing/here");
    }

    @Test
    void anotherMethodIsA405WithThoseThereAre() {
        Answer refused = new ApiClient(port)
                .send("PUT", "/v1/files", "application/json", HttpRequest.BodyPublishers.ofString("{}"));
        assertError(refused, 405, "method_not_allowed", "GET, POST");
        assertThat(refused.header("Allow")).contains("GET").contains("POST");
    }

    @Test
    void anAnswerTheClientDoesNotTakeIsA406() {
        Answer refused = new ApiClient(port)
                .send("GET", "/v1/files", null, HttpRequest.BodyPublishers.noBody(), "Accept", "text/html");
        assertError(refused, 406, "not_acceptable", "application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"model\": \"x\",", "{\"model\": \"x\"} {}", "{\"model\": \"x\", \"model\": \"y\"}", ""})
    void aBodyThatIsNotOneJsonObjectIsA400(String body) {
        assertError(new ApiClient(port).post("/v1/fine_tuning/jobs", body), 400, "invalid_json", "JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/files/..%2F..%2Fadmin-key",
                "/v1/models/a;b",
                "/v1//files",
                "/v1/files/%00",
                "/v1/files/%zz",
                "/v1/models/a[b"
            })
    void aMalformedPathIsA400EvenWhereNoHandlerSeesIt(String path) throws IOException {
        JsonNode error = rawError("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + PostgresForTests.ADMIN_KEY + "\r\nConnection: close\r\n\r\n");
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
    }

    private JsonNode rawError(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 4")
                    .contains("x-request-id: req_")
                    .contains("application/json");
            return JsonMapper.shared()
                    .readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                    .required("error");
        }
    }

    private static void assertError(Answer answer, int status, String code, String said) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("x-request-id")).startsWith("req_");
        JsonNode error = answer.json().required("error");
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.required("code").asString()).isEqualTo(code);
        assertThat(error.required("message").asString()).contains(said);
    }
}
