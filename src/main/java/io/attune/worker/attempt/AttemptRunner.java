package io.attune.worker.attempt;

import io.attune.catalog.BaseModel;
import io.attune.catalog.BaseModels;
import io.attune.disk.Trees;
import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.ClaimedJob;
import io.attune.job.attempt.LostLeaseException;
import io.attune.process.WorkFolders;
import io.attune.worker.lease.AttemptFailureException;
import io.attune.worker.lease.Diagnosis;
import io.attune.worker.lease.Drain;
import io.attune.worker.lease.LeaseLostException;
import io.attune.worker.lease.LeasedAttempt;
import io.attune.worker.lease.Leases;
import io.attune.worker.lease.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Runs one attempt from its claim to its end. Afterwards, its trainer and its work folder are gone in any case. */
@Component
public final class AttemptRunner {

    private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);

    private final Leases leases;
    private final BaseModels models;
    private final WorkFolders folders;
    private final ValidationWork validation;
    private final TrainingWork training;
    private final TrainerLogs logs;
    private final WorkerSettings settings;

    AttemptRunner(
            Leases leases,
            BaseModels models,
            WorkFolders folders,
            ValidationWork validation,
            TrainingWork training,
            TrainerLogs logs,
            WorkerSettings settings) {
        this.leases = leases;
        this.models = models;
        this.folders = folders;
        this.validation = validation;
        this.training = training;
        this.logs = logs;
        this.settings = settings;
    }

    /**
     * Runs the attempt.
     *
     * @param slot device for training; not used for validation
     * @param claimedAt {@link System#nanoTime} from before the claim
     * @param drain whether the worker is shutting down
     */
    public void run(Claim claim, String slot, long claimedAt, Drain drain) throws InterruptedException {
        Attempt attempt = claim.attempt();
        log.info("{}: {}", attempt.folderName(), attempt.purpose());
        Path folder = null;
        boolean lost = false;
        try (LeasedAttempt held = leases.hold(attempt, claimedAt)) {
            try {
                folder = folders.create(attempt.folderName());
                work(claim, slot, folder, held, new Supervision(held.lease(), settings, drain));
            } catch (InterruptedException | LostLeaseException | LeaseLostException e) {
                throw e;
            } catch (StopRequestedException e) {
                held.end(new AttemptEnd.Stopped(0, null));
            } catch (Exception e) {
                AttemptFailure failure = drain.over() ? new AttemptFailure.Shutdown() : diagnosis(e);
                log.warn("{}: {}", attempt.folderName(), failure, failure instanceof AttemptFailure.Crash ? e : null);
                held.end(failure);
            } finally {
                lost = held.lease().lost();
            }
        } catch (LostLeaseException | LeaseLostException e) {
            lost = true;
            log.warn("{}: not ours any more", attempt.folderName());
        } catch (RuntimeException e) { // the lease expires, and another worker takes the job over
            log.warn("{}: its end could not be written: {}", attempt.folderName(), e.getMessage());
        } finally {
            cleanUp(attempt, folder, lost);
        }
        log.info("{}: over", attempt.folderName());
    }

    /**
     * A process may die on a full disk without a message. Therefore a crash on a full disk counts as a lack of
     * space.
     */
    private AttemptFailure diagnosis(Exception e) {
        AttemptFailure failure = Diagnosis.of(e);
        return failure instanceof AttemptFailure.Crash
                ? folders.shortage().map(Diagnosis::of).orElse(failure)
                : failure;
    }

    private void work(Claim claim, String slot, Path folder, LeasedAttempt held, Supervision supervision)
            throws Exception {
        ClaimedJob job = claim.job();
        BaseModel model = models.find(job.baseModel())
                .orElseThrow(() -> new AttemptFailureException(new AttemptFailure.Retryable(
                        "model_not_found",
                        "The model `" + job.baseModel() + "` is not in the worker's folder any more. Put it back.")));
        AttemptWork work = claim.attempt().purpose() == Purpose.VALIDATE ? validation : training;
        work.run(new OpenAttempt(held, job, claim.states(), model, slot, folder, supervision));
    }

    /** Keeps the log, unless another worker has taken the job over, and deletes the work folder. */
    private void cleanUp(Attempt attempt, Path folder, boolean lost) {
        if (folder == null) {
            return;
        }
        if (!lost) {
            logs.keep(attempt, folder);
        }
        try {
            Trees.delete(folder);
        } catch (IOException e) {
            log.warn("{}: its folder could not be deleted: {}", attempt.folderName(), e.getMessage());
        }
    }
}
