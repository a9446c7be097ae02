package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.Purpose;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** An attempt that validates tells what it finds in the rows, and stops at once when nobody waits for it. */
@ServiceTest
@Timeout(120)
class ValidationAttemptTest {

    @RegisterExtension
    final ScriptedJob job;

    ValidationAttemptTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void fewRowsAreAWarning() throws Exception {
        job.script("validate " + Script.validated(9, ""));
        job.run(Purpose.VALIDATE);

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select message from event where level = 'warn'")).contains("fewer than 10 rows");
    }

    @Test
    void whatMayBeWrongWithRowsIsAWarningAndTheReportIsAnEvent() throws Exception {
        job.script("validate "
                + Script.validated(20, "")
                        .replace(
                                "\"truncated_rows\": 0, \"dropped_rows\": 0, \"duplicates\": {\"count\": 0, \"lines\": []}",
                                "\"truncated_rows\": 1, \"dropped_rows\": 2, \"duplicates\": {\"count\": 3, \"lines\": [{\"line\": 5,"
                                        + " \"same_as\": 2}]}")
                        .replace(
                                "\"overlap\": null",
                                "\"overlap\": {\"count\": 1, \"lines\": [{\"line\": 4, \"same_as\": 9}]}"));
        job.run(Purpose.VALIDATE);

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.values("select message from event where level = 'warn' order by seq"))
                .satisfiesExactly(
                        cut -> assertThat(cut).startsWith("1 row of the training file is cut to max_length"),
                        dropped -> assertThat(dropped).startsWith("2 rows of the training file are left out"),
                        duplicates -> assertThat(duplicates)
                                .startsWith(
                                        "3 rows of the training file say the same as an earlier one, the first in line 5 (as"
                                                + " line 2)"),
                        overlap -> assertThat(overlap)
                                .startsWith(
                                        "1 row of the validation file stands in the training file too, the first in line 4"
                                                + " (line 9 there)"));
        assertThat(
                        job.value(
                                "select count(*)::text from event join validation on event.job = validation.job and data = report"))
                .isEqualTo("1");
        assertThat(job.value("select passed::text from validation")).isEqualTo("true");
    }

    @Test
    void warningsAboutRowsAreCountedInOneEventThatNamesTheFirstAndKeptInTheReport() throws Exception {
        job.script(
                "validate "
                        + Script.validated(20, "")
                                .replace(
                                        "\"control_token_rows\": 0, \"merged_borders\": 0",
                                        "\"control_token_rows\": 4, \"merged_borders\": 5")
                                .replace("\"sequences\": 20", "\"sequences\": 23")
                                .replace(
                                        "\"warnings\": [], \"more_warnings\": 0",
                                        "\"warnings\": [{\"line\": 7, \"field\": \"messages[0].content\", \"problem\": \"Odd.\"},"
                                                + " {\"line\": 9, \"field\": \"\", \"problem\": \"Odd too.\"}], \"more_warnings\": 2"));
        job.run(Purpose.VALIDATE);

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select message from event where level = 'warn'"))
                .isEqualTo("The training file has 4 warnings. The first: Line 7, messages[0].content: Odd. The job's"
                        + " validation lists the first 50.");
        assertThat(job.value("select report -> 'training_file' ->> 'sequences' from validation"))
                .isEqualTo("23");
        assertThat(job.value("select report -> 'training_file' ->> 'control_token_rows' from validation"))
                .isEqualTo("4");
        assertThat(job.value("select report -> 'training_file' ->> 'merged_borders' from validation"))
                .isEqualTo("5");
        assertThat(job.value("select report -> 'training_file' -> 'warnings' -> 1 ->> 'problem' from validation"))
                .isEqualTo("Odd too.");
        assertThat(job.value("select report -> 'training_file' ->> 'more_warnings' from validation"))
                .isEqualTo("2");
    }

    @Test
    void findingsFailTheJobAndNameLineAndField() throws Exception {
        job.script("validate "
                + Script.validated(
                        20, "{\"line\": 7, \"field\": \"messages[1].content\", \"problem\": \"Too long.\"}"));
        job.run(Purpose.VALIDATE);

        assertThat(job.status()).isEqualTo("failed");
        assertThat(job.value("select error_code || ' ' || error_param from job"))
                .isEqualTo("invalid_training_file training_file");
        assertThat(job.value("select error_message from job")).contains("Line 7, messages[1].content: Too long.");
    }

    @Test
    void aCancelledValidationIsKilledAtOnce() throws Exception {
        job.script("validate mark " + job.path("up"), "validate hang");
        Thread running = job.runBeside(Purpose.VALIDATE);
        job.awaitFile("up");
        job.post("cancel");
        running.join();

        assertThat(job.status()).isEqualTo("cancelled");
        assertThat(job.logOf(1)).as("it is killed, not asked").doesNotContain("somebody spoke to a deaf trainer");
    }

    @Test
    void aValidationThatIsPausedIsStoppedAtOnceAndDoneAgain() throws Exception {
        job.script("validate mark " + job.path("up"), "validate hang");
        Thread running = job.runBeside(Purpose.VALIDATE);
        job.awaitFile("up");
        job.post("pause");
        running.join();

        assertThat(job.status()).isEqualTo("paused");
        job.post("resume");
        assertThat(job.status()).isEqualTo("validating_files");
    }

    @Test
    void aValidationIsGivenBackAtOnceWhenItsWorkerIsStopped() throws Exception {
        job.script("validate mark " + job.path("up"), "validate hang");
        Thread running = job.runBeside(Purpose.VALIDATE);
        job.awaitFile("up");
        job.stopWorker();
        running.join();

        assertThat(job.status()).isEqualTo("validating_files");
        assertThat(job.value("select outcome from attempt")).isEqualTo("released");
        assertThat(job.logOf(1)).as("it is killed, not asked").doesNotContain("somebody spoke to a deaf trainer");
    }
}
