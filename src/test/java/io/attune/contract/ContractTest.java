package io.attune.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check of answers can fail, and says where. */
class ContractTest {

    private static final String JSON = "application/json";
    private static final String FILE = """
            {"id": "file-1", "object": "file", "bytes": 5, "created_at": 7, "filename": "rows.jsonl", "purpose": "fine-tune",
             "status": "processed"}""";
    private static final String JOB = """
            {"id": "ftjob-1", "object": "fine_tuning.job", "created_at": 7, "finished_at": null, "model": "tiny/llama",
             "fine_tuned_model": null, "organization_id": "org", "status": "queued", "hyperparameters": {"n_epochs": "auto"},
             "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 3, "max_steps": 7}}},
             "training_type": {"type": "lora", "r": 16}, "training_file": "file-1", "validation_file": null, "result_files": [],
             "artifacts": [], "trained_tokens": null, "error": null, "seed": 1, "priority": 0, "metadata": {"team": "a"}}""";
    private static final String ERROR =
            "{\"error\": {\"message\": \"No.\", \"type\": \"invalid_request_error\", \"param\": null, \"code\": null}}";

    @Test
    void whatFitsPasses() {
        Contract.check("GET", "/v1/files/file-1", 200, JSON, FILE);
        Contract.check("GET", "/v1/fine_tuning/jobs/ftjob-1?x=y", 200, "application/json;charset=UTF-8", JOB);
        Contract.check("GET", "/v1/nothing/here", 404, JSON, ERROR);
        Contract.check("GET", "/v1/files/file-1/content", 200, "application/octet-stream", "\0\1");
        Contract.check("GET", "/health", 200, "text/plain", "not of the contract");
    }

    @ParameterizedTest
    @CsvSource({
        // a field that OpenAI requires
        "'\"status\": \"processed\"', '\"expires_at\": 8', required",
        "'\"bytes\": 5,', '\"bytes\": \"5\",', integer expected",
        "'\"bytes\": 5,', '\"bytes\": 5.5,', integer expected",
        "'\"bytes\": 5,', '\"bytes\": null,', integer expected",
        // a field that neither reference nor overlay names
        "'\"bytes\": 5,', '\"bytes\": 5, \"rows\": 3,', rows",
        "'\"processed\"', '\"ready\"', enumeration",
        "'\"object\": \"file\"', '\"object\": \"File\"', enumeration"
    })
    void aFileThatDoesNotFitFails(String good, String bad, String said) {
        assertThat(FILE).contains(good);
        assertThatThrownBy(() -> Contract.check("GET", "/v1/files/f", 200, JSON, FILE.replace(good, bad)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(said);
        assertThatThrownBy(() -> Contract.check("GET", "/v1/files", 200, JSON, """
                        {"object": "list", "data": [%s], "first_id": "a", "last_id": "b", "has_more": false}""".formatted(FILE.replace(good, bad))))
                .as("in a list too")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"priority\": 0', '\"urgency\": 0', urgency",
        "'\"r\": 16', '\"rank\": 16', rank",
        "'\"max_steps\": 7', '\"most_steps\": 7', most_steps",
        "'{\"n_epochs\": \"auto\"}', '{\"n_epochs\": \"many\"}', n_epochs",
        "'\"error\": null', '\"error\": {\"code\": \"a\", \"message\": \"b\"}', param",
        "'\"team\": \"a\"', '\"team\": 1', string expected",
        "'\"status\": \"queued\"', '\"status\": \"pausing\"', enumeration",
        "'\"seed\": 1,', '', seed"
    })
    void aJobThatDoesNotFitFails(String good, String bad, String said) {
        assertThat(JOB).contains(good);
        assertThatThrownBy(() -> Contract.check(
                        "POST", "/v1/fine_tuning/jobs", 200, JSON, JOB.replace(good, bad == null ? "" : bad)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\": {\"message\": \"No.\", \"type\": \"invalid_request_error\", \"code\": null}}",
                "{\"error\": {\"message\": null, \"type\": \"invalid_request_error\", \"param\": null, \"code\": null}}",
                "{\"error\": {\"message\": \"No.\", \"type\": \"t\", \"param\": [1], \"code\": null}}",
                "{\"error\": {\"message\": \"No.\", \"type\": \"t\", \"param\": null, \"code\": 404}}",
                "{\"error\": {\"message\": \"No.\", \"type\": \"t\", \"param\": null, \"code\": null, \"line\": 1}}",
                "{\"message\": \"No.\"}",
                "{\"timestamp\": 1, \"status\": 404, \"error\": \"Not Found\", \"path\": \"/v1/files/f\"}",
                "<html>",
                ""
            })
    void anErrorThatIsNotTheErrorObjectFails(String body) {
        for (int status : new int[] {400, 401, 404, 405, 413, 415, 429, 500, 503}) {
            assertThatThrownBy(() -> Contract.check("GET", "/v1/files/f", status, JSON, body))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void anErrorOfAnotherMediaTypeFails() {
        assertThatThrownBy(() -> Contract.check("GET", "/v1/files/f", 404, "text/html", ERROR))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Contract.check("GET", "/v1/files/f", 404, null, ERROR))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void anOperationOrStatusOrMediaTypeThatNobodyNamesFails() {
        assertThatThrownBy(() -> Contract.check("GET", "/v1/secrets", 200, JSON, "{}"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("operation");
        assertThatThrownBy(() -> Contract.check("PUT", "/v1/files/f", 200, JSON, FILE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("operation");
        assertThatThrownBy(() -> Contract.check("GET", "/v1/files/f", 201, JSON, FILE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("status");
        assertThatThrownBy(() -> Contract.check("GET", "/v1/files/f", 302, null, ""))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("status");
        assertThatThrownBy(() -> Contract.check("GET", "/v1/files/f", 200, "text/plain", FILE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("media type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny",
                "org/tiny",
                "org%2Ftiny",
                "ft:org/tiny:attune:mine:abc:ckpt-step-7",
                "ft%3Aorg%2Ftiny%3Aattune%3Amine%3Aabc"
            })
    void aModelIsFoundByAnyNameEncodedOrNot(String name) {
        String model = "{\"id\": \"m\", \"object\": \"model\", \"created\": 7, \"owned_by\": \"system\"}";
        assertThatCode(() -> Contract.check("GET", "/v1/models/" + name, 200, JSON, model))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Contract.check("GET", "/v1/models/" + name, 200, JSON, FILE))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aBodyOfAnotherKindFails() {
        for (String body : new String[] {"[]", "\"file-1\"", "null", "{}", ""}) {
            assertThatThrownBy(() -> Contract.check("GET", "/v1/files/f", 200, JSON, body))
                    .as(body)
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void anEventForAWebhookIsChecked() {
        String event = """
                {"id": "evt_1", "object": "event", "type": "fine_tuning.job.succeeded", "created_at": 7, "data": {"id": "ftjob-1"}}""";
        Contract.checkEvent(event);
        assertThatThrownBy(() -> Contract.checkEvent(event.replace("\"id\": \"ftjob-1\"", "\"job\": \"ftjob-1\"")))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Contract.checkEvent(event.replace("succeeded", "paused")))
                .isInstanceOf(AssertionError.class);
    }
}
