package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** An attempt that trains to the end publishes its model once, if the artifact reloads to the same loss. */
@ServiceTest
@Timeout(120)
class FinishedAttemptTest {

    @RegisterExtension
    final ScriptedJob job;

    FinishedAttemptTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void aJobGoesFromItsFilesToAPublishedModel() throws Exception {
        job.script(
                "validate " + Script.validated(20, ""),
                "train " + Script.STARTED,
                "train say {\"message\": \"sample\", \"phase\": \"before\", \"index\": 0, \"prompt\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"completion\": \"Ho\", \"tokens\": 1}",
                "train " + Script.step(1, 3.0),
                "train " + Script.step(2, 2.5),
                "train folder checkpoints/step-2",
                "train say {\"message\": \"checkpoint\", \"step\": 2, \"folder\": \"checkpoints/step-2\"}",
                "train " + Script.step(3, 2.25),
                "train folder final",
                "train print 100",
                "train " + Script.FINISHED,
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0001}");

        assertThat(job.run(Purpose.VALIDATE)).isPresent();
        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.run(Purpose.TRAIN)).isPresent();

        assertThat(job.status()).isEqualTo("succeeded");
        assertThat(job.messages())
                .containsSubsequence(
                        "Files validated, moving job to queued state",
                        "Fine-tuning job started",
                        "Sample before training",
                        "Step 1/3: training loss=3.0000",
                        "Step 2/3: training loss=2.5000",
                        "Checkpoint created at step 2",
                        "Step 3/3: training loss=2.2500",
                        "Checkpoint created at step 3",
                        "New fine-tuned model created: ft:tiny/llama:attune::12345678",
                        "The job has successfully completed");
        assertThat(zipEntries(job.blobOfFile("artifact_file")))
                .containsExactly("README.md", "adapter_model.safetensors");
        assertThat(Files.readString(job.blobOfFile("result_file"))).isEqualTo("""
                        step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy
                        1,3.0,0.5,,,,
                        2,2.5,0.5,,,,
                        3,2.25,0.5,,,,
                        """);
        assertThat(job.value("select trained_tokens::text from job")).isEqualTo("99");
        assertThat(job.value("select progress ->> 'step' from job")).isEqualTo("3");
        assertThat(job.value("select string_agg(outcome, ',' order by number) from attempt"))
                .isEqualTo("validated,succeeded");
        assertThat(job.logOf(2)).contains("is no message on standard output", "printed");
    }

    @Test
    void everyTrainerOfAJobIsToldTheSameVariablesAndTheSameTimeForItsChatTemplate() throws Exception {
        job.script(
                "validate " + Script.validated(20, ""),
                "train " + Script.STARTED,
                "train " + Script.step(1, 3.0),
                "train folder final",
                "train " + Script.FINISHED,
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0}");
        job.update("update job set chat_template_kwargs = '{\"enable_thinking\": false, \"n\": null}'");
        job.run(Purpose.VALIDATE);
        job.update("update job set rendered_at = '2026-07-04T23:59:58Z'");
        job.run(Purpose.TRAIN);

        String told = "select specification #>> '{data,chat,%s}' from attempt where number = %d";
        assertThat(job.value(told.formatted("chat_template_kwargs", 1)))
                .isEqualTo("{\"n\": null, \"enable_thinking\": false}");
        assertThat(job.value(told.formatted("rendered_at", 1))).startsWith("20");
        assertThat(job.value(told.formatted("chat_template_kwargs", 2)))
                .isEqualTo("{\"n\": null, \"enable_thinking\": false}");
        assertThat(job.value(told.formatted("rendered_at", 2))).isEqualTo("2026-07-04T23:59:58");
    }

    @Test
    void anArtifactThatReloadsToAnotherLossIsNotPublished() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train folder final",
                "train " + Script.FINISHED,
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.001}");
        job.run(Purpose.TRAIN);

        assertThat(job.status()).isEqualTo("failed");
        assertThat(job.value("select error_code from job")).isEqualTo("verification_failed");
        assertThat(job.value("select count(*)::text from tuned_model")).isEqualTo("0");
        assertThat(job.value("select count(*)::text from file where purpose = 'fine-tune-results'"))
                .isEqualTo("0");
    }

    @Test
    void aPauseWhileTheTunedModelIsVerifiedComesTooLate() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train folder final",
                "train " + Script.FINISHED,
                "verify mark " + job.path("up"),
                "verify await-file " + job.path("asked"),
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0}");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.post("pause");
        Files.writeString(job.path("asked"), "");
        running.join();

        assertThat(job.status()).isEqualTo("succeeded");
    }

    @Test
    void aVerificationIsFinishedWhenItsWorkerIsStopped() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train folder final",
                "train " + Script.FINISHED,
                "verify mark " + job.path("up"),
                "verify await-file " + job.path("stopped"),
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0}");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.stopWorker();
        Files.writeString(job.path("stopped"), "");
        running.join();

        assertThat(job.status()).isEqualTo("succeeded");
    }

    private static List<String> zipEntries(Path zip) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
