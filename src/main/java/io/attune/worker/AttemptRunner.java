package io.attune.worker;

import io.attune.catalog.BaseModel;
import io.attune.catalog.BaseModels;
import io.attune.job.Attempt;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.Purpose;
import io.attune.job.queue.AttemptEnd;
import io.attune.job.queue.AttemptFailure;
import io.attune.job.queue.AttemptFailures;
import io.attune.job.queue.LostLeaseException;
import io.attune.process.WorkFolders;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Runs one attempt from its claim to its end, whatever happens: afterwards no trainer and no folder of it is left. */
@Component
final class AttemptRunner implements ClaimLoop.Work {

    private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);

    private final Leases leases;
    private final FineTuningJobs jobs;
    private final BaseModels models;
    private final WorkFolders folders;
    private final ValidationWork validation;
    private final TrainingWork training;
    private final AttemptEnd end;
    private final AttemptFailures failures;
    private final TrainerLogs logs;
    private final WorkerSettings settings;

    AttemptRunner(
            Leases leases,
            FineTuningJobs jobs,
            BaseModels models,
            WorkFolders folders,
            ValidationWork validation,
            TrainingWork training,
            AttemptEnd end,
            AttemptFailures failures,
            TrainerLogs logs,
            WorkerSettings settings) {
        this.leases = leases;
        this.jobs = jobs;
        this.models = models;
        this.folders = folders;
        this.validation = validation;
        this.training = training;
        this.end = end;
        this.failures = failures;
        this.logs = logs;
        this.settings = settings;
    }

    @Override
    public void run(Attempt attempt, String slot, long claimedAt, Drain drain) throws InterruptedException {
        log.info("{}: {}", attempt.folderName(), attempt.purpose());
        Path folder = null;
        boolean lost = false;
        try (LeaseKeeper lease = leases.keep(attempt, claimedAt)) {
            try {
                folder = folders.create(attempt.folderName());
                work(attempt, slot, folder, lease, new Supervision(lease, settings, drain));
            } catch (InterruptedException | LostLeaseException | LeaseLostException e) {
                throw e;
            } catch (StopRequestedException e) {
                lease.persistEnd(() -> end.stopped(attempt));
            } catch (Exception e) {
                AttemptFailure failure = drain.over() ? new AttemptFailure.Shutdown() : diagnosis(e);
                log.warn("{}: {}", attempt.folderName(), failure, failure instanceof AttemptFailure.Crash ? e : null);
                lease.persistEnd(() -> failures.end(attempt, failure));
            } finally {
                lost = lease.lost();
            }
        } catch (LostLeaseException | LeaseLostException e) {
            lost = true;
            log.warn("{}: not ours any more", attempt.folderName());
        } catch (RuntimeException e) { // whoever takes the job over finds it waiting
            log.warn("{}: its end could not be written: {}", attempt.folderName(), e.getMessage());
        } finally {
            cleanUp(attempt, folder, lost);
        }
        log.info("{}: over", attempt.folderName());
    }

    /** What writes to a full disk may die of it without a word. */
    private AttemptFailure diagnosis(Exception e) {
        AttemptFailure failure = Diagnosis.of(e);
        return failure instanceof AttemptFailure.Crash
                ? folders.shortage().map(Diagnosis::of).orElse(failure)
                : failure;
    }

    private void work(Attempt attempt, String slot, Path folder, LeaseKeeper lease, Supervision supervision)
            throws Exception {
        FineTuningJob job = lease.persist(() -> jobs.findById(attempt.job()).orElseThrow());
        BaseModel model = models.find(job.model())
                .orElseThrow(() -> new AttemptFailureException(new AttemptFailure.Retryable(
                        "model_not_found",
                        "The model `" + job.model() + "` is not in the worker's folder any more. Put it back.")));
        AttemptWork work = attempt.purpose() == Purpose.VALIDATE ? validation : training;
        work.run(new OpenAttempt(attempt, job, model, slot, folder, lease, supervision));
    }

    /** Keeps the log, unless somebody else has the job by now, and sweeps the folder. */
    private void cleanUp(Attempt attempt, Path folder, boolean lost) {
        if (folder == null) {
            return;
        }
        if (!lost) {
            logs.keep(attempt, folder);
        }
        try {
            WorkFolders.delete(folder);
        } catch (IOException e) {
            log.warn("{}: its folder could not be deleted: {}", attempt.folderName(), e.getMessage());
        }
    }
}
