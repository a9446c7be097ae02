package io.attune.worker.lease;

import io.attune.disk.WantOfSpace;
import io.attune.format.ModelFormatException;
import io.attune.job.Failure;
import io.attune.job.attempt.AttemptFailure;
import io.attune.storage.AlteredBlobException;
import io.attune.storage.StoreUnavailableException;
import io.attune.trainer.launch.TrainerDiedException;
import io.attune.trainer.message.TrainerMessage;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The only class that decides what a problem means for a job: a fault of the job, a problem of its surroundings, or
 * an unknown cause. docs/job-states.md has the table.
 */
public final class Diagnosis {

    private Diagnosis() {}

    /** The failure that the last message of a trainer means. */
    public static AttemptFailure said(TrainerMessage.Failed failed) {
        return switch (failed.code()) {
            case TrainerMessage.Failed.OUT_OF_MEMORY -> new AttemptFailure.OutOfMemory(failed.problem());
            // smaller micro-batches do not help: the rows fill the heap, and the memory of a tokenizer does not
            // depend on them
            case TrainerMessage.Failed.HEAP_FULL, TrainerMessage.Failed.TOKENIZER_MEMORY ->
                new AttemptFailure.Fatal(TrainerMessage.Failed.OUT_OF_MEMORY, failed.problem());
            case TrainerMessage.Failed.NO_SPACE -> diskIsFull(failed.problem());
            case TrainerMessage.Failed.IO_ERROR, TrainerMessage.Failed.ENGINE_ERROR ->
                new AttemptFailure.Crash(failed.problem());
            default -> new AttemptFailure.Fatal(failed.code(), failed.problem());
        };
    }

    /** The failure that an exception in the worker means. */
    public static AttemptFailure of(Exception e) {
        if (e instanceof AttemptFailureException known) {
            return known.failure();
        }
        if (e instanceof WorkerStoppingException) {
            return new AttemptFailure.Shutdown();
        }
        if (e instanceof TrainerDiedException) {
            return new AttemptFailure.Crash(e.getMessage());
        }
        if (e instanceof ModelFormatException) {
            return new AttemptFailure.Fatal(new Failure("invalid_model", e.getMessage(), "model"));
        }
        return cause(e, StoreUnavailableException.class)
                .<AttemptFailure>map(away -> new AttemptFailure.Retryable(
                        "store_unavailable", "The artifact store does not answer: " + away.getMessage()))
                .or(() -> cause(e, AlteredBlobException.class)
                        .map(altered -> new AttemptFailure.Fatal(
                                "damaged_file", "A file cannot be read: " + altered.getMessage())))
                .or(() -> Optional.of(e).filter(WantOfSpace::isCauseOf).map(Diagnosis::diskIsFull))
                .or(() -> databaseAway(e))
                .orElseGet(() -> new AttemptFailure.Crash("The worker met with a problem: " + e.getMessage()));
    }

    /** Whether the artifact store is not available. */
    static boolean isOfTheStore(Exception e) {
        return cause(e, StoreUnavailableException.class).isPresent();
    }

    private static AttemptFailure diskIsFull(Exception e) {
        String whose = WantOfSpace.isOfTheDatabase(e) ? "The database's disk is full: " : "The worker's disk is full: ";
        return new AttemptFailure.Retryable("no_space", WantOfSpace.sentence(e).orElse(whose + e.getMessage()));
    }

    private static AttemptFailure diskIsFull(String detail) {
        return new AttemptFailure.Retryable("no_space", "The worker's disk is full: " + detail);
    }

    private static Optional<AttemptFailure> databaseAway(Exception e) {
        boolean away = e instanceof TransactionException
                || e instanceof DataAccessException && !(e instanceof NonTransientDataAccessException);
        return away
                ? Optional.of(new AttemptFailure.Retryable(
                        "database_unavailable", "The database does not answer: " + e.getMessage()))
                : Optional.empty();
    }

    private static <T extends Throwable> Optional<T> cause(Throwable problem, Class<T> type) {
        return Stream.iterate(problem, cause -> cause != null, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}
