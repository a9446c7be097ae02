package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.Purpose;
import io.attune.worker.lease.WorkerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A worker that is stopped lets its trainer save and gives the job back. */
@ServiceTest
@Timeout(120)
class StoppedWorkerTest {

    @RegisterExtension
    final ScriptedJob job;

    StoppedWorkerTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void aWorkerThatIsStoppedLetsItsTrainerSaveAndGivesTheJobBackAtOnce() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train " + Script.step(1, 3.0),
                "train mark " + job.path("up"),
                "train await-stop",
                "train folder resume/step-1",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}",
                "resume show-resume " + job.path("seen"),
                "resume say {\"message\": \"failed\", \"code\": \"x\", \"problem\": \"X.\"}");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.stopWorker();
        running.join();

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select outcome from attempt")).isEqualTo("released");
        assertThat(job.value("select crashes || ' ' || retries from job")).isEqualTo("0 0");
        assertThat(job.messages())
                .last()
                .isEqualTo("The worker was stopped. The job waits for another one, to go on from step 1.");
        job.startWorker();
        assertThat(job.run(Purpose.TRAIN)).as("at once").isPresent();
        assertThat(job.path("seen")).hasContent("readme");
    }

    @Test
    void aJobThatIsToBePausedIsPausedThoughItsWorkerIsStoppedFirst() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train " + Script.step(1, 3.0),
                "train mark " + job.path("up"),
                "train await-stop",
                "train mark " + job.path("saving"),
                "train await-file " + job.path("go"),
                "train folder resume/step-1",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.stopWorker();
        job.awaitFile("saving");
        job.post("pause");
        Files.writeString(job.path("go"), "");
        running.join();

        assertThat(job.status()).isEqualTo("paused");
        assertThat(job.value("select step::text from resume_checkpoint")).isEqualTo("1");
    }

    @Test
    void aTrainerThatDoesNotSaveInTimeIsKilledAndItsJobGivenBack() throws Exception {
        job.workWith(WorkerSettings.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(1)));
        job.scriptForTraining("train " + Script.STARTED, "train mark " + job.path("up"), "train hang");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.stopWorker();
        running.join();

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select outcome from attempt")).isEqualTo("released");
        assertThat(job.logOf(1)).contains("somebody spoke to a deaf trainer");
    }

    @Test
    void aWorkerThatIsStoppedWaitsForATrainerThatSavesItsState() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train " + Script.step(1, 3.0),
                "train mark " + job.path("up"),
                "train await-stop",
                "train mark " + job.path("saving"),
                "train await-file " + job.path("go"),
                "train folder resume/step-1",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.post("pause");
        job.awaitFile("saving");
        job.stopWorker();
        Files.writeString(job.path("go"), "");
        running.join();

        assertThat(job.status()).isEqualTo("paused");
        assertThat(job.value("select step::text from resume_checkpoint")).isEqualTo("1");
    }
}
