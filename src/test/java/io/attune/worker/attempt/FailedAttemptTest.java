package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A trainer that fails, dies or falls silent ends its attempt. The job is tried again or fails. */
@ServiceTest
@Timeout(120)
class FailedAttemptTest {

    @RegisterExtension
    final ScriptedJob job;

    FailedAttemptTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void whatATrainerSaysAboutItsFailureIsTheJobsError() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED, "train " + Script.failed("loss_not_finite", "The loss of step 1 is NaN."));
        job.run(Purpose.TRAIN);

        assertThat(job.status()).isEqualTo("failed");
        assertThat(job.value("select error_code || ': ' || error_message from job"))
                .isEqualTo("loss_not_finite: The loss of step 1 is NaN.");
    }

    @Test
    void aTrainerThatRunsOutOfMemoryIsTriedAgainWithHalfOfTheMicroBatchUntilThatIsOneRow() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED, "train " + Script.failed("out_of_memory", "The device has 1 GiB."));
        job.longestRow(700);
        job.run(Purpose.TRAIN);

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select outcome || ': ' || detail from attempt"))
                .isEqualTo("out_of_memory: The device has 1 GiB.");
        assertThat(job.value("select message from event where level = 'warn'"))
                .isEqualTo(
                        "The device has not enough memory. The job is tried again in 1 second, to begin from the start. From now on"
                                + " micro_batch_tokens is 1024 instead of 2048, which changes nothing but how much is computed at once.");
        job.runAgain();
        assertThat(job.value("select resolved #>> '{hyperparameters,micro_batch_tokens}' from job"))
                .isEqualTo("700");
        job.runAgain();
        assertThat(job.status()).isEqualTo("failed");
        assertThat(job.value("select error_code || ': ' || error_message from job"))
                .isEqualTo("out_of_memory: The device has 1 GiB.");
    }

    @Test
    void aTrainerWhoseHeapIsFullFailsTheJobThoughItCannotSaySo() throws Exception {
        job.scriptForTraining("train " + Script.STARTED, "train fill-the-heap");
        job.run(Purpose.TRAIN);

        assertThat(job.status()).isEqualTo("failed");
        assertThat(job.value("select error_code || ': ' || error_message from job"))
                .startsWith("out_of_memory: ")
                .contains("ATTUNE_TRAINER_HEAP");
    }

    @Test
    void aTrainerThatDiesIsTriedAgainAndTheJobSucceedsOnce() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train " + Script.step(1, 3.0),
                "train die-unless " + job.path("died"),
                "train " + Script.step(2, 2.0),
                "train folder final",
                "train " + Script.FINISHED,
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0}");

        job.run(Purpose.TRAIN);
        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select outcome || ': ' || detail from attempt"))
                .isEqualTo("crashed: It ended with exit code 9.");
        assertThat(job.run(Purpose.TRAIN)).as("before the pause is over").isEmpty();
        job.update("update job set not_before = now()");
        job.run(Purpose.TRAIN);

        assertThat(job.status()).isEqualTo("succeeded");
        assertThat(job.messages()).containsOnlyOnce("The job has successfully completed");
        assertThat(Files.readAllLines(job.blobOfFile("result_file")))
                .as("of the attempt that succeeded")
                .hasSize(3);
    }

    @Test
    void aTrainerKilledFromOutsideIsToldAsSuch() throws Exception {
        job.scriptForTraining("train " + Script.STARTED, "train mark " + job.path("up"), "train hang");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.trainer().destroyForcibly();
        running.join();

        assertThat(job.value("select detail from attempt")).isEqualTo("It was killed by signal 9.");
    }

    @Test
    void aSilentTrainerIsKilledAndCountsAsDead() throws Exception {
        job.workWith(ScriptedJob.IMPATIENT);
        job.scriptForTraining("train " + Script.STARTED, "train hang");
        job.run(Purpose.TRAIN);

        assertThat(job.value("select outcome || ': ' || detail from attempt"))
                .startsWith("crashed: It said nothing for 10 seconds");
        assertThat(job.status()).isEqualTo("queued");
    }

    @Test
    void halfAMessageIsLeftOut() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED, "train say {\"message\": \"st", "train say hello", "train die 1");
        job.run(Purpose.TRAIN);

        assertThat(job.value("select outcome from attempt")).isEqualTo("crashed");
    }

    @Test
    void aJobThatIsPausedAndResumedHasItsTroublesForgiven() throws Exception {
        job.scriptForTraining("train " + Script.STARTED, "train die 1");
        job.run(Purpose.TRAIN);
        job.runAgain();
        assertThat(job.value("select crashes::text from job")).isEqualTo("2");
        job.post("pause");
        job.post("resume");
        job.run(Purpose.TRAIN);

        assertThat(job.status()).isEqualTo("queued");
    }
}
