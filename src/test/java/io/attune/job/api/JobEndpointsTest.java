package io.attune.job.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ServiceTest;
import io.attune.dataset.Finding;
import io.attune.job.Attempt;
import io.attune.job.Failure;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.Purpose;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.JobQueue;
import io.attune.job.event.NewEvent;
import io.attune.job.queue.TestService;
import io.attune.setting.BaseModelLimits;
import io.attune.storage.Blob;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@ServiceTest
class JobEndpointsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final TestService service;

    private record Answer(int status, JsonNode body, ApiClient.Answer raw) {

        static Answer of(ApiClient.Answer raw) {
            return new Answer(raw.status(), raw.json(), raw);
        }

        JsonNode error() {
            return body.get("error");
        }
    }

    JobEndpointsTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
    }

    @BeforeEach
    void empty() {
        service.empty();
        service.file("file-train", "fine-tune", "{}");
        service.file("file-valid", "fine-tune", "{ }");
        service.file("file-results", "fine-tune-results", "x");
    }

    @Test
    void aNewJobHasEveryFieldThatClientsNeed() {
        Answer answer = create("{'model': 'tiny/llama', 'training_file': 'file-train'}");

        assertThat(answer.status()).isEqualTo(200);
        JsonNode job = answer.body();
        assertThat(job.get("object").asString()).isEqualTo("fine_tuning.job");
        assertThat(job.get("id").asString()).startsWith("ftjob-");
        assertThat(job.get("status").asString()).isEqualTo("validating_files");
        assertThat(job.get("created_at").isIntegralNumber()).isTrue();
        assertThat(job.get("organization_id").asString()).isNotEmpty();
        assertThat(job.get("seed").asLong()).isBetween(0L, (long) Integer.MAX_VALUE);
        assertThat(job.get("result_files")).isEqualTo(JSON.readTree("[]"));
        assertThat(job.get("artifacts")).isEqualTo(JSON.readTree("[]"));
        assertThat(job.get("hyperparameters"))
                .isEqualTo(json("{'n_epochs': 'auto', 'batch_size': 'auto', 'learning_rate_multiplier': 'auto'}"));
        assertThat(job.get("training_type")).isEqualTo(json("{'type': 'lora'}"));
        assertThat(job.get("method").get("type").asString()).isEqualTo("supervised");
        for (String field : List.of(
                "error", "finished_at", "fine_tuned_model", "trained_tokens", "validation_file", "estimated_finish")) {
            assertThat(job.has(field)).as(field).isTrue();
            assertThat(job.get(field).isNull()).as(field).isTrue();
        }
        assertThat(service.messages(job.get("id").asString()))
                .containsExactly(
                        "Created fine-tuning job: " + job.get("id").asString(), "Validating training file: file-train");
    }

    @Test
    void everythingThatIsAskedForIsShown() {
        Answer answer = create("""
                {'model': 'tiny/llama', 'training_file': 'file-train', 'validation_file': 'file-valid', 'suffix': 'my-model_1',
                 'seed': 0, 'priority': -100, 'metadata': {'team': 'red'}, 'integrations': [],
                 'training_type': {'type': 'lora', 'r': 8, 'lora_alpha': 16, 'lora_dropout': 0.1, 'target_modules': ['q_proj']},
                 'method': {'type': 'supervised', 'supervised': {'hyperparameters': {'n_epochs': 2, 'batch_size': 'auto',
                   'learning_rate': 0.001, 'max_steps': 5, 'warmup_ratio': 0, 'lr_scheduler_type': 'linear', 'weight_decay': 0.1,
                   'max_grad_norm': 0.5, 'adam_beta1': 0.8, 'adam_beta2': 0.99, 'adam_epsilon': 1e-7, 'max_length': 128,
                   'overlong_rows': 'drop', 'micro_batch_tokens': 512, 'eval_steps': 2, 'checkpoint_steps': 'auto'}}}}""");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        JsonNode job = answer.body();
        assertThat(job.get("seed").asInt()).isZero();
        assertThat(job.get("priority").asInt()).isEqualTo(-100);
        assertThat(job.get("metadata")).isEqualTo(json("{'team': 'red'}"));
        assertThat(job.get("validation_file").asString()).isEqualTo("file-valid");
        assertThat(job.get("training_type"))
                .isEqualTo(
                        json(
                                "{'type': 'lora', 'r': 8, 'lora_alpha': 16.0, 'lora_dropout': 0.1, 'target_modules': ['q_proj']}"));
        JsonNode hyperparameters = job.get("method").get("supervised").get("hyperparameters");
        assertThat(hyperparameters.get("learning_rate").asDouble()).isEqualTo(0.001);
        assertThat(hyperparameters.has("learning_rate_multiplier")).isFalse();
        assertThat(hyperparameters.get("batch_size").asString()).isEqualTo("auto");
        assertThat(hyperparameters.get("overlong_rows").asString()).isEqualTo("drop");
        assertThat(hyperparameters.get("eval_steps").asInt()).isEqualTo(2);
        assertThat(hyperparameters.get("warmup_ratio").asDouble()).isZero();
    }

    @Test
    void whatTheChatTemplateIsGivenIsShownAndHandedOnAsItWasAskedFor() {
        String asked =
                "{\"enable_thinking\":false,\"a\":{\"z\":1,\"b\":[null,1.5,\"\u00e4\\u2028\",true]},\"A_1\":12345678901234567890,\"n\":null}";
        Answer answer = post(
                "/v1/fine_tuning/jobs",
                "{\"model\": \"tiny/llama\", \"training_file\": \"file-train\", \"chat_template_kwargs\": " + asked
                        + "}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().get("chat_template_kwargs").toString())
                .isEqualTo(JSON.readTree(asked).toString());
        FineTuningJob job = service.bean(FineTuningJobs.class)
                .findById(answer.body().get("id").asString())
                .orElseThrow();
        assertThat(JSON.writeValueAsString(job.chatTemplateKwargs()))
                .isEqualTo(JSON.readTree(asked).toString());
    }

    @Test
    void whatTheChatTemplateIsGivenHasAtMost64Kibibytes() {
        String fits = "{'model': 'tiny/llama', 'training_file': 'file-train', 'chat_template_kwargs': {'a': '%s'}}";

        assertThat(create(fits.formatted("x".repeat((64 << 10) - 8))).status()).isEqualTo(200);
        Answer refused = create(fits.formatted("x".repeat((64 << 10) - 7)));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error().get("param").asString()).isEqualTo("chat_template_kwargs");
        assertThat(refused.error().get("message").asString()).contains("65536").contains("65537");
    }

    @Test
    void aNumberThatNoFloatCanHoldIsRefusedAmongWhatTheChatTemplateIsGiven() {
        Answer refused = create(
                "{'model': 'tiny/llama', 'training_file': 'file-train', 'chat_template_kwargs': {'a': [1, {'b': -1e400}]}}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error().get("param").asString()).isEqualTo("chat_template_kwargs.a");
    }

    @Test
    void theTimeThatTemplatesPrintIsFixedWhenValidationBeginsAndStaysWhateverHappensToAttempts() {
        JsonNode job =
                create("{'model': 'tiny/llama', 'training_file': 'file-train'}").body();
        String path = "/v1/fine_tuning/jobs/" + job.get("id").asString();
        assertThat(job.get("rendered_at").isNull()).isTrue();
        assertThat(job.get("chat_template_kwargs")).isEqualTo(json("{}"));

        Attempt first = service.claim(Purpose.VALIDATE).orElseThrow();
        JsonNode fixed = get(path).body().get("rendered_at");
        assertThat(fixed.asLong())
                .isBetween(job.get("created_at").asLong(), job.get("created_at").asLong() + 60);
        service.jdbc()
                .sql("update job set rendered_at = rendered_at - interval '3 days'")
                .update();
        service.bean(JobQueue.class).end(first, new AttemptFailure.Shutdown());
        service.claim(Purpose.VALIDATE).orElseThrow();

        assertThat(get(path).body().get("rendered_at").asLong()).isEqualTo(fixed.asLong() - 3 * 24 * 3600);
    }

    @Test
    void aWholeNumberWrittenWithAPointIsAWholeNumber() {
        JsonNode job = create("""
                {'model': 'tiny/llama', 'training_file': 'file-train', 'seed': 7.0, 'priority': -3.0,
                 'training_type': {'type': 'lora', 'r': 8.0},
                 'method': {'type': 'supervised', 'supervised': {'hyperparameters': {'n_epochs': 2.0, 'batch_size': 4.0,
                   'max_steps': 1e3, 'max_length': 128.0, 'micro_batch_tokens': 512.0, 'eval_steps': 2.0,
                   'checkpoint_steps': 3.0}}}}""").body();

        assertThat(job.get("seed").toString()).isEqualTo("7");
        assertThat(job.get("priority").toString()).isEqualTo("-3");
        assertThat(job.get("training_type")).isEqualTo(json("{'type': 'lora', 'r': 8}"));
        JsonNode shown = job.get("method").get("supervised").get("hyperparameters");
        assertThat(shown.get("n_epochs").toString()).isEqualTo("2");
        assertThat(shown.get("batch_size").toString()).isEqualTo("4");
        assertThat(shown.get("max_steps").toString()).isEqualTo("1000");
        assertThat(shown.get("max_length").toString()).isEqualTo("128");
        assertThat(shown.get("micro_batch_tokens").toString()).isEqualTo("512");
        assertThat(shown.get("eval_steps").toString()).isEqualTo("2");
        assertThat(shown.get("checkpoint_steps").toString()).isEqualTo("3");
    }

    @Test
    void autoIsShownResolvedAfterValidation() {
        String id = create("{'model': 'tiny/llama', 'training_file': 'file-train', 'hyperparameters': {'n_epochs': 4}}")
                .body()
                .get("id")
                .asString();
        Attempt attempt = service.claim(Purpose.VALIDATE).orElseThrow();
        FineTuningJob job = service.bean(FineTuningJobs.class).findById(id).orElseThrow();
        service.bean(JobQueue.class)
                .end(
                        attempt,
                        new AttemptEnd.Validated(
                                job.settings().resolve(new BaseModelLimits(128, List.of("q_proj", "v_proj"))),
                                TestService.report(),
                                null,
                                List.of()));

        JsonNode shown = get("/v1/fine_tuning/jobs/" + id).body();
        assertThat(shown.get("status").asString()).isEqualTo("queued");
        assertThat(shown.get("hyperparameters"))
                .isEqualTo(json("{'n_epochs': 4, 'batch_size': 8, 'learning_rate_multiplier': 1.0}"));
        JsonNode hyperparameters = shown.get("method").get("supervised").get("hyperparameters");
        assertThat(hyperparameters.toString()).doesNotContain("auto");
        assertThat(hyperparameters.get("learning_rate").asDouble()).isEqualTo(2e-4);
        assertThat(hyperparameters.get("max_length").asInt()).isEqualTo(128);
        assertThat(shown.get("training_type"))
                .isEqualTo(
                        json(
                                "{'type': 'lora', 'r': 16, 'lora_alpha': 32.0, 'lora_dropout': 0.0, 'target_modules': ['q_proj', 'v_proj']}"));
    }

    @ParameterizedTest(name = "{0} -> {2} {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'modell': 'x' | 400 | unknown_parameter | modell
                    'training_type': {'rank': 8} | 400 | unknown_parameter | training_type.rank
                    'method': {'type': 'supervised', 'supervised': {'epochs': 1}} | 400 | unknown_parameter | method.supervised.epochs
                    'hyperparameters': {'epochs': 1} | 400 | unknown_parameter | hyperparameters.epochs
                    'hyperparameters': {'n_epochs': 0} | 400 | invalid_value | hyperparameters.n_epochs
                    'hyperparameters': {'n_epochs': 51} | 400 | invalid_value | hyperparameters.n_epochs
                    'hyperparameters': {'n_epochs': 1.5} | 400 | invalid_value | hyperparameters.n_epochs
                    'hyperparameters': {'n_epochs': '3'} | 400 | invalid_value | hyperparameters.n_epochs
                    'hyperparameters': {'n_epochs': 1e99} | 400 | invalid_value | hyperparameters.n_epochs
                    'hyperparameters': {'batch_size': 257} | 400 | invalid_value | hyperparameters.batch_size
                    'hyperparameters': {'learning_rate_multiplier': 0} | 400 | invalid_value | hyperparameters.learning_rate_multiplier
                    'hyperparameters': {'learning_rate': 1e-4, 'learning_rate_multiplier': 2} | 400 | invalid_value | hyperparameters.learning_rate
                    'hyperparameters': {'lr_scheduler_type': 'polynomial'} | 400 | invalid_value | hyperparameters.lr_scheduler_type
                    'hyperparameters': {'warmup_ratio': 1.1} | 400 | invalid_value | hyperparameters.warmup_ratio
                    'hyperparameters': {'adam_beta2': 1} | 400 | invalid_value | hyperparameters.adam_beta2
                    'hyperparameters': {'overlong_rows': 'cut'} | 400 | invalid_value | hyperparameters.overlong_rows
                    'hyperparameters': {'max_length': 129} | 400 | invalid_value | method.supervised.hyperparameters.max_length
                    'hyperparameters': {'n_epochs': 1}, 'method': {'type': 'supervised', 'supervised': {'hyperparameters': {'n_epochs': 2}}} | 400 | invalid_value | hyperparameters
                    'hyperparameters': [] | 400 | invalid_value | hyperparameters
                    'training_type': {'type': 'qlora'} | 400 | invalid_value | training_type.type
                    'training_type': {'type': 'freeze'} | 400 | unsupported_method | training_type.type
                    'training_type': {'type': 'ia3'} | 400 | unsupported_method | training_type.type
                    'training_type': {'type': 'prompt_tuning'} | 400 | unsupported_method | training_type.type
                    'training_type': {'type': 'prefix_tuning'} | 400 | unsupported_method | training_type.type
                    'training_type': {'type': 'auto'} | 400 | unsupported_method | training_type.type
                    'training_type': {'type': 'full', 'r': 8} | 400 | invalid_value | training_type.r
                    'training_type': {'r': 0} | 400 | invalid_value | training_type.r
                    'training_type': {'lora_dropout': 1} | 400 | invalid_value | training_type.lora_dropout
                    'training_type': {'target_modules': 'all'} | 400 | invalid_value | training_type.target_modules
                    'training_type': {'target_modules': []} | 400 | invalid_value | training_type.target_modules
                    'training_type': {'target_modules': ['q_proj', 'c_attn']} | 400 | invalid_value | training_type.target_modules
                    'method': {} | 400 | missing_required_parameter | method.type
                    'method': {'type': 'distillation'} | 400 | invalid_value | method.type
                    'method': {'type': 'dpo'} | 400 | unsupported_method | method.type
                    'method': {'type': 'reinforcement'} | 400 | unsupported_method | method.type
                    'chat_template_kwargs': [] | 400 | invalid_value | chat_template_kwargs
                    'chat_template_kwargs': {'enable-thinking': false} | 400 | invalid_value | chat_template_kwargs
                    'chat_template_kwargs': {'': 1} | 400 | invalid_value | chat_template_kwargs
                    'chat_template_kwargs': {'1st': 1} | 400 | invalid_value | chat_template_kwargs
                    'chat_template_kwargs': {'messages': []} | 400 | invalid_value | chat_template_kwargs.messages
                    'chat_template_kwargs': {'bos_token': ''} | 400 | invalid_value | chat_template_kwargs.bos_token
                    'chat_template_kwargs': {'add_generation_prompt': true} | 400 | invalid_value | chat_template_kwargs.add_generation_prompt
                    'chat_template_kwargs': {'a': [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]} | 400 | invalid_value | chat_template_kwargs.a
                    'integrations': [{'type': 'wandb'}] | 400 | unsupported_integrations | integrations
                    'suffix': '' | 400 | invalid_value | suffix
                    'suffix': 'a b' | 400 | invalid_value | suffix
                    'suffix': 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' | 400 | invalid_value | suffix
                    'seed': -1 | 400 | invalid_value | seed
                    'seed': 2147483648 | 400 | invalid_value | seed
                    'priority': 101 | 400 | invalid_value | priority
                    'metadata': {'k': 1} | 400 | invalid_value | metadata.k
                    'metadata': 'k' | 400 | invalid_value | metadata
                    'model': 'gpt-9' | 404 | model_not_found | model
                    'model': null | 400 | missing_required_parameter | model
                    'training_file': 'file-nowhere' | 400 | invalid_file | training_file
                    'training_file': 'file-results' | 400 | invalid_file | training_file
                    'training_file': null | 400 | missing_required_parameter | training_file
                    'validation_file': 'file-nowhere' | 400 | invalid_file | validation_file
                    'validation_file': 'file-results' | 400 | invalid_file | validation_file
                    """)
    void aRequestThatCannotBeMetIsRefusedByNameAndLeavesNothingBehind(
            String fields, int status, String code, String param) {
        ObjectNode body = (ObjectNode) json("{'model': 'tiny/llama', 'training_file': 'file-train'}");
        body.setAll((ObjectNode) json("{" + fields + "}"));

        Answer answer = post("/v1/fine_tuning/jobs", body.toString());

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.error().get("code").asString()).isEqualTo(code);
        assertThat(answer.error().get("param").asString()).isEqualTo(param);
        assertThat(answer.error().get("message").asString()).isNotEmpty();
        assertThat(service.jdbc()
                        .sql("select count(*) from job")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(service.jdbc()
                        .sql("select count(*) from event")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void metadataHasAtMost16PairsOf64And512Characters() {
        ObjectNode pairs = JSON.createObjectNode();
        for (int i = 0; i < 16; i++) {
            pairs.put("k".repeat(62) + (10 + i), "v".repeat(512));
        }
        assertThat(createWithMetadata(pairs).status()).isEqualTo(200);
        assertThat(createWithMetadata(pairs.deepCopy().put("one more", "x")).status())
                .isEqualTo(400);
        assertThat(createWithMetadata(JSON.createObjectNode().put("k".repeat(65), "x"))
                        .status())
                .isEqualTo(400);
        assertThat(createWithMetadata(JSON.createObjectNode().put("k", "v".repeat(513)))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aDeletedFileIsRefusedButAJobKeepsTheRowsItWasMadeWith() {
        String id = create("{'model': 'tiny/llama', 'training_file': 'file-train'}")
                .body()
                .get("id")
                .asString();
        service.jdbc()
                .sql("update file set deleted_at = now(), blob = null where id = 'file-train'")
                .update();

        Answer refused = create("{'model': 'tiny/llama', 'training_file': 'file-train'}");

        assertThat(refused.error().get("code").asString()).isEqualTo("invalid_file");
        assertThat(refused.error().get("param").asString()).isEqualTo("training_file");
        assertThat(service.bean(FineTuningJobs.class).findById(id).orElseThrow().trainingBlob())
                .hasSize(64);
    }

    @Test
    void listsComeNewestFirstInPagesAndEndWithAnEmptyOne() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(
                    0,
                    create("{'model': 'tiny/llama', 'training_file': 'file-train', 'metadata': {'n': '%d', 'all': 'x'}}"
                                    .formatted(i))
                            .body()
                            .get("id")
                            .asString());
        }
        assertThat(pages("/v1/fine_tuning/jobs?limit=2")).isEqualTo(ids);
        assertThat(pages("/v1/fine_tuning/jobs?limit=5&" + encode("metadata[all]") + "=x"))
                .isEqualTo(ids);
        assertThat(pages("/v1/fine_tuning/jobs?limit=5&" + encode("metadata[n]") + "=3"))
                .containsExactly(ids.get(1));
        assertThat(get("/v1/fine_tuning/jobs?limit=0").error().get("param").asString())
                .isEqualTo("limit");
    }

    @Test
    void jobsAreFoundByTheirMetadataWhateverItsKeys() {
        Map<String, Map<String, String>> jobs = Map.of(
                "a", Map.of("team", "red", "year", "2026"),
                "b", Map.of("team", "red", "year", "2025"),
                "c", Map.of("team", "blue & \u00e9+%", "k[0].x=y", "\"'\\", "long", "x".repeat(512)),
                "d", Map.of());
        Map<String, String> ids = new HashMap<>();
        jobs.forEach((name, pairs) -> ids.put(
                name,
                createWithMetadata(JSON.valueToTree(pairs)).body().get("id").asString()));

        assertThat(found("metadata[team]=red")).containsExactlyInAnyOrder(ids.get("a"), ids.get("b"));
        assertThat(found("metadata[team]=red&metadata[year]=2025")).containsExactly(ids.get("b"));
        assertThat(found("metadata%5Bteam%5D=red&limit=1&metadata%5Byear%5D=2026"))
                .containsExactly(ids.get("a"));
        assertThat(found(encode("metadata[team]") + "=" + encode("blue & \u00e9+%")))
                .containsExactly(ids.get("c"));
        assertThat(found(encode("metadata[k[0].x=y]") + "=" + encode("\"'\\"))).containsExactly(ids.get("c"));
        assertThat(found("metadata[long]=" + "x".repeat(512))).containsExactly(ids.get("c"));
        assertThat(found("metadata[team]=re")).isEmpty();
        assertThat(found("metadata[nothing]=x")).isEmpty();
        assertThat(found("metadata=null")).containsExactly(ids.get("d"));
        for (String wrong : List.of("metadata=team", "metadata=null&metadata[team]=red", "metadata=")) {
            Answer answer = get("/v1/fine_tuning/jobs?" + encodeBrackets(wrong));
            assertThat(answer.status()).as(wrong).isEqualTo(400);
            assertThat(answer.error().get("param").asString()).isEqualTo("metadata");
        }
    }

    private List<String> found(String query) {
        List<String> ids = new ArrayList<>();
        get("/v1/fine_tuning/jobs?" + encodeBrackets(query))
                .body()
                .get("data")
                .forEach(job -> ids.add(job.get("id").asString()));
        return ids;
    }

    /** What java.net.URI does not take. */
    private static String encodeBrackets(String query) {
        return query.replace("[", "%5B").replace("]", "%5D");
    }

    @Test
    void aCursorThatNamesNothingIsRefusedAndSoIsOneOfAnotherJob() {
        String mine = create("{'model': 'tiny/llama', 'training_file': 'file-train'}")
                .body()
                .get("id")
                .asString();
        String other = create("{'model': 'tiny/llama', 'training_file': 'file-train'}")
                .body()
                .get("id")
                .asString();
        service.jdbc()
                .sql(
                        "insert into checkpoint (id, job, attempt, step, model, artifact, metrics) select 'ftckpt-other', :job, 1, 1,"
                                + " 'ft:x:ckpt-step-1', blob, '{}' from file where id = 'file-train'")
                .param("job", other)
                .update();
        String event = get("/v1/fine_tuning/jobs/" + other + "/events")
                .body()
                .get("data")
                .get(0)
                .get("id")
                .asString();
        for (String path : List.of(
                "?after=ftjob-nowhere",
                "?after=" + event,
                "/" + mine + "/events?after=ftevent-nowhere",
                "/" + mine + "/events?after=" + event,
                "/" + mine + "/checkpoints?after=ftckpt-nowhere",
                "/" + mine + "/checkpoints?after=ftckpt-other")) {
            Answer answer = get("/v1/fine_tuning/jobs" + path);
            assertThat(answer.status()).as(path).isEqualTo(400);
            assertThat(answer.error().get("code").asString()).isEqualTo("invalid_value");
            assertThat(answer.error().get("param").asString()).isEqualTo("after");
        }
        assertThat(get("/v1/fine_tuning/jobs/" + other + "/checkpoints?after=ftckpt-other")
                        .body()
                        .get("data"))
                .isEmpty();
    }

    @Test
    void whatIsNullCountsAsLeftOut() {
        Answer answer = create("""
                {'model': 'tiny/llama', 'training_file': 'file-train', 'validation_file': null, 'suffix': null, 'seed': null,
                 'metadata': null, 'integrations': null, 'method': null, 'hyperparameters': null, 'priority': null,
                 'training_type': null}""");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(create("""
                {'model': 'tiny/llama', 'training_file': 'file-train',
                 'method': {'type': 'supervised', 'supervised': null, 'dpo': null}}""").status()).isEqualTo(200);
        assertThat(create("""
                {'model': 'tiny/llama', 'training_file': 'file-train',
                 'method': {'type': 'supervised', 'supervised': {'hyperparameters': null}}}""").status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'training_fil': 'x' | training_file
                    'sufix': 'x' | suffix
                    'hyperparameters': {'n_epoch': 3} | hyperparameters.n_epochs
                    'hyperparameters': {'nepochs': 3} | hyperparameters.n_epochs
                    'hyperparameters': {'batchsize': 3} | hyperparameters.batch_size
                    'method': {'tpye': 'supervised'} | method.type
                    'method': {'type': 'supervised', 'supervised': {'hyperparameters': {'n_epohcs': 3}}} | method.supervised.hyperparameters.n_epochs
                    """)
    void aMistypedFieldIsToldBeforeWhatIsMissingAndTheRightOneIsNamed(String field, String meant) {
        Answer answer = post("/v1/fine_tuning/jobs", "{" + field.replace('\'', '"') + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().get("code").asString()).isEqualTo("unknown_parameter");
        assertThat(answer.error().get("message").asString()).endsWith("Did you mean '" + meant + "'?");
    }

    @Test
    void whatIsMissingIsToldOnceAllElseIsRight() {
        for (String[] missing : new String[][] {
            {"{}", "model"},
            {"{'model': 'tiny/llama'}", "training_file"},
            {"{'model': '', 'training_file': 'x'}", "model"},
            {"{'model': 'tiny/llama', 'training_file': 'file-train', 'method': {}}", "method.type"}
        }) {
            Answer answer = create(missing[0]);
            assertThat(answer.error().get("code").asString()).isEqualTo("missing_required_parameter");
            assertThat(answer.error().get("param").asString()).isEqualTo(missing[1]);
        }
        assertThat(create("{'seed': -1}").error().get("param").asString()).isEqualTo("seed");
        assertThat(create("{'nonsense': -1}").error().get("message").asString())
                .isEqualTo("Unknown parameter: 'nonsense'.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'model': 'a\\u0000'",
                "'training_file': 'file-\\ud83d'",
                "'suffix': '\\udc00'",
                "'metadata': {'k': '\\u0000'}",
                "'metadata': {'\\u0000x': 'v'}"
            })
    void textThatCannotBeKeptIsRefused(String field) {
        Answer answer = create("{" + field + "}"); // which is told before what is missing
        assertThat(answer.error().get("code").asString()).isEqualTo("invalid_value");
        assertThat(field).contains(answer.error().get("param").asString().split("[.]")[0]);
    }

    @Test
    void aJobsValidationIsPendingUntilItsFilesWereRead() {
        String id = service.job("ftjob-12345678", 0);
        String path = "/v1/fine_tuning/jobs/" + id + "/validation";
        assertThat(get(path).body())
                .isEqualTo(json("{'object': 'fine_tuning.job.validation', 'fine_tuning_job_id': '" + id
                        + "', 'status': 'pending', 'training_file': null, 'validation_file': null, 'overlap': null}"));
        Attempt attempt = service.claim(Purpose.VALIDATE).orElseThrow();
        service.bean(JobQueue.class)
                .end(
                        attempt,
                        new AttemptEnd.Rejected(
                                TestService.report(new Finding(7, "messages[0].role", "It is odd\0. Mend it.")),
                                List.of(),
                                new Failure("invalid_training_file", "Line 7: It is odd\0.", "training_file")));

        JsonNode failed = get(path).body();
        assertThat(failed.get("status").asString()).isEqualTo("failed");
        assertThat(failed.get("training_file").get("tokens_per_row"))
                .isEqualTo(json("{'min': 5, 'mean': 7.5, 'median': 7, 'p95': 9, 'max': 10}"));
        assertThat(failed.get("training_file").get("findings"))
                .isEqualTo(json("[{'line': 7, 'field': 'messages[0].role', 'problem': 'It is odd\uFFFD. Mend it.'}]"));
        JsonNode error = get("/v1/fine_tuning/jobs/" + id).body().get("error");
        assertThat(error)
                .isEqualTo(json("{'code': 'invalid_training_file', 'message': 'Line 7: It is odd\uFFFD.',"
                        + " 'param': 'training_file'}"));
    }

    @Test
    void aJobThatEndedBeforeItsFilesWereReadSaysSo() {
        String id = service.job("ftjob-12345678", 0);
        post("/v1/fine_tuning/jobs/" + id + "/cancel", "");
        assertThat(get("/v1/fine_tuning/jobs/" + id + "/validation")
                        .body()
                        .get("status")
                        .asString())
                .isEqualTo("cancelled");
    }

    @Test
    void eventsComeNewestFirstInPages() {
        String id = service.queuedJob("ftjob-1", 0);
        Attempt attempt = service.claim(Purpose.TRAIN).orElseThrow();
        service.bean(JobQueue.class)
                .record(
                        attempt,
                        new AttemptReport.Events(
                                List.of(NewEvent.info("two", Map.of("phase", "before")), NewEvent.warning("three"))));

        assertThat(pages("/v1/fine_tuning/jobs/" + id + "/events?limit=2")).hasSize(3);
        JsonNode newest = get("/v1/fine_tuning/jobs/" + id + "/events").body().get("data");
        assertThat(newest.get(0).get("message").asString()).isEqualTo("three");
        assertThat(newest.get(0).get("level").asString()).isEqualTo("warn");
        assertThat(newest.get(0).has("data")).isFalse();
        assertThat(newest.get(1).get("data")).isEqualTo(json("{'phase': 'before'}"));
        assertThat(newest.get(2).get("object").asString()).isEqualTo("fine_tuning.job.event");
        assertThat(newest.get(2).get("type").asString()).isEqualTo("message");
    }

    @Test
    void checkpointsHaveTheirMetricsAndComeNewestFirst() {
        String id = service.queuedJob("ftjob-12345678", 0);
        Attempt attempt = service.claim(Purpose.TRAIN).orElseThrow();
        JobQueue queue = service.bean(JobQueue.class);
        Blob blob = new Blob("a".repeat(64), 1);
        queue.record(
                attempt,
                new AttemptReport.Steps(
                        List.of(new Metric(1, 2, 2.5, 0.5, 1e-4, 1.0, 1L, 1L, 1.0, null, null)),
                        Progress.waiting("x")));
        queue.record(attempt, new AttemptReport.Evaluated(1, 2.0, 0.25));
        queue.record(attempt, new AttemptReport.Checkpoint(1, "ft:m:ckpt-step-1", blob));
        queue.record(attempt, new AttemptReport.Checkpoint(2, "ft:m:ckpt-step-2", blob));

        JsonNode page = get("/v1/fine_tuning/jobs/" + id + "/checkpoints").body();

        assertThat(page.get("data")).hasSize(2);
        assertThat(page.get("first_id")).isEqualTo(page.get("data").get(0).get("id"));
        assertThat(page.get("data").get(0).get("step_number").asInt()).isEqualTo(2);
        JsonNode first = page.get("data").get(1);
        assertThat(first.get("fine_tuned_model_checkpoint").asString()).isEqualTo("ft:m:ckpt-step-1");
        assertThat(first.get("fine_tuning_job_id").asString()).isEqualTo(id);
        assertThat(first.get("metrics").get("train_loss").asDouble()).isEqualTo(2.5);
        assertThat(first.get("metrics").get("full_valid_loss").asDouble()).isEqualTo(2.0);
        assertThat(pages("/v1/fine_tuning/jobs/" + id + "/checkpoints?limit=1")).hasSize(2);
    }

    @Test
    void aWaitingJobIsCancelledAtOnceAndAnEndedOneIsNot() {
        String id = create("{'model': 'tiny/llama', 'training_file': 'file-train'}")
                .body()
                .get("id")
                .asString();

        Answer cancelled = post("/v1/fine_tuning/jobs/" + id + "/cancel", "");
        assertThat(cancelled.body().get("status").asString()).isEqualTo("cancelled");
        assertThat(cancelled.body().get("finished_at").isIntegralNumber()).isTrue();

        Answer again = post("/v1/fine_tuning/jobs/" + id + "/cancel", "");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.error().get("code").asString()).isEqualTo("job_already_ended");
        assertThat(again.raw().header("x-should-retry")).isEqualTo("false");
    }

    @Test
    void anUnknownJobIsNotFound() {
        for (Answer answer : List.of(
                get("/v1/fine_tuning/jobs/ftjob-x"),
                get("/v1/fine_tuning/jobs/ftjob-x/events"),
                get("/v1/fine_tuning/jobs/ftjob-x/checkpoints"),
                get("/v1/fine_tuning/jobs/ftjob-x/validation"),
                post("/v1/fine_tuning/jobs/ftjob-x/cancel", ""))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.error().get("code").asString()).isEqualTo("not_found");
        }
    }

    /** All ids of a list, page by page. */
    private List<String> pages(String path) {
        List<String> ids = new ArrayList<>();
        for (Answer page = get(path); !page.body().get("data").isEmpty(); ) {
            page.body().get("data").forEach(item -> ids.add(item.get("id").asString()));
            JsonNode next = get(path + "&after=" + ids.get(ids.size() - 1)).body();
            assertThat(page.body().get("has_more").asBoolean())
                    .isEqualTo(!next.get("data").isEmpty());
            page = new Answer(200, next, null);
        }
        return ids;
    }

    private Answer createWithMetadata(ObjectNode pairs) {
        ObjectNode body = (ObjectNode) json("{'model': 'tiny/llama', 'training_file': 'file-train'}");
        body.set("metadata", pairs);
        return post("/v1/fine_tuning/jobs", body.toString());
    }

    private Answer create(String body) {
        return post("/v1/fine_tuning/jobs", body.replace('\'', '"'));
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private Answer post(String path, String body) {
        return Answer.of(service.client().post(path, body));
    }

    private Answer get(String path) {
        return Answer.of(service.client().get(path));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
