package io.attune;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ApiClient.Answer;
import io.attune.tales.DemoData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs from the upload to the artifact, on the bundled model, by the whole program. */
@ProcessTest
class JobLifeTest {

    @TempDir
    static Path data;

    @TempDir
    static Path rows;

    private static LiveService service;
    private static String training;
    private static String validation;

    @BeforeAll
    static void start() throws IOException {
        DemoData.write(rows);
        Path few = rows.resolve("few.jsonl");
        Files.write(few, Files.readAllLines(rows.resolve("train.jsonl")).subList(0, 48));
        service = new LiveService(data).start();
        training = service.upload(few);
        validation = service.upload(rows.resolve("validation.jsonl"));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void aLoraJobEndsWithAnAdapterThatAnybodyCanLoadAndLearnsSomething() throws IOException {
        String id = service.create(job("""
                "validation_file": "%s", "suffix": "verse", "training_type": {"type": "lora", "r": 4, "lora_alpha": 8},
                "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": 8, "learning_rate": 3e-3}}}""".formatted(validation)));
        JsonNode job = service.awaitEnd(id);
        assertThat(job.get("status").asString()).as(job.toString()).isEqualTo("succeeded");
        assertThat(job.get("fine_tuned_model").asString())
                .startsWith("ft:attune-tales:")
                .contains(":verse:");
        assertThat(job.get("trained_tokens").asLong()).isPositive();

        Map<String, byte[]> artifact = unzip(job.get("artifacts").get(0).asString());
        assertThat(artifact).containsOnlyKeys("adapter_config.json", "adapter_model.safetensors", "README.md");
        assertThat(new String(artifact.get("README.md"), StandardCharsets.UTF_8))
                .contains("attune-tales", "learning_rate");

        List<String> results =
                content(job.get("result_files").get(0).asString()).lines().toList();
        assertThat(results).hasSize(1 + 1 + 12); // a header, the evaluation before the first step, 12 steps
        double before = Double.parseDouble(results.get(1).split(",", -1)[3]);
        double after = Double.parseDouble(results.get(results.size() - 1).split(",", -1)[5]);
        assertThat(after).isLessThan(before);

        List<String> messages = service.events(id).stream()
                .map(event -> event.get("message").asString())
                .toList();
        assertThat(messages.get(0)).isEqualTo("The job has successfully completed");
        assertThat(messages).anyMatch(message -> message.startsWith("Sample before"));
        assertThat(messages).anyMatch(message -> message.startsWith("Sample after"));
        JsonNode checkpoints = service.api()
                .get("/v1/fine_tuning/jobs/" + id + "/checkpoints")
                .json()
                .get("data");
        assertThat(checkpoints.valueStream().map(c -> c.get("step_number").asInt()))
                .containsExactly(12, 6);
        String tuned = job.get("fine_tuned_model").asString();
        assertThat(service.api().get("/v1/models/" + tuned).json().get("id").asString())
                .isEqualTo(tuned);
        assertThat(service.trainers()).isEmpty();

        Answer again = service.api()
                .post("/v1/fine_tuning/jobs", job("\"seed\": 1").replace("\"attune-tales\"", "\"" + tuned + "\""));
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.error("code")).isEqualTo("unsupported_model");
        assertThat(again.error("message")).contains("`attune-tales`");
    }

    @Test
    void aFullJobEndsWithWeightsInHuggingFaceLayout() throws IOException {
        JsonNode job = service.awaitEnd(service.create(job("""
                "training_type": {"type": "full"},
                "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1, "batch_size": 16, "max_steps": 2}}}""")));
        assertThat(job.get("status").asString()).as(job.toString()).isEqualTo("succeeded");
        assertThat(unzip(job.get("artifacts").get(0).asString()).keySet())
                .contains("config.json", "model.safetensors", "tokenizer.json", "chat_template.jinja", "README.md");
    }

    @Test
    void aPreviewShowsTheTokensThatValidationCountsAndTrainingTakes() throws IOException {
        Path dozen = Files.write(
                rows.resolve("dozen.jsonl"),
                Files.readAllLines(rows.resolve("train.jsonl")).subList(0, 12));
        String file = service.upload(dozen);
        String asked = "\"model\": \"attune-tales\", \"training_file\": \"" + file
                + "\", \"chat_template_kwargs\": {\"enable_thinking\": false}";

        Answer preview = service.api().post("/v1/fine_tuning/preview", "{" + asked + ", \"limit\": 20}");
        assertThat(preview.status()).as(preview.body()).isEqualTo(200);
        assertThat(service.trainers()).isEmpty();
        List<JsonNode> sequences = preview.json()
                .get("rows")
                .valueStream()
                .flatMap(row -> row.get("sequences").valueStream())
                .toList();
        long tokens = sequences.stream()
                .mapToLong(sequence -> sequence.get("ids").size())
                .sum();
        long targets = sequences.stream()
                .mapToLong(sequence -> sequence.get("target_tokens").asLong())
                .sum();

        String id = service.create("{" + asked + """
                , "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1, "batch_size": 12}}}}""");
        JsonNode job = service.awaitEnd(id);
        assertThat(job.get("status").asString()).as(job.toString()).isEqualTo("succeeded");
        assertThat(job.get("chat_template_kwargs").toString()).isEqualTo("{\"enable_thinking\":false}");
        assertThat(job.get("rendered_at").asLong())
                .isBetween(
                        job.get("created_at").asLong(), job.get("finished_at").asLong());
        assertThat(job.get("trained_tokens").asLong()).isEqualTo(tokens);
        JsonNode checked = service.api()
                .get("/v1/fine_tuning/jobs/" + id + "/validation")
                .json()
                .get("training_file");
        assertThat(checked.get("sequences").asInt()).isEqualTo(sequences.size());
        assertThat(checked.get("tokens").asLong()).isEqualTo(tokens);
        assertThat(checked.get("target_tokens").asLong()).isEqualTo(targets);
    }

    @Test
    void aRowThatIsTooLongFailsTheJobWithItsLineAndLength() {
        JsonNode job = service.awaitEnd(service.create(job("""
                "method": {"type": "supervised", "supervised": {"hyperparameters": {"max_length": 40}}}""")));
        assertThat(job.get("status").asString()).isEqualTo("failed");
        assertThat(job.get("error").get("code").asString()).isEqualTo("invalid_training_file");
        assertThat(job.get("error").get("message").asString()).contains("Line 1", "max_length = 40", "overlong_rows");
    }

    @Test
    void theProcessThatTalksToTheDatabaseLoadsNoNativeMachineLearningCodeAndACancelledJobLeavesNoTrainer()
            throws IOException {
        String id = service.create(job("""
                "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 50, "batch_size": 4}}}"""));
        service.awaitSteps(id, 1);
        assertThat(Files.readString(Path.of("/proc/" + service.trainer().pid() + "/maps")))
                .contains("libtorch");
        assertThat(Files.readString(Path.of("/proc/" + service.pid() + "/maps")))
                .doesNotContain("libtorch")
                .doesNotContain("libtokenizers");
        Answer answer = service.api().post("/v1/fine_tuning/jobs/" + id + "/cancel", "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(service.awaitEnd(id).get("status").asString()).isEqualTo("cancelled");
        assertThat(service.trainers()).isEmpty();
    }

    private static String job(String settings) {
        return "{\"model\": \"attune-tales\", \"training_file\": \"" + training + "\", " + settings + "}";
    }

    private static String content(String file) {
        Answer answer = service.api().get("/v1/files/" + file + "/content");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static Map<String, byte[]> unzip(String file) throws IOException {
        Map<String, byte[]> entries = new HashMap<>();
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(service.api().bytes("/v1/files/" + file + "/content")))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }
}
