package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.job.queue.AttemptFailure;
import io.attune.storage.StoreUnavailableException;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.process.Seclusion;
import io.attune.trainer.process.TrainerCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

class WorkerPartsTest {

    @Test
    void silence_is_ten_median_steps_but_not_less_than_the_shortest() {
        StepTimes times = new StepTimes();
        assertThat(times.longestSilence(Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(10));
        for (double seconds : new double[] {100, 120, 9000}) {
            times.add(seconds);
        }
        assertThat(times.longestSilence(Duration.ofMinutes(10))).isEqualTo(Duration.ofSeconds(1200));
    }

    @Test
    void only_what_is_allowed_gets_into_a_trainers_environment() {
        var command = new TrainerCommand(
                Path.of("/java"), "cp", "Main", "1g", Path.of("/data/djl"), List.of(), Seclusion.NONE);

        Map<String, String> environment = command.environment(
                Map.of(
                        "PATH", "/bin",
                        "PYTORCH_LIBRARY_PATH", "/torch",
                        "CUDA_VISIBLE_DEVICES", "1",
                        "ATTUNE_ADMIN_KEY", "secret",
                        "SPRING_DATASOURCE_PASSWORD", "secret",
                        "AWS_ACCESS_KEY_ID", "secret",
                        "AWS_SECRET_ACCESS_KEY", "secret",
                        "AWS_SESSION_TOKEN", "secret",
                        "JAVA_TOOL_OPTIONS", "-Dsecret",
                        "HOME", "/home/me"),
                Path.of("/work"),
                "cpu");

        assertThat(environment)
                .containsEntry("PATH", "/bin")
                .containsEntry("PYTORCH_LIBRARY_PATH", "/torch")
                .containsEntry("CUDA_VISIBLE_DEVICES", "1")
                .containsEntry("HOME", "/work")
                .doesNotContainKeys("ATTUNE_ADMIN_KEY", "SPRING_DATASOURCE_PASSWORD", "JAVA_TOOL_OPTIONS")
                .doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
    }

    @Test
    void a_trainer_sees_the_gpu_of_its_slot_alone_and_as_the_first() {
        var command = new TrainerCommand(
                Path.of("/java"), "cp", "Main", "1g", Path.of("/data/djl"), List.of(), Seclusion.NONE);

        assertThat(command.environment(Map.of("CUDA_VISIBLE_DEVICES", "0,1,2"), Path.of("/work"), "cuda:2"))
                .containsEntry("CUDA_VISIBLE_DEVICES", "2")
                .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        assertThat(TrainerCommand.device("cuda:2")).isEqualTo("cuda:0");
        assertThat(TrainerCommand.device("cpu:1")).isEqualTo("cpu");
    }

    @Test
    void a_kill_for_want_of_memory_is_told_from_others_by_the_kernels_count(@TempDir Path folder) throws Exception {
        Path events =
                Files.writeString(folder.resolve("memory.events"), "low 0\noom 3\noom_kill 2\noom_group_kill 0\n");
        OomKills before = OomKills.of(events);
        assertThat(before.happenedSince()).isFalse();

        Files.writeString(events, "low 0\noom 4\noom_kill 3\noom_group_kill 0\n");

        assertThat(before.happenedSince()).isTrue();
        assertThat(OomKills.of(folder.resolve("none")).happenedSince()).isFalse();
    }

    @Test
    void troubles_around_a_job_are_not_its_fault_whatever_they_are_wrapped_in() {
        assertThat(Diagnosis.of(new UncheckedIOException(new StoreUnavailableException("no answer", null))))
                .isInstanceOfSatisfying(
                        AttemptFailure.Retryable.class,
                        retryable -> assertThat(retryable.code()).isEqualTo("store_unavailable"));
        assertThat(Diagnosis.of(new FileSystemException("/data/x", null, "No space left on device")))
                .isInstanceOfSatisfying(
                        AttemptFailure.Retryable.class,
                        retryable -> assertThat(retryable.code()).isEqualTo("no_space"));
        assertThat(Diagnosis.of(new DataAccessResourceFailureException(
                        "the insert failed", new SQLException("could not extend file", "53100"))))
                .isEqualTo(new AttemptFailure.Retryable("no_space", "The database's disk is full: the insert failed"));
        assertThat(Diagnosis.of(new CannotCreateTransactionException("refused")))
                .isInstanceOfSatisfying(
                        AttemptFailure.Retryable.class,
                        retryable -> assertThat(retryable.code()).isEqualTo("database_unavailable"));
        assertThat(Diagnosis.of(new IOException("something else"))).isInstanceOf(AttemptFailure.Crash.class);
        assertThat(Diagnosis.of(new IllegalStateException())).isInstanceOf(AttemptFailure.Crash.class);
    }

    @ParameterizedTest
    @CsvSource({
        "out_of_memory, OutOfMemory",
        "heap_full, Fatal",
        "tokenizer_memory, Fatal",
        "no_space, Retryable",
        "io_error, Crash",
        "engine_error, Crash",
        "loss_not_finite, Fatal",
        "invalid_training_file, Fatal",
        "trainer_error, Fatal"
    })
    void what_a_trainer_says_decides_whether_its_job_is_tried_again(String code, String kind) {
        assertThat(Diagnosis.said(new TrainerMessage.Failed(code, "A sentence."))
                        .getClass()
                        .getSimpleName())
                .isEqualTo(kind);
    }

    @Test
    void settings_that_cannot_work_are_refused_by_their_names() {
        Duration minute = Duration.ofMinutes(1);
        assertThatThrownBy(() -> WorkerSettings.of(Duration.ofMillis(10), minute, minute, "1g"))
                .hasMessageContaining("ATTUNE_LEASE");
        assertThatThrownBy(() -> WorkerSettings.of(minute, minute, Duration.ofSeconds(-1), "1g"))
                .hasMessageContaining("ATTUNE_DRAIN_TIMEOUT");
        assertThat(WorkerSettings.of(Duration.ofSeconds(30), minute, minute, "1g")
                        .renewal())
                .isEqualTo(Duration.ofSeconds(5));
    }
}
