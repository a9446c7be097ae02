package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.Purpose;
import io.attune.storage.BlobStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A job that is paused or cancelled stops its trainer. After a pause the next trainer goes on from the saved state. */
@ServiceTest
@Timeout(120)
class PausedAttemptTest {

    @RegisterExtension
    final ScriptedJob job;

    PausedAttemptTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void aCancelledJobStopsItsTrainerAndLeavesNothingToSee() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train " + Script.step(1, 3.0),
                "train folder checkpoints/step-1",
                "train say {\"message\": \"checkpoint\", \"step\": 1, \"folder\": \"checkpoints/step-1\"}",
                "train mark " + job.path("up"),
                "train await-stop",
                "train say {\"message\": \"stopped\", \"step\": 1}");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.post("cancel");
        running.join();

        assertThat(job.status()).isEqualTo("cancelled");
        assertThat(job.value("select outcome from attempt")).isEqualTo("cancelled");
        assertThat(job.value("select count(*)::text from checkpoint")).isEqualTo("0");
        assertThat(job.value("select count(*)::text from tuned_model")).isEqualTo("0");
    }

    @Test
    void aCancelledJobDoesNotWaitForATrainerThatDoesNotListen() throws Exception {
        job.scriptForTraining("train " + Script.STARTED, "train mark " + job.path("up"), "train hang");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.post("cancel");
        running.join();

        assertThat(job.status()).isEqualTo("cancelled");
        assertThat(job.logOf(1)).as("it is killed, not asked").doesNotContain("somebody spoke to a deaf trainer");
    }

    @Test
    void aPausedJobKeepsWhatItsTrainerSavedAndItsNextTrainerGetsIt() throws Exception {
        job.pausedAfterStepOne(
                "resume show-resume " + job.path("seen"),
                "resume " + Script.STARTED,
                "resume say {\"message\": \"resumed\", \"step\": 1}",
                "resume " + Script.step(2, 2.5),
                "resume folder final",
                "resume " + Script.FINISHED,
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0}");

        job.post("resume");
        job.run(Purpose.TRAIN);

        assertThat(job.path("seen")).hasContent("readme");
        assertThat(job.status()).isEqualTo("succeeded");
        assertThat(job.messages())
                .containsSubsequence(
                        "Step 1/3: training loss=3.0000",
                        "Fine-tuning job paused after step 1",
                        "Fine-tuning job resumed, moving job to queued state",
                        "Fine-tuning job resumed from step 1",
                        "Step 2/3: training loss=2.5000");
        assertThat(Files.readAllLines(job.blobOfFile("result_file")))
                .as("steps of both attempts")
                .hasSize(3)
                .element(1)
                .isEqualTo("1,3.0,0.5,,,,");
        assertThat(job.value("select count(*)::text from resume_checkpoint")).isEqualTo("0");
    }

    @Test
    void aTrainerThatHangsWhileItIsToPauseIsKilledOnceItWasSilentForTooLong() throws Exception {
        job.workWith(ScriptedJob.IMPATIENT);
        job.scriptForTraining("train " + Script.STARTED, "train mark " + job.path("up"), "train hang");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.post("pause");
        running.join();

        assertThat(job.status()).isEqualTo("paused");
        assertThat(job.logOf(1)).contains("somebody spoke to a deaf trainer");
        assertThat(job.messages()).last().asString().contains("When it is resumed it begins from the start.");
    }

    @Test
    void aTrainerThatRefusesTheSavedStateBeginsFromTheStartAndAnEventSaysSo() throws Exception {
        job.pausedAfterStepOne(
                "resume " + Script.STARTED,
                "resume say {\"message\": \"not_resumed\", \"problem\": \"its checksum differs\"}",
                "resume hang");
        job.post("resume");
        Files.delete(job.path("up"));
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up"); // of a training from the start
        job.post("cancel");
        running.join();

        assertThat(job.messages())
                .contains("The saved state after step 1 cannot be used, and the training begins from the start: its"
                        + " checksum differs");
    }

    @Test
    void aSavedStateWhoseBytesAreGoneIsRefusedToo() throws Exception {
        job.pausedAfterStepOne();
        Files.write(job.bean(BlobStore.class).local(job.value("select artifact from resume_checkpoint")), new byte[10]);
        job.post("resume");
        Files.delete(job.path("up"));
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up"); // of a training from the start
        job.post("cancel");
        running.join();

        assertThat(job.messages())
                .anyMatch(message -> message.startsWith(
                        "The saved state after step 1 cannot be used, and the training begins from the start: "));
        assertThat(job.value("select count(*)::text from resume_checkpoint")).isEqualTo("0");
    }
}
