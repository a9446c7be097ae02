package io.attune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.ApiClient.Answer;
import io.attune.tales.DemoData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Jobs that are paused and resumed, on the bundled model, by the whole program. */
class PauseLifeTest {

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
        service = new LiveService(data).start();
        training = service.upload(few("train.jsonl", 24));
        validation = service.upload(few("validation.jsonl", 8));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\": \"lora\", \"r\": 4, \"lora_dropout\": 0.1}", "{\"type\": \"full\"}"})
    void aPausedJobFreesItsSlotAndGivesTheSameBytesAsOneThatWasNeverPaused(String trainingType) {
        String job = """
                {"model": "attune-tales", "training_file": "%s", "validation_file": "%s", "seed": 7, "training_type": %s,
                 "method": {"type": "supervised", "supervised": {"hyperparameters":
                     {"n_epochs": 3, "batch_size": 4, "checkpoint_steps": 3, "eval_steps": 6}}}}""".formatted(training, validation, trainingType);
        String paused = service.create(job);
        service.awaitSteps(paused, 2);
        assertThat(post(paused, "pause").json().get("status").asString()).isEqualTo("running");
        JsonNode atRest = await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> service.job(paused),
                        now -> now.get("status").asString().equals("paused"));
        int step = atRest.get("progress").get("step").asInt();
        assertThat(step).isBetween(2, 17);
        assertThat(atRest.get("progress").get("waiting").asString()).isNotBlank();
        assertThat(service.trainers()).isEmpty();

        // the slot is free: an equal job runs meanwhile, undisturbed
        JsonNode other = service.awaitEnd(service.create(job));
        assertThat(other.get("status").asString()).as(other.toString()).isEqualTo("succeeded");
        assertThat(service.job(paused).get("status").asString()).isEqualTo("paused");

        assertThat(post(paused, "resume").json().get("status").asString()).isEqualTo("queued");
        JsonNode one = service.awaitEnd(paused);
        assertThat(one.get("status").asString()).as(one.toString()).isEqualTo("succeeded");
        assertThat(content(one, "artifacts")).isEqualTo(content(other, "artifacts"));
        assertThat(content(one, "result_files")).isEqualTo(content(other, "result_files"));
        assertThat(one.get("trained_tokens")).isEqualTo(other.get("trained_tokens"));
        assertThat(checkpoints(one)).isEqualTo(checkpoints(other)).hasSize(6);
        List<String> messages = messages(paused);
        assertThat(messages)
                .containsOnlyOnce("Fine-tuning job paused after step " + step)
                .containsOnlyOnce("Fine-tuning job resumed from step " + step)
                .containsOnlyOnce("Checkpoint created at step 3");
        assertThat(sorted(messages, "Step ", "Sample ", "Checkpoint "))
                .as("nothing is told twice, and nothing is left out")
                .isEqualTo(sorted(messages(other.get("id").asString()), "Step ", "Sample ", "Checkpoint "));
    }

    @Test
    void aRunningJobThatIsCancelledGivesItsSlotBackWithinSeconds() {
        String id = service.create("""
                {"model": "attune-tales", "training_file": "%s", "method": {"type": "supervised", "supervised":
                    {"hyperparameters": {"n_epochs": 50, "batch_size": 24}}}}""".formatted(training));
        service.awaitSteps(id, 1);
        assertThat(post(id, "cancel").status()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> service.trainers().isEmpty()
                        && service.job(id).get("status").asString().equals("cancelled"));
    }

    private static Answer post(String job, String what) {
        Answer answer = service.api().post("/v1/fine_tuning/jobs/" + job + "/" + what, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static byte[] content(JsonNode job, String files) {
        return service.api().bytes("/v1/files/" + job.get(files).get(0).asString() + "/content");
    }

    /** Step and metrics of each. */
    private static List<String> checkpoints(JsonNode job) {
        return service.api()
                .get("/v1/fine_tuning/jobs/" + job.get("id").asString() + "/checkpoints?limit=100")
                .json()
                .get("data")
                .valueStream()
                .map(checkpoint -> checkpoint.get("step_number") + " " + checkpoint.get("metrics"))
                .toList();
    }

    private static List<String> messages(String job) {
        return service.events(job).stream()
                .map(event -> event.get("message").asString())
                .toList();
    }

    private static List<String> sorted(List<String> messages, String... kinds) {
        return messages.stream()
                .filter(message -> Arrays.stream(kinds).anyMatch(message::startsWith))
                .sorted()
                .toList();
    }

    private static Path few(String name, int count) throws IOException {
        Path few = rows.resolve("few-" + name);
        return Files.write(few, Files.readAllLines(rows.resolve(name)).subList(0, count));
    }
}
