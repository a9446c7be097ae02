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

/** States that a trainer saves outlive it. The next trainer uses the newest state that is whole. */
@ServiceTest
@Timeout(120)
class SavedStateAttemptTest {

    @RegisterExtension
    final ScriptedJob job;

    SavedStateAttemptTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void statesThatAreSavedWhileItTrainsOutliveTheTrainerAndTheNewestTwoAreKept() throws Exception {
        job.crashedAfterThreeStates(
                "resume " + Script.STARTED,
                "resume say {\"message\": \"resumed\", \"step\": 3, \"differences\": [\"threads: 2, now 1\"]}",
                "resume folder final",
                "resume " + Script.FINISHED,
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0}");
        assertThat(job.value("select string_agg(attempt || ':' || step, ' ' order by step) from resume_checkpoint"))
                .isEqualTo("1:2 1:3");
        assertThat(job.value("select string_agg(step::text, ' ' order by step) from metric"))
                .isEqualTo("1 2 3");
        assertThat(job.value("select crashes::text from job"))
                .as("deaths since it got on")
                .isEqualTo("1");

        job.run(Purpose.TRAIN);
        assertThat(job.status()).isEqualTo("succeeded");
        assertThat(job.messages())
                .containsSubsequence(
                        "Fine-tuning job resumed from step 3",
                        "From here on the results may differ in their last bits from those of a job that is not"
                                + " interrupted: threads: 2, now 1");
        assertThat(Files.readAllLines(job.blobOfFile("result_file")))
                .as("steps of both attempts")
                .hasSize(4);
    }

    @Test
    void aStateThatWasAlteredIsRefusedAndTheOneBeforeItIsUsed() throws Exception {
        job.crashedAfterThreeStates(
                "resume " + Script.STARTED,
                "resume say {\"message\": \"resumed\", \"step\": 2}",
                "resume mark " + job.path("resumed"),
                "resume hang");
        Files.write(
                job.bean(BlobStore.class).local(job.value("select artifact from resume_checkpoint where step = 3")),
                new byte[10]);
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("resumed");
        job.post("cancel");
        running.join();

        assertThat(job.messages())
                .containsSubsequence(
                        "The saved state after step 3 cannot be used, and the one after step 2 is tried: its bytes in the"
                                + " artifact store were altered",
                        "Fine-tuning job resumed from step 2");
    }

    @Test
    void aStateThatTheTrainerRefusesIsFollowedByTheOneBeforeIt() throws Exception {
        job.crashedAfterThreeStates(
                "resume refuse-once " + job.path("refused"),
                "resume " + Script.STARTED,
                "resume say {\"message\": \"resumed\", \"step\": 2}",
                "resume mark " + job.path("resumed"),
                "resume hang");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("resumed");
        job.post("cancel");
        running.join();

        assertThat(job.messages())
                .containsSubsequence(
                        "The saved state after step 3 cannot be used, and the one after step 2 is tried: torn",
                        "Fine-tuning job resumed from step 2");
        assertThat(job.value("select count(*)::text from attempt"))
                .as("all in one attempt")
                .isEqualTo("2");
    }

    @Test
    void aTrainerThatSomebodyElseTerminatesLeavesItsStateToTheNextOne() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train " + Script.step(1, 3.0),
                "train folder resume/step-1",
                "train say {\"message\": \"saved\", \"step\": 1, \"folder\": \"resume/step-1\", \"seconds\": 0.1}",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}");
        job.run(Purpose.TRAIN);

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select outcome from attempt")).isEqualTo("released");
        assertThat(job.value("select step::text from resume_checkpoint")).isEqualTo("1");
    }
}
