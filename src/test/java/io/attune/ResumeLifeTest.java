package io.attune;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.tales.DemoData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Trainers that are killed, or terminated by somebody else, while the whole program runs: jobs go on from what was saved meanwhile. */
@ProcessTest
class ResumeLifeTest {

    @TempDir
    static Path data;

    @TempDir
    static Path rows;

    private static LiveService service;
    private static String job;
    private static JsonNode undisturbed;

    @BeforeAll
    static void start() throws IOException {
        DemoData.write(rows);
        service = new LiveService(data).with("ATTUNE_RESUME_INTERVAL", "500ms").start();
        job = """
                {"model": "attune-tales", "training_file": "%s", "validation_file": "%s", "seed": 7,
                 "training_type": {"type": "lora", "r": 4, "lora_dropout": 0.1},
                 "method": {"type": "supervised", "supervised": {"hyperparameters":
                     {"n_epochs": 4, "batch_size": 4, "micro_batch_tokens": 256, "checkpoint_steps": 8, "eval_steps": 8}}}}""".formatted(service.upload(few("train.jsonl", 48)), service.upload(few("validation.jsonl", 8)));
        undisturbed = service.awaitEnd(service.create(job));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void aTrainerThatIsKilledGoesOnFromItsNewestStateAndGivesTheBytesOfOneThatIsNot() throws Exception {
        String id = service.create(job);
        service.awaitSteps(id, 20);
        LiveService.kill(service.trainer());
        assertEqualToUndisturbed(id, "The trainer died");
    }

    @Test
    void aTrainerThatSomebodyTerminatesSavesItsStateAndTheJobGoesOnAtOnce() {
        String id = service.create(job);
        service.awaitSteps(id, 10);
        service.trainer().destroy(); // SIGTERM
        assertEqualToUndisturbed(id, "stopped");
    }

    private static void assertEqualToUndisturbed(String id, String disturbance) {
        JsonNode ended = service.awaitEnd(id);
        assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("succeeded");
        List<String> messages = service.events(id).stream()
                .map(event -> event.get("message").asString())
                .toList();
        assertThat(messages)
                .anyMatch(message -> message.contains(disturbance))
                .anyMatch(message -> message.startsWith("Fine-tuning job resumed from step "))
                .noneMatch(message -> message.contains("may differ"));
        for (String files : List.of("artifacts", "result_files")) {
            assertThat(content(ended, files)).isEqualTo(content(undisturbed, files));
        }
        assertThat(ended.get("trained_tokens")).isEqualTo(undisturbed.get("trained_tokens"));
    }

    private static byte[] content(JsonNode ended, String files) {
        return service.api().bytes("/v1/files/" + ended.get(files).get(0).asString() + "/content");
    }

    private static Path few(String name, int count) throws IOException {
        Path few = rows.resolve("few-" + name);
        return Files.write(few, Files.readAllLines(rows.resolve(name)).subList(0, count));
    }
}
