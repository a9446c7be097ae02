package io.attune.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.job.attempt.AttemptFailure;
import io.attune.storage.StoreUnavailableException;
import io.attune.trainer.message.TrainerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

class WorkerPartsTest {

    @Test
    void troublesAroundAJobAreNotItsFaultWhateverTheyAreWrappedIn() {
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
    void whatATrainerSaysDecidesWhetherItsJobIsTriedAgain(String code, String kind) {
        assertThat(Diagnosis.said(new TrainerMessage.Failed(code, "A sentence."))
                        .getClass()
                        .getSimpleName())
                .isEqualTo(kind);
    }

    @Test
    void settingsThatCannotWorkAreRefusedByTheirNames() {
        Duration minute = Duration.ofMinutes(1);
        assertThatThrownBy(() -> WorkerSettings.of(Duration.ofMillis(10), minute, minute))
                .hasMessageContaining("ATTUNE_LEASE");
        assertThatThrownBy(() -> WorkerSettings.of(minute, minute, Duration.ofSeconds(-1)))
                .hasMessageContaining("ATTUNE_DRAIN_TIMEOUT");
        assertThat(WorkerSettings.of(Duration.ofSeconds(30), minute, minute).renewal())
                .isEqualTo(Duration.ofSeconds(5));
    }
}
