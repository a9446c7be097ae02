package io.attune;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.tales.DemoData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whatever is killed (SIGKILL) in the middle of a job, the job succeeds, once, and nothing that was accepted is lost. */
@ProcessTest
class KillTest {

    @TempDir
    static Path data;

    @TempDir
    static Path rows;

    private static LiveService service;
    private static String file;

    private String job;

    @BeforeAll
    static void start() throws IOException {
        DemoData.write(rows);
        Path few = rows.resolve("few.jsonl");
        Files.write(few, Files.readAllLines(rows.resolve("train.jsonl")).subList(0, 64));
        service = new LiveService(data).start();
        file = service.upload(few);
    }

    @BeforeEach
    void startAJob() {
        job = service.create("""
                {"model": "attune-tales", "training_file": "%s", "training_type": {"type": "lora", "r": 4},
                 "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 4, "batch_size": 4}}}}""".formatted(file));
        service.awaitSteps(job, 2);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void aKilledTrainerIsReplaced() throws Exception {
        LiveService.kill(service.trainer());
        succeedsOnce();
    }

    @Test
    void aKilledServiceGoesOnAfterItsRestart() throws Exception {
        service.killService();
        service.start();
        succeedsOnce();
    }

    @Test
    void aKilledDatabaseComesBackByItself() throws Exception {
        LiveService.kill(service.database());
        succeedsOnce();
    }

    @Test
    void everythingKilledAtOnceGoesOnAfterARestart() throws Exception {
        ProcessHandle trainer = service.trainer();
        ProcessHandle database = service.database();
        service.killService();
        database.destroyForcibly();
        trainer.destroyForcibly();
        database.onExit().get();
        service.start();
        succeedsOnce();
    }

    private void succeedsOnce() {
        JsonNode ended = service.awaitEnd(job);
        assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("succeeded");
        List<String> messages = service.events(job).stream()
                .map(event -> event.get("message").asString())
                .toList();
        assertThat(messages)
                .filteredOn(message -> message.equals("The job has successfully completed"))
                .hasSize(1);
        assertThat(service.trainers()).isEmpty();
        assertThat(service.api().get("/v1/files/" + file).status()).isEqualTo(200);
        String artifact = ended.get("artifacts").get(0).asString();
        assertThat(service.api().get("/v1/files/" + artifact + "/content").status())
                .isEqualTo(200);
        assertThat(data.resolve("attempts")).isEmptyDirectory();
    }
}
