package io.attune.preview;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.job.queue.TestService;
import io.attune.storage.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Previews over HTTP by a process in the role api alone, with real trainers. */
@ServiceTest
class PreviewTest {

    private static final String ROWS = """
            {"messages": [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Ho."}]}
            {"messages": [{"role": "user", "content": "Tell me."}, {"role": "assistant", "content": "No."},
             {"role": "user", "content": "Please."}, {"role": "assistant", "content": "Once upon a time."}]}
            """.replace(",\n ", ", ");

    private final TestService service;
    private final Path folders;
    private ApiClient api;
    private String file;

    PreviewTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        folders = service.bean(DataFolder.class).previews();
    }

    @BeforeEach
    void upload() {
        api = service.empty().client();
        file = upload(ROWS);
        service.file("file-results", "fine-tune-results", "x");
    }

    @AfterEach
    void nothingIsLeftOver() throws IOException {
        try (Stream<Path> left = Files.list(folders)) {
            assertThat(left).as("work folders").isEmpty();
        }
        assertThat(service.jdbc()
                        .sql("select count(*) from job")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void theFirstRowsAreShownAsTextAndTokensWithWhatIsLearnedMarked() {
        JsonNode preview = preview("\"limit\": 20");

        assertThat(preview.get("object").asString()).isEqualTo("fine_tuning.preview");
        assertThat(preview.get("training_file").asString()).isEqualTo(file);
        assertThat(preview.get("has_more").asBoolean()).isFalse();
        assertThat(preview.get("rows")).hasSize(2);
        JsonNode row = preview.get("rows").get(1);
        assertThat(row.get("line").asInt()).isEqualTo(2);
        assertThat(row.get("kind").asString()).isEqualTo("chat");
        assertThat(row.get("findings")).isEmpty();
        JsonNode sequence = row.get("sequences").get(0);
        assertThat(texts(sequence, true)).containsExactly("No.<|im_end|>", "Once upon a time.<|im_end|>");
        assertThat(String.join("", texts(sequence, false)))
                .isEqualTo("<|im_start|>user\nTell me.<|im_end|>\n<|im_start|>assistant\n\n<|im_start|>user\nPlease."
                        + "<|im_end|>\n<|im_start|>assistant\n");
        assertThat(sequence.get("ids")).hasSize(sequence.get("tokens").asInt());
        assertThat(sequence.get("pieces")
                        .valueStream()
                        .filter(piece -> piece.get("target").asBoolean())
                        .mapToInt(piece ->
                                piece.get("end").asInt() - piece.get("start").asInt())
                        .sum())
                .isEqualTo(sequence.get("target_tokens").asInt());
    }

    @Test
    void oneRowIsShownByItsLineAndThreeWhereNothingIsSaid() {
        assertThat(preview("\"line\": 2").get("rows"))
                .singleElement()
                .satisfies(row -> assertThat(row.get("line").asInt()).isEqualTo(2));

        file = upload(ROWS.repeat(3));
        JsonNode usual = preview("\"chat_template_kwargs\": {\"enable_thinking\": false}");
        assertThat(usual.get("rows")).hasSize(3);
        assertThat(usual.get("has_more").asBoolean()).isTrue();
    }

    @Test
    void aRowThatIsTooLongIsShownWithItsFindingOrCutAsTheJobWouldBeAskedTo() {
        String method =
                "\"line\": 2, \"method\": {\"type\": \"supervised\", \"supervised\": {\"hyperparameters\": {\"max_length\": 12, %s}}}";

        JsonNode refused = preview(method.formatted("\"n_epochs\": 2"));
        assertThat(refused.get("max_length").asInt()).isEqualTo(12);
        assertThat(refused.get("rows").get(0).get("sequences")).isEmpty();
        assertThat(refused.get("rows")
                        .get(0)
                        .get("findings")
                        .get(0)
                        .get("problem")
                        .asString())
                .contains("max_length = 12", "overlong_rows");
        JsonNode cut = preview(method.formatted("\"overlong_rows\": \"truncate\""));
        assertThat(cut.get("rows").get(0).get("truncated").asBoolean()).isTrue();
        assertThat(cut.get("rows").get(0).get("sequences").get(0).get("ids")).hasSize(12);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'model': 'gpt-9' | 404 | model_not_found | model
                    'model': null | 400 | missing_required_parameter | model
                    'training_file': null | 400 | missing_required_parameter | training_file
                    'training_file': 'file-nowhere' | 400 | invalid_file | training_file
                    'training_file': 'file-results' | 400 | invalid_file | training_file
                    'line': 0 | 400 | invalid_value | line
                    'line': 3 | 400 | invalid_value | line
                    'limit': 21 | 400 | invalid_value | limit
                    'limit': 1, 'line': 1 | 400 | invalid_value | limit
                    'rows': 3 | 400 | unknown_parameter | rows
                    'suffix': 'a' | 400 | unknown_parameter | suffix
                    'chat_template_kwargs': {'tools': []} | 400 | invalid_value | chat_template_kwargs.tools
                    'method': {'type': 'dpo'} | 400 | unsupported_method | method.type
                    'method': {'type': 'supervised', 'supervised': {'hyperparameters': {'max_length': 100000}}} | 400 | invalid_value | method.supervised.hyperparameters.max_length
                    'method': {'type': 'supervised', 'supervised': {'hyperparameters': {'max_len': 10}}} | 400 | unknown_parameter | method.supervised.hyperparameters.max_len
                    """)
    void aRequestThatCannotBeMetIsRefusedAsAJobIs(String fields, int status, String code, String param) {
        var body = (ObjectNode) JsonMapper.shared().readTree(body(""));
        body.setAll((ObjectNode) JsonMapper.shared().readTree("{" + fields.replace('\'', '"') + "}"));

        Answer answer = api.post("/v1/fine_tuning/preview", body.toString());

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.error("code")).isEqualTo(code);
        assertThat(answer.error("param")).isEqualTo(param);
    }

    @Test
    void aModelFolderThatLostItsTokenizerIsNamedAndTheRequestNeedNotBeRepeated() {
        Answer answer = api.post("/v1/fine_tuning/preview", body("").replace("attune-tales", TestService.MODEL));

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.error("code")).isEqualTo("invalid_model");
        assertThat(answer.error("message")).contains("the model folder has no tokenizer.json");
        assertThat(answer.header("x-should-retry")).isEqualTo("false");
    }

    @Test
    void moreThanTheServiceMakesAtOnceAreToldWhenToComeAgain() {
        var answers = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> api.post("/v1/fine_tuning/preview", body("")), task -> new Thread(task).start()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).anySatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 429));
        assertThat(answers).anySatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.error("code")).isEqualTo("previews_busy");
            assertThat(answer.header("Retry-After")).isEqualTo("5");
        });
    }

    private JsonNode preview(String more) {
        Answer answer = api.post("/v1/fine_tuning/preview", body(", " + more));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private String body(String more) {
        return "{\"model\": \"attune-tales\", \"training_file\": \"" + file + "\"" + more + "}";
    }

    private String upload(String rows) {
        return api.upload(ApiClient.field("purpose", "fine-tune"), ApiClient.file("file", "rows.jsonl", rows))
                .json()
                .required("id")
                .asString();
    }

    private static List<String> texts(JsonNode sequence, boolean target) {
        return sequence.get("pieces")
                .valueStream()
                .filter(piece -> piece.get("target").asBoolean() == target)
                .map(piece -> piece.get("text").asString())
                .toList();
    }
}
