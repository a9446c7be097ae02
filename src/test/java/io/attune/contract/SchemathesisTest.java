package io.attune.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.PostgresForTests;
import io.attune.job.queue.TestService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Schemathesis sends requests of all kinds, made from the contract as far as it is taken; run by {@code tools/schemathesis}. The service has an
 * empty database and no worker: what only a worker makes is put into the database.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"attune.roles=api", "attune.max-file-bytes=64MB", "attune.webhook-private-addresses=true"})
@Import(PostgresForTests.class)
@EnabledIfSystemProperty(
        named = "attune.schemathesis.minutes",
        matches = "\\d+",
        disabledReason = "takes minutes: run tools/schemathesis")
class SchemathesisTest {

    private static final int DELETABLE_MODELS = 500;
    private static final String SENT = "Sent";

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext context;

    @Test
    void noRequestMakesTheServiceFailOrLeaveTheContract() throws Exception {
        int minutes = Integer.getInteger("attune.schemathesis.minutes");
        long seed = Long.getLong("attune.schemathesis.seed", 1);
        Path folder = Files.createDirectories(Path.of("target/schemathesis"));
        Path answers = folder.resolve("answers.json");
        Files.deleteIfExists(answers);
        Path errors = folder.resolve("errors.txt");
        Files.deleteIfExists(errors);
        Path contract = folder.resolve("contract.json");
        Files.writeString(contract, JsonMapper.shared().writeValueAsString(contract()));
        Path seeds = folder.resolve("seeds.json");
        Files.writeString(seeds, JsonMapper.shared().writeValueAsString(seeds(seed)));
        System.out.printf("Schemathesis for %d minutes, seed %d%n", minutes, seed);

        ProcessBuilder builder = new ProcessBuilder(
                        System.getProperty("attune.schemathesis.python", "python3"),
                        "-m",
                        "schemathesis.cli",
                        "--config-file",
                        "tools/schemathesis.toml",
                        "run",
                        contract.toString(),
                        "--url",
                        "http://127.0.0.1:" + port + "/v1",
                        "--header",
                        "Authorization: Bearer " + PostgresForTests.ADMIN_KEY,
                        "--max-time",
                        String.valueOf(60L * minutes),
                        "--seed",
                        String.valueOf(seed),
                        "--no-shrink",
                        "--no-color")
                .inheritIO();
        builder.environment().put("SCHEMATHESIS_HOOKS", "tools.schemathesis_hooks");
        builder.environment().put("ATTUNE_SEEDS", seeds.toString());
        builder.environment().put("ATTUNE_ANSWERS", answers.toString());
        builder.environment().put("ATTUNE_ERRORS", errors.toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(minutes + 5, TimeUnit.MINUTES))
                    .as("it ends")
                    .isTrue();
        } finally {
            process.destroy();
        }
        Map<String, Map<String, Integer>> counts =
                JsonMapper.shared().readValue(Files.readString(answers), new TypeReference<>() {});
        new TreeMap<>(counts)
                .forEach((operation, own) -> System.out.println("  " + operation + " " + new TreeMap<>(own)));
        Set<String> operations =
                new Description(ContractFiles.requests()).operations().keySet();
        List<String> never = operations.stream()
                .filter(operation -> counts.getOrDefault(operation, Map.of()).keySet().stream()
                        .noneMatch(status -> status.startsWith("2")))
                .toList();
        System.out.printf(
                "%d of %d operations succeeded at least once%n", operations.size() - never.size(), operations.size());
        assertThat(never).as("operations that never succeeded").isEmpty();
        assertThat(Files.exists(errors) ? Files.readString(errors) : "")
                .as("answers that are a server's error")
                .isEmpty();
        assertThat(process.exitValue()).as("Schemathesis found nothing").isZero();
    }

    /** As far as it is taken. In the fields of a request, null is the same as leaving it out. */
    private static Map<String, Object> contract() {
        Map<String, Object> contract = ContractFiles.requests();
        contract.put("servers", List.of(Map.of("url", "/v1")));
        contract.put("security", List.of(Map.of("ApiKey", List.of())));
        contract.remove("webhooks"); // what the service sends
        ContractFiles.components(contract)
                .put("securitySchemes", Map.of("ApiKey", Map.of("type", "http", "scheme", "bearer")));
        Map<String, Object> schemas = map(ContractFiles.components(contract).get("schemas"));
        Map<String, Object> sent = new TreeMap<>();
        schemas.forEach((name, schema) -> sent.put(name + SENT, sent(schema)));
        schemas.putAll(sent);
        map(contract.get("paths"))
                .values()
                .forEach(item -> map(item).values().forEach(operation -> {
                    Map<String, Object> body = map(map(operation).get("requestBody"));
                    body.computeIfPresent("content", (name, content) -> sent(content));
                    Map<String, Object> answer =
                            map(map(map(operation).get("responses")).get("200"));
                    // it checks the fields of events in a stream; the contract tells of the data of each
                    map(answer.get("content")).computeIfPresent("text/event-stream", (type, media) -> Map.of());
                }));
        return contract;
    }

    /** A copy for requests, whose optional fields may be null. */
    private static Object sent(Object node) {
        if (node instanceof List<?> list) {
            return list.stream().map(SchemathesisTest::sent).toList();
        }
        if (!(node instanceof Map<?, ?>)) {
            return node;
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map(node).forEach((key, value) -> copy.put(key, key.equals("$ref") ? reference(value) : sent(value)));
        if (copy.get("properties") instanceof Map<?, ?> && !(copy.get("required") instanceof Map)) {
            List<?> required = (List<?>) copy.getOrDefault("required", List.of());
            map(copy.get("properties"))
                    .replaceAll((name, field) ->
                            required.contains(name) ? field : Map.of("anyOf", List.of(field, Map.of("type", "null"))));
        }
        return copy;
    }

    private static String reference(Object schema) {
        return ((String) schema).replaceFirst("^(#/components/schemas/[^/]+)", "$1" + SENT);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return node == null ? new LinkedHashMap<>() : (Map<String, Object>) node;
    }

    private Map<String, Object> seeds(long seed) {
        TestService service = new TestService(context).empty();
        List<String> jobs = new ArrayList<>();
        jobs.add(service.queuedJob("ftjob-queued", 0));
        jobs.add(service.runningJob("ftjob-running", 0));
        jobs.add(service.runningJob("ftjob-failed", 0));
        jobs.add(service.succeededJob("ftjob-succeeded", "ft:tiny/llama:attune::seeded"));
        jobs.add(service.queuedJob("ftjob-models", 0));
        service.jdbc().sql("""
                        update job set status = 'failed', finished_at = now(), training_blob = null,
                            error_code = 'invalid_training_file', error_message = 'Line 3 has no messages.', error_param = 'training_file'
                        where id = 'ftjob-failed'""").update();
        service.jdbc()
                .sql("update job set trained_tokens = 7 where id = 'ftjob-succeeded'")
                .update();
        service.jdbc().sql("""
                        insert into validation (job, passed, report) select id, true,
                            '{"training_file": {"id": "file-1", "rows": 20, "tokens": 100, "target_tokens": 50, "tokens_per_row": null,
                              "truncated_rows": 0, "dropped_rows": 0, "duplicate_rows": {"count": 0, "lines": []}, "findings": [],
                              "more_findings": 0}, "validation_file": null, "overlap": null}'::jsonb
                        from job where status in ('running', 'succeeded')""").update();
        service.file("file-results", "fine-tune-results", "step,train_loss\n1,2.5\n");
        // the file of these jobs gets content
        String blob = service.jdbc()
                .sql("select blob from file where id = 'file-results'")
                .query(String.class)
                .single();
        service.jdbc().sql("update file set blob = :blob").param("blob", blob).update();
        service.jdbc()
                .sql("update job set training_blob = :blob where finished_at is null")
                .param("blob", blob)
                .update();
        List<String> models = new ArrayList<>();
        for (int number = 0; number < DELETABLE_MODELS; number++) {
            models.add("ft:tiny/llama:attune:deletable:" + number);
        }
        for (String model : models) {
            service.jdbc()
                    .sql("""
                            insert into tuned_model (name, project_id, job, base, method, artifact)
                            values (:name, 'default', 'ftjob-models', :base, 'lora', :blob)""")
                    .param("name", model)
                    .param("base", TestService.MODEL)
                    .param("blob", blob)
                    .update();
        }
        return Map.of(
                "url",
                "http://127.0.0.1:" + port + "/v1",
                "key",
                PostgresForTests.ADMIN_KEY,
                "seed",
                seed,
                "model",
                TestService.MODEL,
                "models",
                models,
                "files",
                List.of("file-results"),
                "jobs",
                jobs,
                "checkpoints",
                checkpoints(service));
    }

    /** Of the job that succeeded: three checkpoints with content, and some events. */
    private static List<List<String>> checkpoints(TestService service) {
        List<List<String>> checkpoints = new ArrayList<>();
        for (int step = 1; step <= 3; step++) {
            service.jdbc()
                    .sql("""
                            insert into checkpoint (id, job, attempt, step, model, artifact, metrics)
                            select :id, 'ftjob-succeeded', 2, :step, :model, blob, '{"step": 1, "train_loss": 2.5}'
                            from file where id = 'file-results'""")
                    .param("id", "ftckpt-" + step)
                    .param("step", step)
                    .param("model", "ft:tiny/llama:attune::seeded:ckpt-step-" + step)
                    .update();
            service.jdbc()
                    .sql("""
                            insert into event (id, job, seq, level, type, message, data)
                            values (:id, 'ftjob-succeeded', :step, 'info', 'metrics', 'A step.', '{"step": 1}')""")
                    .param("id", "ftevent-" + step)
                    .param("step", step)
                    .update();
            checkpoints.add(List.of("ftjob-succeeded", "ftckpt-" + step));
        }
        return checkpoints;
    }
}
