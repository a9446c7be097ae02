package io.attune.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import io.attune.ServiceTest;
import io.attune.job.queue.TestService;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.util.DigestUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What docs/api.md promises is true: what is refused is refused with that code, and what is done is taken. */
@ServiceTest
class ApiPromisesTest {

    private static final String ROW = """
            {"messages": [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": "Good day."}]}
            """;
    private static final String HYPERPARAMETERS = """
            "n_epochs": 2, "batch_size": 4, "max_steps": 100, "warmup_ratio": 0.1, "lr_scheduler_type": "linear",
            "weight_decay": 0.01, "max_grad_norm": 0.5, "adam_beta1": 0.8, "adam_beta2": 0.99, "adam_epsilon": 1e-6, "max_length": 64,
            "overlong_rows": "truncate", "micro_batch_tokens": 128, "eval_steps": 5, "checkpoint_steps": "auto\"""";

    private final Map<String, Description.Operation> taken = new Description(ContractFiles.requests()).operations();
    private final Map<String, Description.Operation> contract = new Description(ContractFiles.contract()).operations();
    // operation -> fields that were sent and taken
    private final Map<String, Set<String>> seen = new HashMap<>();

    @Autowired
    private ApplicationContext context;

    private ApiClient api;
    private String file;

    @BeforeEach
    void begin() {
        TestService service = new TestService(context).empty();
        api = service.client();
        file = api.upload(ApiClient.field("purpose", "fine-tune"), ApiClient.file("file", "rows.jsonl", ROW))
                .json()
                .required("id")
                .asString();
        service.queuedJob("ftjob-1", 0);
    }

    static Stream<Refusals.Refusal> refusals() {
        return Refusals.read().all().stream();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatIsRefusedIsRefusedByName(Refusals.Refusal refusal) {
        Description.Operation operation = contract.get(refusal.operation());
        assertThat(operation).as(refusal.operation()).isNotNull();
        if (refusal.field() != null) {
            assertThat(operation.request()).containsKey(refusal.field());
        }
        Stream<String> values = refusal.values().isEmpty() ? Stream.of("") : refusal.values().stream();
        values.forEach(value -> {
            Answer answer = send(operation, refusal, value);
            assertThat(answer.status()).as(answer.body()).isEqualTo(refusal.status());
            assertThat(answer.error("code")).isEqualTo(refusal.code());
            assertThat(answer.error("param")).isEqualTo(refusal.param());
        });
    }

    /** @param value put in place of VALUE in the refusal's request */
    private Answer send(Description.Operation operation, Refusals.Refusal refusal, String value) {
        String path = "/v1"
                + operation
                        .path()
                        .replace("{fine_tuned_model_checkpoint}", "ft:tiny/llama:attune::abc:ckpt-step-7")
                        .replace("{permission_id}", "cp_1");
        if (refusal.operation().equals("createFile")) {
            return api.upload(ApiClient.field("purpose", value), ApiClient.file("file", "rows.jsonl", ROW));
        }
        String body = refusal.request() == null ? null : refusal.request().replace("VALUE", value);
        return api.send(
                operation.method(),
                path,
                body == null ? null : "application/json",
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    @Test
    void whatIsDoneIsTakenByTheService() {
        createsJobs();
        previews();
        uploadsInParts();
        createsFilesAndEndpoints();
        lists();
        Set<String> missing = new TreeSet<>();
        taken.forEach((id, operation) -> {
            Set<String> fields = new TreeSet<>(operation.request().keySet());
            fields.addAll(operation.queryParameters().keySet());
            fields.removeAll(seen.getOrDefault(id, Set.of()));
            fields.forEach(field -> missing.add(id + " " + field));
        });
        assertThat(missing).as("fields that this test never sent").isEmpty();
    }

    private void createsJobs() {
        String common = """
                "model": "%s", "training_file": "%s", "validation_file": "%s", "suffix": "mine", "seed": 7, "priority": 3,
                "metadata": {"team": "a"}, "chat_template_kwargs": {"enable_thinking": false},
                "training_type": {"type": "lora", "r": 8, "lora_alpha": 16, "lora_dropout": 0.1, "target_modules": ["q_proj"]}""".formatted(TestService.MODEL, file, file);
        for (String rate : new String[] {"\"learning_rate\": 1e-4", "\"learning_rate_multiplier\": 2"}) {
            String all = "{" + HYPERPARAMETERS + ", " + rate + "}";
            post("createFineTuningJob", "/v1/fine_tuning/jobs", "{" + common + """
                    , "method": {"type": "supervised", "supervised": {"hyperparameters": %s}}}""".formatted(all));
            post("createFineTuningJob", "/v1/fine_tuning/jobs", "{" + common + ", \"hyperparameters\": " + all + "}");
        }
    }

    private void previews() {
        String common = """
                "model": "attune-tales", "training_file": "%s", "chat_template_kwargs": {"enable_thinking": false},
                "method": {"type": "supervised", "supervised": {"hyperparameters": {%s, %%s}}}""".formatted(file, HYPERPARAMETERS);
        String one = common.formatted("\"learning_rate\": 1e-4");
        String other = common.formatted("\"learning_rate_multiplier\": 2");
        post("createFineTuningPreview", "/v1/fine_tuning/preview", "{" + one + ", \"line\": 1}");
        post("createFineTuningPreview", "/v1/fine_tuning/preview", "{" + other + ", \"limit\": 2}");
    }

    private void uploadsInParts() {
        String upload = post("createUpload", "/v1/uploads", """
                {"filename": "rows.jsonl", "purpose": "fine-tune", "bytes": %d, "mime_type": "application/jsonl",
                 "expires_after": {"anchor": "created_at", "seconds": 3600}}""".formatted(ROW.length()))
                .required("id")
                .asString();
        String part = multipart(
                        "addUploadPart", "/v1/uploads/" + upload + "/parts", ApiClient.file("data", "part", ROW))
                .required("id")
                .asString();
        seen("addUploadPart", "data");
        post("completeUpload", "/v1/uploads/" + upload + "/complete", """
                {"part_ids": ["%s"], "md5": "%s"}""".formatted(part, md5(ROW)));
    }

    private void createsFilesAndEndpoints() {
        multipart(
                "createFile",
                "/v1/files",
                ApiClient.field("purpose", "fine-tune")
                        + ApiClient.field("expires_after[anchor]", "created_at")
                        + ApiClient.field("expires_after[seconds]", "3600")
                        + ApiClient.file("file", "rows.jsonl", ROW));
        seen("createFile", "purpose", "file", "expires_after", "expires_after.anchor", "expires_after.seconds");
        JsonNode endpoint = post("createWebhookEndpoint", "/v1/webhook_endpoints", """
                {"url": "https://93.184.215.14/told", "event_types": ["fine_tuning.job.failed"], "name": "mine"}""");
        api.delete("/v1/webhook_endpoints/" + endpoint.required("id").asString());
    }

    private void lists() {
        get("listFiles", "/v1/files?purpose=fine-tune&limit=5&order=asc&after=" + file);
        seen("listFiles", "purpose", "limit", "order", "after");
        get("listPaginatedFineTuningJobs", "/v1/fine_tuning/jobs?limit=5&metadata[team]=a&after=ftjob-1");
        seen("listPaginatedFineTuningJobs", "limit", "metadata", "after");
        // of things that are there: whatever else is answered to them, they are known
        String events = "/v1/fine_tuning/jobs/ftjob-1/events";
        api.post("/v1/fine_tuning/jobs/ftjob-1/cancel", "");
        JsonNode event = get("listFineTuningEvents", events + "?limit=1")
                .required("data")
                .required(0);
        get("listFineTuningEvents", events + "?after=" + event.required("id").asString());
        assertThat(api.get(events + "?stream=true").header("Content-Type")).startsWith("text/event-stream");
        seen("listFineTuningEvents", "limit", "after", "stream");
        new TestService(context).jdbc().sql("""
                        insert into checkpoint (id, job, attempt, step, model, artifact, metrics)
                        select 'ftckpt-1', 'ftjob-1', 1, 1, 'ft:a:ckpt-step-1', sha256, '{}' from blob limit 1""").update();
        get("listFineTuningJobCheckpoints", "/v1/fine_tuning/jobs/ftjob-1/checkpoints?limit=1&after=ftckpt-1");
        seen("listFineTuningJobCheckpoints", "limit", "after");
        String endpoint = api.post("/v1/webhook_endpoints", "{\"url\": \"https://93.184.215.14/told\"}")
                .json()
                .required("id")
                .asString();
        get("listWebhookEndpoints", "/v1/webhook_endpoints?limit=1&after=" + endpoint);
        seen("listWebhookEndpoints", "limit", "after");
        api.delete("/v1/webhook_endpoints/" + endpoint);
    }

    private JsonNode post(String operation, String path, String body) {
        Answer answer = api.post(path, body);
        assertThat(answer.status()).as(operation + ": " + answer.body()).isEqualTo(200);
        see(operation, "", JsonMapper.shared().readTree(body));
        return answer.json();
    }

    private JsonNode multipart(String operation, String path, String parts) {
        Answer answer = api.send(
                "POST",
                path,
                "multipart/form-data; boundary=tests-boundary",
                BodyPublishers.ofString(parts + "--tests-boundary--\r\n"));
        assertThat(answer.status()).as(operation + ": " + answer.body()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode get(String operation, String path) {
        Answer answer = api.get(path.replace("[", "%5B").replace("]", "%5D"));
        assertThat(answer.status()).as(operation + ": " + answer.body()).isEqualTo(200);
        return answer.json();
    }

    private void seen(String operation, String... fields) {
        seen.computeIfAbsent(operation, id -> new TreeSet<>()).addAll(Set.of(fields));
    }

    private void see(String operation, String around, JsonNode node) {
        node.properties().forEach(field -> {
            String name = around.isEmpty() ? field.getKey() : around + "." + field.getKey();
            seen(operation, name, around + ".*");
            see(operation, name, field.getValue());
        });
        if (node.isArray()) {
            seen(operation, around + "[]");
            node.forEach(element -> see(operation, around + "[]", element));
        }
    }

    private static String md5(String text) {
        return DigestUtils.md5DigestAsHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
