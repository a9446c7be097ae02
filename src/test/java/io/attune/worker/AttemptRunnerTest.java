package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attune.ServiceTest;
import io.attune.catalog.BaseModels;
import io.attune.disk.Disks;
import io.attune.disk.Room;
import io.attune.job.Attempt;
import io.attune.job.FineTuningJobs;
import io.attune.job.Purpose;
import io.attune.job.queue.AttemptEnd;
import io.attune.job.queue.AttemptFailures;
import io.attune.job.queue.AttemptJournal;
import io.attune.job.queue.JobQueue;
import io.attune.job.queue.JobRelease;
import io.attune.job.queue.TestService;
import io.attune.notify.QueueSignals;
import io.attune.process.ProcessMark;
import io.attune.process.WorkFolders;
import io.attune.storage.BlobStore;
import io.attune.storage.DataFolder;
import io.attune.storage.StoreUnavailableException;
import io.attune.trainer.launch.ScriptedTrainer;
import io.attune.trainer.launch.TrainerLauncher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/** Attempts from claim to end, with a real process on the other side and a real PostgreSQL. */
@ServiceTest
@Timeout(120)
class AttemptRunnerTest {

    private static final String JOB = "ftjob-12345678";
    private static final String STARTED =
            "say {\"message\": \"started\", \"device\": \"cpu\", \"threads\": 1, \"steps\": 3, \"trainingRows\": 4, \"validationRows\": 0, \"trainableParameters\": 100}";
    private static final String FINISHED =
            "say {\"message\": \"finished\", \"steps\": 3, \"trainedTokens\": 99, \"referenceLoss\": 2.0, \"folder\": \"final\", \"peakMemoryBytes\": 1}";

    private final TestService service;
    private final JobQueue queue;
    private final JobRelease release;
    private final DataFolder data;
    private WorkerSettings settings =
            WorkerSettings.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(5), "64m");
    private Disks disks = Room.ample();
    private Drain drain = new Drain(settings);

    @TempDir
    Path temporary;

    AttemptRunnerTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        queue = service.bean(JobQueue.class);
        release = service.bean(JobRelease.class);
        data = service.bean(DataFolder.class);
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @AfterEach
    void nothing_is_left_over() throws IOException {
        try (Stream<Path> folders = Files.list(data.attempts())) {
            assertThat(folders).as("work folders").isEmpty();
        }
        assertThat(ProcessHandle.current()
                        .children()
                        .flatMap(child -> child.info().arguments().stream())
                        .filter(arguments -> String.join(" ", arguments).contains("ScriptedTrainer")))
                .as("trainers")
                .isEmpty();
    }

    @Test
    void a_job_goes_from_its_files_to_a_published_model() throws Exception {
        script(
                "validate " + validated(20, ""),
                "train " + STARTED,
                "train say {\"message\": \"sample\", \"phase\": \"before\", \"index\": 0, \"prompt\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"completion\": \"Ho\", \"tokens\": 1}",
                "train " + step(1, 3.0),
                "train " + step(2, 2.5),
                "train folder checkpoints/step-2",
                "train say {\"message\": \"checkpoint\", \"step\": 2, \"folder\": \"checkpoints/step-2\"}",
                "train " + step(3, 2.25),
                "train folder final",
                "train print 100",
                "train " + FINISHED,
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0001}");

        assertThat(run(Purpose.VALIDATE)).isPresent();
        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(run(Purpose.TRAIN)).isPresent();

        assertThat(service.status(JOB)).isEqualTo("succeeded");
        assertThat(service.messages(JOB))
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
        assertThat(zipEntries(blobOfFile("artifact_file"))).containsExactly("README.md", "adapter_model.safetensors");
        assertThat(Files.readString(blobOfFile("result_file"))).isEqualTo("""
                        step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy
                        1,3.0,0.5,,,,
                        2,2.5,0.5,,,,
                        3,2.25,0.5,,,,
                        """);
        assertThat(one("select trained_tokens::text from job")).isEqualTo("99");
        assertThat(one("select progress ->> 'step' from job")).isEqualTo("3");
        assertThat(one("select string_agg(outcome, ',' order by number) from attempt"))
                .isEqualTo("validated,succeeded");
        assertThat(logOf(2)).contains("is no message on standard output", "printed");
    }

    @Test
    void few_rows_are_a_warning() throws Exception {
        script("validate " + validated(9, ""));
        run(Purpose.VALIDATE);

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select message from event where level = 'warn'")).contains("fewer than 10 rows");
    }

    @Test
    void what_may_be_wrong_with_rows_is_a_warning_and_the_report_is_an_event() throws Exception {
        script("validate "
                + validated(20, "")
                        .replace(
                                "\"truncatedRows\": 0, \"droppedRows\": 0, \"duplicates\": {\"count\": 0, \"lines\": []}",
                                "\"truncatedRows\": 1, \"droppedRows\": 2, \"duplicates\": {\"count\": 3, \"lines\": [{\"line\": 5,"
                                        + " \"same_as\": 2}]}")
                        .replace(
                                "\"overlap\": null",
                                "\"overlap\": {\"count\": 1, \"lines\": [{\"line\": 4, \"same_as\": 9}]}"));
        run(Purpose.VALIDATE);

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(service.jdbc()
                        .sql("select message from event where level = 'warn' order by seq")
                        .query(String.class)
                        .list())
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
                        one(
                                "select count(*)::text from event join validation on event.job = validation.job and data = report"))
                .isEqualTo("1");
        assertThat(one("select passed::text from validation")).isEqualTo("true");
    }

    @Test
    void every_trainer_of_a_job_is_told_the_same_variables_and_the_same_time_for_its_chat_template() throws Exception {
        script(
                "validate " + validated(20, ""),
                "train " + STARTED,
                "train " + step(1, 3.0),
                "train folder final",
                "train " + FINISHED,
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0}");
        service.jdbc()
                .sql("update job set chat_template_kwargs = '{\"enable_thinking\": false, \"n\": null}'")
                .update();
        run(Purpose.VALIDATE);
        service.jdbc()
                .sql("update job set rendered_at = '2026-07-04T23:59:58Z'")
                .update();
        run(Purpose.TRAIN);

        String told = "select specification #>> '{data,chat,%s}' from attempt where number = %d";
        assertThat(one(told.formatted("chatTemplateKwargs", 1))).isEqualTo("{\"n\": null, \"enable_thinking\": false}");
        assertThat(one(told.formatted("renderedAt", 1))).startsWith("20");
        assertThat(one(told.formatted("chatTemplateKwargs", 2))).isEqualTo("{\"n\": null, \"enable_thinking\": false}");
        assertThat(one(told.formatted("renderedAt", 2))).isEqualTo("2026-07-04T23:59:58");
    }

    @Test
    void warnings_about_rows_are_counted_in_one_event_that_names_the_first_and_kept_in_the_report() throws Exception {
        script(
                "validate "
                        + validated(20, "")
                                .replace(
                                        "\"controlTokenRows\": 0, \"mergedBorders\": 0",
                                        "\"controlTokenRows\": 4, \"mergedBorders\": 5")
                                .replace("\"sequences\": 20", "\"sequences\": 23")
                                .replace(
                                        "\"warnings\": [], \"moreWarnings\": 0",
                                        "\"warnings\": [{\"line\": 7, \"field\": \"messages[0].content\", \"problem\": \"Odd.\"},"
                                                + " {\"line\": 9, \"field\": \"\", \"problem\": \"Odd too.\"}], \"moreWarnings\": 2"));
        run(Purpose.VALIDATE);

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select message from event where level = 'warn'"))
                .isEqualTo("The training file has 4 warnings. The first: Line 7, messages[0].content: Odd. The job's"
                        + " validation lists the first 50.");
        assertThat(one("select report -> 'training_file' ->> 'sequences' from validation"))
                .isEqualTo("23");
        assertThat(one("select report -> 'training_file' ->> 'control_token_rows' from validation"))
                .isEqualTo("4");
        assertThat(one("select report -> 'training_file' ->> 'merged_borders' from validation"))
                .isEqualTo("5");
        assertThat(one("select report -> 'training_file' -> 'warnings' -> 1 ->> 'problem' from validation"))
                .isEqualTo("Odd too.");
        assertThat(one("select report -> 'training_file' ->> 'more_warnings' from validation"))
                .isEqualTo("2");
    }

    @Test
    void findings_fail_the_job_and_name_line_and_field() throws Exception {
        script("validate "
                + validated(20, "{\"line\": 7, \"field\": \"messages[1].content\", \"problem\": \"Too long.\"}"));
        run(Purpose.VALIDATE);

        assertThat(service.status(JOB)).isEqualTo("failed");
        assertThat(one("select error_code || ' ' || error_param from job"))
                .isEqualTo("invalid_training_file training_file");
        assertThat(one("select error_message from job")).contains("Line 7, messages[1].content: Too long.");
    }

    @Test
    void what_a_trainer_says_about_its_failure_is_the_jobs_error() throws Exception {
        scriptForTraining("train " + STARTED, "train " + failed("loss_not_finite", "The loss of step 1 is NaN."));
        run(Purpose.TRAIN);

        assertThat(service.status(JOB)).isEqualTo("failed");
        assertThat(one("select error_code || ': ' || error_message from job"))
                .isEqualTo("loss_not_finite: The loss of step 1 is NaN.");
    }

    @Test
    void a_trainer_that_runs_out_of_memory_is_tried_again_with_half_of_the_micro_batch_until_that_is_one_row()
            throws Exception {
        scriptForTraining("train " + STARTED, "train " + failed("out_of_memory", "The device has 1 GiB."));
        longestRow(700);
        run(Purpose.TRAIN);

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select outcome || ': ' || detail from attempt"))
                .isEqualTo("out_of_memory: The device has 1 GiB.");
        assertThat(one("select message from event where level = 'warn'"))
                .isEqualTo(
                        "The device has not enough memory. The job is tried again in 1 second, to begin from the start. From now on"
                                + " micro_batch_tokens is 1024 instead of 2048, which changes nothing but how much is computed at once.");
        runAgain();
        assertThat(one("select resolved #>> '{hyperparameters,micro_batch_tokens}' from job"))
                .isEqualTo("700");
        runAgain();
        assertThat(service.status(JOB)).isEqualTo("failed");
        assertThat(one("select error_code || ': ' || error_message from job"))
                .isEqualTo("out_of_memory: The device has 1 GiB.");
    }

    @Test
    void a_full_disk_is_waited_for_ever_longer_and_is_not_the_jobs_fault() throws Exception {
        scriptForTraining("train " + STARTED, "train " + failed("no_space", "No space left on device"));
        run(Purpose.TRAIN);
        for (int again = 0; again < 5; again++) {
            assertThat(run(Purpose.TRAIN)).as("before the pause is over").isEmpty();
            runAgain();
        }

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select string_agg(outcome, ' ') from attempt"))
                .isEqualTo("interrupted interrupted interrupted interrupted interrupted interrupted");
        assertThat(one("select (not_before > now() + interval '30 seconds')::text from job"))
                .isEqualTo("true");
        assertThat(one("select crashes || ' ' || retries from job")).isEqualTo("0 6");
        assertThat(one("select progress ->> 'waiting' from job"))
                .isEqualTo(
                        "The attempt was interrupted. The job is tried again in 32 seconds, to begin from the start. The worker's"
                                + " disk is full: No space left on device");
        service.jdbc().sql("update job set retries = 4000").update();
        runAgain();
        assertThat(
                        one(
                                "select (not_before between now() + interval '4 minutes' and now() + interval '5 minutes')::text from job"))
                .as("never longer than five minutes")
                .isEqualTo("true");
    }

    @Test
    void a_job_waits_while_the_workers_disk_is_full_and_begins_when_there_is_room() throws Exception {
        script("validate " + validated(20, ""));
        disks = new Disks(List.of(data.attempts()), 64_000_000, folder -> 2_000_000);
        run(Purpose.VALIDATE);

        assertThat(service.status(JOB)).isEqualTo("validating_files");
        assertThat(one("select outcome from attempt")).isEqualTo("interrupted");
        assertThat(one("select crashes from job")).isEqualTo("0");
        assertThat(one("select progress ->> 'waiting' from job"))
                .contains("The disk of " + data.attempts() + " is full: 2.0 MB are free, and 64.0 MB are needed.");

        disks = Room.ample();
        service.jdbc().sql("update job set not_before = null").update();
        run(Purpose.VALIDATE);
        assertThat(service.status(JOB)).isEqualTo("queued");
    }

    /** Native code that writes to a full disk may be killed by it. */
    @Test
    void a_trainer_that_dies_without_a_word_on_a_full_disk_is_not_counted_as_a_crash() throws Exception {
        scriptForTraining("train " + STARTED, "train die 1");
        AtomicBoolean begun = new AtomicBoolean();
        disks = new Disks(List.of(data.attempts()), 64_000_000, folder -> begun.getAndSet(true) ? 0 : 64_000_000);
        for (int time = 0; time < 4; time++) {
            begun.set(false);
            service.jdbc().sql("update job set not_before = null").update();
            run(Purpose.TRAIN);
        }

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select crashes || ' ' || retries from job")).isEqualTo("0 4");
        assertThat(one("select progress ->> 'waiting' from job")).contains("is full: 0.0 MB are free");
    }

    @Test
    void a_job_that_is_paused_and_resumed_has_its_troubles_forgiven() throws Exception {
        scriptForTraining("train " + STARTED, "train die 1");
        run(Purpose.TRAIN);
        runAgain();
        assertThat(one("select crashes::text from job")).isEqualTo("2");
        post("pause");
        post("resume");
        run(Purpose.TRAIN);

        assertThat(service.status(JOB)).isEqualTo("queued");
    }

    @Test
    void a_trainer_that_dies_is_tried_again_and_the_job_succeeds_once() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train " + step(1, 3.0),
                "train die-unless " + temporary.resolve("died"),
                "train " + step(2, 2.0),
                "train folder final",
                "train " + FINISHED,
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0}");

        run(Purpose.TRAIN);
        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select outcome || ': ' || detail from attempt"))
                .isEqualTo("crashed: It ended with exit code 9.");
        assertThat(run(Purpose.TRAIN)).as("before the pause is over").isEmpty();
        service.jdbc().sql("update job set not_before = now()").update();
        run(Purpose.TRAIN);

        assertThat(service.status(JOB)).isEqualTo("succeeded");
        assertThat(service.messages(JOB)).containsOnlyOnce("The job has successfully completed");
        assertThat(Files.readAllLines(blobOfFile("result_file")))
                .as("of the attempt that succeeded")
                .hasSize(3);
    }

    @Test
    void a_trainer_whose_heap_is_full_fails_the_job_though_it_cannot_say_so() throws Exception {
        scriptForTraining("train " + STARTED, "train fill-the-heap");
        run(Purpose.TRAIN);

        assertThat(service.status(JOB)).isEqualTo("failed");
        assertThat(one("select error_code || ': ' || error_message from job"))
                .startsWith("out_of_memory: ")
                .contains("ATTUNE_TRAINER_HEAP");
    }

    @Test
    void a_trainer_killed_from_outside_is_told_as_such() throws Exception {
        scriptForTraining("train " + STARTED, "train mark " + temporary.resolve("up"), "train hang");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        ProcessMark.read(data.attempts().resolve(JOB + "-1"))
                .orElseThrow()
                .alive()
                .orElseThrow()
                .destroyForcibly();
        running.join();

        assertThat(one("select detail from attempt")).isEqualTo("It was killed by signal 9.");
    }

    @Test
    void a_silent_trainer_is_killed_and_counts_as_dead() throws Exception {
        settings = impatient();
        scriptForTraining("train " + STARTED, "train hang");
        run(Purpose.TRAIN);

        assertThat(one("select outcome || ': ' || detail from attempt"))
                .startsWith("crashed: It said nothing for 3 seconds");
        assertThat(service.status(JOB)).isEqualTo("queued");
    }

    @Test
    void a_big_log_neither_stops_the_trainer_nor_is_taken_for_messages() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train print " + (20 << 20),
                "train folder final",
                "train " + FINISHED,
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0}");
        run(Purpose.TRAIN);

        assertThat(service.status(JOB)).isEqualTo("succeeded");
        assertThat(logOf(1))
                .hasSizeBetween(16 << 20, (16 << 20) + 100)
                .endsWith("[the rest of the log was left out]\n");
    }

    @Test
    void half_a_message_is_left_out() throws Exception {
        scriptForTraining("train " + STARTED, "train say {\"message\": \"st", "train say hello", "train die 1");
        run(Purpose.TRAIN);

        assertThat(one("select outcome from attempt")).isEqualTo("crashed");
    }

    @Test
    void a_cancelled_job_stops_its_trainer_and_leaves_nothing_to_see() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train " + step(1, 3.0),
                "train folder checkpoints/step-1",
                "train say {\"message\": \"checkpoint\", \"step\": 1, \"folder\": \"checkpoints/step-1\"}",
                "train mark " + temporary.resolve("up"),
                "train await-stop",
                "train say {\"message\": \"stopped\", \"step\": 1}");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        cancel();
        running.join();

        assertThat(service.status(JOB)).isEqualTo("cancelled");
        assertThat(one("select outcome from attempt")).isEqualTo("cancelled");
        assertThat(one("select count(*)::text from checkpoint")).isEqualTo("0");
        assertThat(one("select count(*)::text from tuned_model")).isEqualTo("0");
    }

    @Test
    void a_cancelled_job_does_not_wait_for_a_trainer_that_does_not_listen() throws Exception {
        scriptForTraining("train " + STARTED, "train mark " + temporary.resolve("up"), "train hang");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        cancel();
        running.join();

        assertThat(service.status(JOB)).isEqualTo("cancelled");
        assertThat(logOf(1)).as("it is killed, not asked").doesNotContain("somebody spoke to a deaf trainer");
    }

    @Test
    void a_paused_job_keeps_what_its_trainer_saved_and_its_next_trainer_gets_it() throws Exception {
        pausedAfterStepOne(
                "resume show-resume " + temporary.resolve("seen"),
                "resume " + STARTED,
                "resume say {\"message\": \"resumed\", \"step\": 1}",
                "resume " + step(2, 2.5),
                "resume folder final",
                "resume " + FINISHED,
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0}");

        post("resume");
        run(Purpose.TRAIN);

        assertThat(temporary.resolve("seen")).hasContent("readme");
        assertThat(service.status(JOB)).isEqualTo("succeeded");
        assertThat(service.messages(JOB))
                .containsSubsequence(
                        "Step 1/3: training loss=3.0000",
                        "Fine-tuning job paused after step 1",
                        "Fine-tuning job resumed, moving job to queued state",
                        "Fine-tuning job resumed from step 1",
                        "Step 2/3: training loss=2.5000");
        assertThat(Files.readAllLines(blobOfFile("result_file")))
                .as("steps of both attempts")
                .hasSize(3)
                .element(1)
                .isEqualTo("1,3.0,0.5,,,,");
        assertThat(one("select count(*)::text from resume_checkpoint")).isEqualTo("0");
    }

    @Test
    void a_trainer_that_refuses_the_saved_state_begins_from_the_start_and_an_event_says_so() throws Exception {
        pausedAfterStepOne(
                "resume " + STARTED,
                "resume say {\"message\": \"not_resumed\", \"problem\": \"its checksum differs\"}",
                "resume hang");
        post("resume");
        Files.delete(temporary.resolve("up"));
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up"); // of a training from the start
        cancel();
        running.join();

        assertThat(service.messages(JOB))
                .contains("The saved state after step 1 cannot be used, and the training begins from the start: its"
                        + " checksum differs");
    }

    @Test
    void a_saved_state_whose_bytes_are_gone_is_refused_too() throws Exception {
        pausedAfterStepOne();
        Files.write(service.bean(BlobStore.class).local(one("select artifact from resume_checkpoint")), new byte[10]);
        post("resume");
        Files.delete(temporary.resolve("up"));
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up"); // of a training from the start
        cancel();
        running.join();

        assertThat(service.messages(JOB))
                .anyMatch(message -> message.startsWith(
                        "The saved state after step 1 cannot be used, and the training begins from the start: "));
        assertThat(one("select count(*)::text from resume_checkpoint")).isEqualTo("0");
    }

    @Test
    void states_that_are_saved_while_it_trains_outlive_the_trainer_and_the_newest_two_are_kept() throws Exception {
        crashedAfterThreeStates(
                "resume " + STARTED,
                "resume say {\"message\": \"resumed\", \"step\": 3, \"differences\": [\"threads: 2, now 1\"]}",
                "resume folder final",
                "resume " + FINISHED,
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0}");
        assertThat(one("select string_agg(attempt || ':' || step, ' ' order by step) from resume_checkpoint"))
                .isEqualTo("1:2 1:3");
        assertThat(one("select string_agg(step::text, ' ' order by step) from metric"))
                .isEqualTo("1 2 3");
        assertThat(one("select crashes::text from job"))
                .as("deaths since it got on")
                .isEqualTo("1");

        run(Purpose.TRAIN);
        assertThat(service.status(JOB)).isEqualTo("succeeded");
        assertThat(service.messages(JOB))
                .containsSubsequence(
                        "Fine-tuning job resumed from step 3",
                        "From here on the results may differ in their last bits from those of a job that is not"
                                + " interrupted: threads: 2, now 1");
        assertThat(Files.readAllLines(blobOfFile("result_file")))
                .as("steps of both attempts")
                .hasSize(4);
    }

    @Test
    void a_state_that_was_altered_is_refused_and_the_one_before_it_is_used() throws Exception {
        crashedAfterThreeStates(
                "resume " + STARTED,
                "resume say {\"message\": \"resumed\", \"step\": 2}",
                "resume mark " + temporary.resolve("resumed"),
                "resume hang");
        Files.write(
                service.bean(BlobStore.class).local(one("select artifact from resume_checkpoint where step = 3")),
                new byte[10]);
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("resumed");
        cancel();
        running.join();

        assertThat(service.messages(JOB))
                .containsSubsequence(
                        "The saved state after step 3 cannot be used, and the one after step 2 is tried: its bytes in the"
                                + " artifact store were altered",
                        "Fine-tuning job resumed from step 2");
    }

    @Test
    void a_state_that_the_trainer_refuses_is_followed_by_the_one_before_it() throws Exception {
        crashedAfterThreeStates(
                "resume refuse-once " + temporary.resolve("refused"),
                "resume " + STARTED,
                "resume say {\"message\": \"resumed\", \"step\": 2}",
                "resume mark " + temporary.resolve("resumed"),
                "resume hang");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("resumed");
        cancel();
        running.join();

        assertThat(service.messages(JOB))
                .containsSubsequence(
                        "The saved state after step 3 cannot be used, and the one after step 2 is tried: torn",
                        "Fine-tuning job resumed from step 2");
        assertThat(one("select count(*)::text from attempt"))
                .as("all in one attempt")
                .isEqualTo("2");
    }

    @Test
    void a_trainer_that_somebody_else_terminates_leaves_its_state_to_the_next_one() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train " + step(1, 3.0),
                "train folder resume/step-1",
                "train say {\"message\": \"saved\", \"step\": 1, \"folder\": \"resume/step-1\", \"seconds\": 0.1}",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}");
        run(Purpose.TRAIN);

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select outcome from attempt")).isEqualTo("released");
        assertThat(one("select step::text from resume_checkpoint")).isEqualTo("1");
    }

    @Test
    void a_trainer_that_hangs_while_it_is_to_pause_is_killed_once_it_was_silent_for_too_long() throws Exception {
        settings = impatient();
        scriptForTraining("train " + STARTED, "train mark " + temporary.resolve("up"), "train hang");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        post("pause");
        running.join();

        assertThat(service.status(JOB)).isEqualTo("paused");
        assertThat(logOf(1)).contains("somebody spoke to a deaf trainer");
        assertThat(service.messages(JOB)).last().asString().contains("When it is resumed it begins from the start.");
    }

    @Test
    void a_cancelled_validation_is_killed_at_once() throws Exception {
        script("validate mark " + temporary.resolve("up"), "validate hang");
        Thread running = runBeside(Purpose.VALIDATE);
        awaitFile("up");
        cancel();
        running.join();

        assertThat(service.status(JOB)).isEqualTo("cancelled");
        assertThat(logOf(1)).as("it is killed, not asked").doesNotContain("somebody spoke to a deaf trainer");
    }

    @Test
    void a_validation_that_is_paused_is_stopped_at_once_and_done_again() throws Exception {
        script("validate mark " + temporary.resolve("up"), "validate hang");
        Thread running = runBeside(Purpose.VALIDATE);
        awaitFile("up");
        post("pause");
        running.join();

        assertThat(service.status(JOB)).isEqualTo("paused");
        post("resume");
        assertThat(service.status(JOB)).isEqualTo("validating_files");
    }

    @Test
    void a_pause_while_the_tuned_model_is_verified_comes_too_late() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train folder final",
                "train " + FINISHED,
                "verify mark " + temporary.resolve("up"),
                "verify await-file " + temporary.resolve("asked"),
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0}");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        post("pause");
        Files.writeString(temporary.resolve("asked"), "");
        running.join();

        assertThat(service.status(JOB)).isEqualTo("succeeded");
    }

    @Test
    void a_worker_whose_attempt_was_taken_back_kills_its_trainer_and_writes_nothing() throws Exception {
        scriptForTraining("train " + STARTED, "train mark " + temporary.resolve("up"), "train hang");
        settings = quick();
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        service.jdbc()
                .sql("update attempt set lease_until = now() - interval '1 second'")
                .update();
        release.releaseExpired();
        running.join();

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select outcome from attempt")).isEqualTo("lost");
        assertThat(one("select crashes::text from job")).isEqualTo("0");
    }

    @Test
    void a_worker_that_cannot_renew_kills_its_trainer_before_the_lease_ends() throws Exception {
        scriptForTraining("train " + STARTED, "train mark " + temporary.resolve("up"), "train hang");
        settings = quick();
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch dead = new CountDownLatch(1);
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        ProcessHandle trainer = ProcessMark.read(data.attempts().resolve(JOB + "-1"))
                .orElseThrow()
                .alive()
                .orElseThrow();
        Thread hindrance =
                new Thread(() -> service.bean(TransactionTemplate.class).executeWithoutResult(status -> {
                    service.jdbc()
                            .sql("select id from job for update")
                            .query(String.class)
                            .list();
                    locked.countDown();
                    awaitLatch(dead);
                }));
        hindrance.start();
        awaitLatch(locked);

        trainer.onExit().get(30, TimeUnit.SECONDS);

        assertThat(one("select (lease_until > now())::text from attempt"))
                .as("the lease still lasts")
                .isEqualTo("true");
        dead.countDown();
        hindrance.join();
        running.join();
        assertThat(one("select (ended_at is null)::text from attempt")).isEqualTo("true");
    }

    @Test
    void an_attempt_outlives_broken_connections_to_the_database() throws Exception {
        Path go = temporary.resolve("up");
        scriptForTraining(
                "train " + STARTED,
                "train mark " + go,
                "train " + step(1, 3.0),
                "train " + step(2, 3.0),
                "train " + step(3, 3.0),
                "train folder final",
                "train " + FINISHED,
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0}");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        // one connection for all: the pool may still give out one that was broken the time before
        try (Connection breaker = service.bean(DataSource.class).getConnection();
                Statement statement = breaker.createStatement()) {
            for (int i = 0; i < 5; i++) {
                statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where pid <> pg_backend_pid() and datname = current_database()");
                running.join(100);
            }
        }
        running.join();

        assertThat(service.status(JOB)).isEqualTo("succeeded");
        assertThat(service.messages(JOB)).containsOnlyOnce("The job has successfully completed");
        assertThat(one("select count(*)::text from metric")).isEqualTo("3");
    }

    @Test
    void a_worker_that_is_stopped_lets_its_trainer_save_and_gives_the_job_back_at_once() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train " + step(1, 3.0),
                "train mark " + temporary.resolve("up"),
                "train await-stop",
                "train folder resume/step-1",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}",
                "resume show-resume " + temporary.resolve("seen"),
                "resume say {\"message\": \"failed\", \"code\": \"x\", \"problem\": \"X.\"}");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        drain.begin();
        running.join();

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select outcome from attempt")).isEqualTo("released");
        assertThat(one("select crashes || ' ' || retries from job")).isEqualTo("0 0");
        assertThat(service.messages(JOB))
                .last()
                .isEqualTo("The worker was stopped. The job waits for another one, to go on from step 1.");
        drain = new Drain(settings);
        assertThat(run(Purpose.TRAIN)).as("at once").isPresent();
        assertThat(temporary.resolve("seen")).hasContent("readme");
    }

    @Test
    void a_job_that_is_to_be_paused_is_paused_though_its_worker_is_stopped_first() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train " + step(1, 3.0),
                "train mark " + temporary.resolve("up"),
                "train await-stop",
                "train mark " + temporary.resolve("saving"),
                "train await-file " + temporary.resolve("go"),
                "train folder resume/step-1",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        drain.begin();
        awaitFile("saving");
        post("pause");
        Files.writeString(temporary.resolve("go"), "");
        running.join();

        assertThat(service.status(JOB)).isEqualTo("paused");
        assertThat(one("select step::text from resume_checkpoint")).isEqualTo("1");
    }

    @Test
    void a_trainer_that_does_not_save_in_time_is_killed_and_its_job_given_back() throws Exception {
        settings = WorkerSettings.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(1), "64m");
        drain = new Drain(settings);
        scriptForTraining("train " + STARTED, "train mark " + temporary.resolve("up"), "train hang");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        drain.begin();
        running.join();

        assertThat(service.status(JOB)).isEqualTo("queued");
        assertThat(one("select outcome from attempt")).isEqualTo("released");
        assertThat(logOf(1)).contains("somebody spoke to a deaf trainer");
    }

    @Test
    void a_validation_is_given_back_at_once_when_its_worker_is_stopped() throws Exception {
        script("validate mark " + temporary.resolve("up"), "validate hang");
        Thread running = runBeside(Purpose.VALIDATE);
        awaitFile("up");
        drain.begin();
        running.join();

        assertThat(service.status(JOB)).isEqualTo("validating_files");
        assertThat(one("select outcome from attempt")).isEqualTo("released");
        assertThat(logOf(1)).as("it is killed, not asked").doesNotContain("somebody spoke to a deaf trainer");
    }

    @Test
    void a_verification_is_finished_when_its_worker_is_stopped() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train folder final",
                "train " + FINISHED,
                "verify mark " + temporary.resolve("up"),
                "verify await-file " + temporary.resolve("stopped"),
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.0}");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        drain.begin();
        Files.writeString(temporary.resolve("stopped"), "");
        running.join();

        assertThat(service.status(JOB)).isEqualTo("succeeded");
    }

    @Test
    void a_worker_that_is_stopped_waits_for_a_trainer_that_saves_its_state() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train " + step(1, 3.0),
                "train mark " + temporary.resolve("up"),
                "train await-stop",
                "train mark " + temporary.resolve("saving"),
                "train await-file " + temporary.resolve("go"),
                "train folder resume/step-1",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}");
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        post("pause");
        awaitFile("saving");
        drain.begin();
        Files.writeString(temporary.resolve("go"), "");
        running.join();

        assertThat(service.status(JOB)).isEqualTo("paused");
        assertThat(one("select step::text from resume_checkpoint")).isEqualTo("1");
    }

    @Test
    void an_artifact_that_reloads_to_another_loss_is_not_published() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train folder final",
                "train " + FINISHED,
                "verify say {\"message\": \"verified\", \"referenceLoss\": 2.001}");
        run(Purpose.TRAIN);

        assertThat(service.status(JOB)).isEqualTo("failed");
        assertThat(one("select error_code from job")).isEqualTo("verification_failed");
        assertThat(one("select count(*)::text from tuned_model")).isEqualTo("0");
        assertThat(one("select count(*)::text from file where purpose = 'fine-tune-results'"))
                .isEqualTo("0");
    }

    @Test
    void a_trainer_cannot_name_a_folder_outside_of_its_output() throws Exception {
        scriptForTraining(
                "train " + STARTED,
                "train say {\"message\": \"checkpoint\", \"step\": 1, \"folder\": \"../../..\"}",
                "train hang");
        run(Purpose.TRAIN);

        assertThat(one("select detail from attempt")).contains("not in its output");
    }

    @Test
    void a_trainer_sees_no_secret_of_the_service() throws Exception {
        Path seen = temporary.resolve("environment");
        script("validate environment " + seen, "validate " + validated(20, ""));
        run(Purpose.VALIDATE);

        assertThat(Files.readString(seen))
                .contains("ATTUNE_MESSAGES=/dev/fd/3", "OPT_OUT_TRACKING=true", "DJL_CACHE_DIR=" + data.djl())
                .contains("HOME=" + data.attempts().resolve(JOB + "-1"));
        var inherited = new TreeMap<>(System.getenv());
        inherited.keySet().removeAll(List.of("PATH", "LANG", "LC_ALL", "TZ", "HOME", "PWD", "SHLVL", "_"));
        inherited
                .keySet()
                .removeIf(name -> name.startsWith("MALLOC_") || name.startsWith("OMP_") || name.startsWith("PYTORCH_"));
        inherited
                .keySet()
                .removeAll(List.of("OPT_OUT_TRACKING", "RUST_FLAVOR", "DJL_CACHE_DIR")); // the trainer has its own
        assertThat(inherited.keySet())
                .allSatisfy(name -> assertThat(Files.readString(seen)).doesNotContain(name + "="));
    }

    @Test
    void a_store_that_is_away_for_a_moment_is_waited_for() throws Exception {
        scriptForTraining();
        Attempt attempt = service.claim(Purpose.TRAIN, settings.lease()).orElseThrow();
        AtomicInteger tries = new AtomicInteger();
        try (LeaseKeeper lease = leases().keep(attempt, System.nanoTime())) {
            int answer = lease.persist(() -> {
                if (tries.incrementAndGet() < 3) {
                    throw new UncheckedIOException(new StoreUnavailableException("no answer", null));
                }
                return 42;
            });

            assertThat(answer).isEqualTo(42);
            assertThatThrownBy(() -> lease.persist(() -> {
                        throw new IOException("something else");
                    }))
                    .isExactlyInstanceOf(IOException.class);
        }
    }

    private static WorkerSettings quick() {
        return new WorkerSettings(
                Duration.ofSeconds(6),
                Duration.ofMillis(500),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                "64m");
    }

    private static WorkerSettings impatient() {
        return new WorkerSettings(
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofMillis(100),
                Duration.ofSeconds(3),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                "64m");
    }

    /** A job that waits for validation, whose training file is the script. */
    private void script(String... lines) {
        service.job(JOB, 0);
        service.file("file-script", "fine-tune", String.join("\n", lines));
        service.jdbc()
                .sql(
                        "update job set training_file = 'file-script', training_blob = (select blob from file where id = 'file-script')")
                .update();
    }

    private void scriptForTraining(String... lines) {
        service.queuedJob(JOB, 0);
        service.file("file-script", "fine-tune", String.join("\n", lines));
        service.jdbc()
                .sql(
                        "update job set training_file = 'file-script', training_blob = (select blob from file where id = 'file-script')")
                .update();
    }

    private Optional<Attempt> run(Purpose purpose) throws InterruptedException {
        long before = System.nanoTime();
        Optional<Attempt> attempt = service.claim(purpose, settings.lease());
        if (attempt.isPresent()) {
            runner().run(attempt.get(), "cpu", before, drain);
        }
        return attempt;
    }

    private void runAgain() throws InterruptedException {
        service.jdbc().sql("update job set not_before = now()").update();
        assertThat(run(Purpose.TRAIN)).isPresent();
    }

    private void longestRow(int tokens) {
        service.jdbc()
                .sql("update job set resolved = jsonb_set(resolved, '{hyperparameters,max_length}', '1000')")
                .update();
        service.jdbc()
                .sql("insert into validation (job, passed, report) values (:job, true, :report::jsonb)")
                .param("job", JOB)
                .param("report", """
                        {"training_file": {"id": "file-script", "rows": 4, "tokens": 9, "target_tokens": 9,
                        "tokens_per_row": {"min": 5, "mean": 7.5, "median": 7, "p95": 9, "max": %d},
                        "truncated_rows": 0, "dropped_rows": 0, "findings": [], "more_findings": 0}}""".formatted(tokens))
                .update();
    }

    private static String failed(String code, String problem) {
        return "say {\"message\": \"failed\", \"code\": \"" + code + "\", \"problem\": \"" + problem + "\"}";
    }

    private Thread runBeside(Purpose purpose) {
        Thread thread = new Thread(() -> {
            try {
                run(purpose);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }

    private AttemptRunner runner() {
        TrainerLauncher launcher = ScriptedTrainer.launcher(settings.heap(), data.djl());
        BlobStore blobs = service.bean(BlobStore.class);
        AttemptJournal journal = service.bean(AttemptJournal.class);
        AttemptEnd end = service.bean(AttemptEnd.class);
        var specifications = new Specifications(blobs, devices(), settings);
        var publisher = new Publisher(launcher, specifications, blobs, journal, end);
        return new AttemptRunner(
                leases(),
                service.bean(FineTuningJobs.class),
                service.bean(BaseModels.class),
                new WorkFolders(data.attempts(), disks),
                new ValidationWork(journal, end, specifications, launcher),
                new TrainingWork(journal, end, blobs, specifications, launcher, publisher, Clock.systemUTC()),
                end,
                service.bean(AttemptFailures.class),
                new TrainerLogs(blobs, end),
                settings);
    }

    private Leases leases() {
        return new Leases(queue, service.bean(QueueSignals.class), settings);
    }

    private static Devices devices() {
        return new Devices(List.of(new Device("cpu", Device.Kind.CPU, 1L << 30)));
    }

    private void crashedAfterThreeStates(String... afterwards) throws Exception {
        List<String> lines = new ArrayList<>(List.of("train " + STARTED));
        for (int step = 1; step <= 3; step++) {
            String folder = "resume/step-" + step;
            lines.addAll(List.of(
                    "train " + step(step, 3.0),
                    "train folder " + folder,
                    "train write " + folder + "/step " + step,
                    "train say {\"message\": \"saved\", \"step\": " + step + ", \"folder\": \"" + folder
                            + "\", \"seconds\": 0.1}",
                    "train await-taken",
                    "train require-gone " + folder));
        }
        lines.add("train die 9");
        lines.addAll(List.of(afterwards));
        scriptForTraining(lines.toArray(String[]::new));
        run(Purpose.TRAIN);
        assertThat(one("select outcome from attempt")).isEqualTo("crashed");
        service.jdbc().sql("update job set not_before = null").update();
    }

    private void pausedAfterStepOne(String... afterwards) throws Exception {
        List<String> lines = new ArrayList<>(List.of(
                "train " + STARTED,
                "train " + step(1, 3.0),
                "train mark " + temporary.resolve("up"),
                "train await-stop",
                "train folder resume/step-1",
                "train say {\"message\": \"stopped\", \"step\": 1, \"folder\": \"resume/step-1\"}"));
        lines.addAll(List.of(afterwards));
        scriptForTraining(lines.toArray(String[]::new));
        Thread running = runBeside(Purpose.TRAIN);
        awaitFile("up");
        post("pause");
        running.join();
        assertThat(service.status(JOB)).isEqualTo("paused");
    }

    private void cancel() {
        post("cancel");
    }

    private void post(String what) {
        assertThat(service.client()
                        .post("/v1/fine_tuning/jobs/" + JOB + "/" + what, "")
                        .status())
                .isEqualTo(200);
    }

    private void awaitFile(String name) {
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(temporary.resolve(name)));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String step(int step, double loss) {
        return "say {\"message\": \"step\", \"step\": " + step + ", \"steps\": 3, \"epoch\": 1, \"loss\": " + loss
                + ", \"tokenAccuracy\": 0.5, \"gradNorm\": 1.0, \"learningRate\": 0.001, \"rows\": 2, \"tokens\": 20,"
                + " \"targetTokens\": 10, \"seconds\": 0.25, \"peakMemoryBytes\": 1000}";
    }

    private static String validated(int rows, String findings) {
        return "say {\"message\": \"validated\", \"training\": {\"rows\": " + rows + ", \"sequences\": " + rows
                + ", \"tokens\": 100, \"targetTokens\": 50, \"lengths\": {\"min\": 5, \"mean\": 7.5, \"median\": 7,"
                + " \"p95\": 9, \"max\": 10}, \"truncatedRows\": 0, \"droppedRows\": 0, \"duplicates\": {\"count\": 0,"
                + " \"lines\": []}, \"controlTokenRows\": 0, \"mergedBorders\": 0, \"findings\": [" + findings
                + "], \"moreFindings\": 0, \"warnings\": [], \"moreWarnings\": 0}, \"validation\": null, \"overlap\": null}";
    }

    private String one(String sql) {
        return service.jdbc().sql(sql).query(String.class).single();
    }

    private Path blobOfFile(String column) throws IOException {
        return service.bean(BlobStore.class)
                .local(one("select blob from file where id = (select " + column + " from job)"));
    }

    private String logOf(int attempt) throws IOException {
        return Files.readString(
                service.bean(BlobStore.class).local(one("select log from attempt where number = " + attempt)));
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
