package io.attune.worker;

import io.attune.catalog.BaseModel;
import io.attune.catalog.BaseModels;
import io.attune.format.ModelFormatException;
import io.attune.job.Attempt;
import io.attune.job.AttemptEnd;
import io.attune.job.AttemptJournal;
import io.attune.job.BaseModelLimits;
import io.attune.job.Failure;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.JobQueue;
import io.attune.job.JobRelease;
import io.attune.job.JobSettings;
import io.attune.job.LostLeaseException;
import io.attune.job.Purpose;
import io.attune.job.QueueBell;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one attempt from its claim to its end, whatever happens: afterwards no trainer and no folder of it is left. */
final class AttemptRunner {

    private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);

    private final JobQueue queue;
    private final JobRelease release;
    private final QueueBell bell;
    private final AttemptJournal journal;
    private final AttemptEnd end;
    private final FineTuningJobs jobs;
    private final BaseModels models;
    private final BlobStore blobs;
    private final AttemptFolders folders;
    private final TrainerLauncher launcher;
    private final WorkerSettings settings;
    private final int threads;
    private final Clock clock;
    private final Specifications specifications;

    AttemptRunner(
            JobQueue queue,
            JobRelease release,
            QueueBell bell,
            AttemptJournal journal,
            AttemptEnd end,
            FineTuningJobs jobs,
            BaseModels models,
            BlobStore blobs,
            AttemptFolders folders,
            TrainerLauncher launcher,
            WorkerSettings settings,
            int threads,
            Clock clock) {
        this.queue = queue;
        this.release = release;
        this.bell = bell;
        this.journal = journal;
        this.end = end;
        this.jobs = jobs;
        this.models = models;
        this.blobs = blobs;
        this.folders = folders;
        this.launcher = launcher;
        this.settings = settings;
        this.threads = threads;
        this.clock = clock;
        this.specifications = new Specifications(blobs);
    }

    /**
     * @param device to train on; not used for validation
     * @param claimedAt {@link System#nanoTime} from before the claim
     * @param workerStopping whether the worker is to give its attempts back
     */
    void run(Attempt attempt, String device, long claimedAt, BooleanSupplier workerStopping)
            throws InterruptedException {
        log.info("{}: {}", attempt.folderName(), attempt.purpose());
        Path folder = null;
        try (LeaseKeeper lease = new LeaseKeeper(queue, bell, attempt, settings, claimedAt)) {
            try {
                folder = folders.create(attempt);
                work(attempt, device, folder, lease, new Supervision(lease, settings, workerStopping));
            } catch (LostLeaseException | LeaseLostException e) {
                log.warn("{}: not ours any more", attempt.folderName());
            } catch (WorkerStoppingException e) {
                release(attempt, lease);
            } catch (StopRequestedException e) {
                stopped(attempt, lease);
            } catch (InterruptedException e) {
                throw e;
            } catch (TrainerDiedException e) {
                log.warn("{}: the trainer died: {}", attempt.folderName(), e.getMessage());
                crashed(attempt, lease, e.getMessage());
            } catch (Exception e) {
                log.error("{}: the attempt went wrong", attempt.folderName(), e);
                crashed(attempt, lease, "The worker met with a problem: " + e.getMessage());
            }
        } finally {
            cleanUp(attempt, folder);
        }
        log.info("{}: over", attempt.folderName());
    }

    private void release(Attempt attempt, LeaseKeeper lease) throws InterruptedException {
        try {
            lease.persistEnd(() -> release.release(attempt));
        } catch (RuntimeException e) {
            log.warn("{}: it could not be given back: {}", attempt.folderName(), e.getMessage());
        }
    }

    private void stopped(Attempt attempt, LeaseKeeper lease) throws InterruptedException {
        try {
            lease.persistEnd(() -> end.stopped(attempt));
        } catch (RuntimeException e) {
            log.warn("{}: its end could not be written: {}", attempt.folderName(), e.getMessage());
        }
    }

    private void crashed(Attempt attempt, LeaseKeeper lease, String detail) throws InterruptedException {
        if (lease.lost()) {
            return; // whoever takes the job over finds it waiting
        }
        try {
            lease.persistEnd(() -> end.crashed(attempt, detail));
        } catch (RuntimeException e) {
            log.warn("{}: its end could not be written: {}", attempt.folderName(), e.getMessage());
        }
    }

    private void work(Attempt attempt, String device, Path folder, LeaseKeeper lease, Supervision supervision)
            throws Exception {
        FineTuningJob job = lease.persist(() -> jobs.findById(attempt.job()).orElseThrow());
        Optional<BaseModel> model = models.find(job.model());
        if (model.isEmpty()) {
            Failure gone =
                    new Failure("model_not_found", "The model `" + job.model() + "` is not there any more.", "model");
            lease.persistEnd(() -> end.failed(attempt, gone));
            return;
        }
        if (attempt.purpose() == Purpose.VALIDATE) {
            validate(attempt, job, model.get(), folder, lease, supervision);
        } else {
            train(attempt, job, model.get(), device, folder, lease, supervision);
        }
    }

    private void validate(
            Attempt attempt,
            FineTuningJob job,
            BaseModel model,
            Path folder,
            LeaseKeeper lease,
            Supervision supervision)
            throws Exception {
        JobSettings resolved;
        try {
            BaseModelLimits limits = BaseModelLimits.of(model);
            resolved = job.settings().resolve(limits.linearModules(), limits.context());
        } catch (ModelFormatException e) {
            lease.persistEnd(() -> end.failed(attempt, new Failure("invalid_model", e.getMessage(), "model")));
            return;
        }
        TrainerSpec.Validate specification = specifications.validate(job, resolved, model, folder);
        lease.persist(() -> journal.specification(attempt, launcher.json(specification)));
        TrainerMessage last;
        try (TrainerProcess trainer = launcher.start(folder, "spec", specification)) {
            last = supervision.follow(trainer, Supervision.OnPause.STOP, message -> {});
        }
        new ValidationAttempt(end).finish(attempt, job, resolved, model, last, lease);
    }

    private void train(
            Attempt attempt,
            FineTuningJob job,
            BaseModel model,
            String device,
            Path folder,
            LeaseKeeper lease,
            Supervision supervision)
            throws Exception {
        Path output = Files.createDirectory(folder.resolve("output"));
        SavedState saved = new SavedState(attempt, journal, blobs, lease);
        Path resume = saved.unpack(folder.resolve("resume"));
        TrainerSpec.Train specification =
                specifications.train(job, job.resolved(), model, device, threads, output, resume);
        lease.persist(() -> journal.specification(attempt, launcher.json(specification)));
        var listener = new TrainingListener(attempt, job, output, journal, blobs, saved, lease, clock);
        TrainerMessage last;
        try (TrainerProcess trainer = launcher.start(folder, "spec", specification)) {
            last = supervision.follow(trainer, Supervision.OnPause.SAVE, listener);
        }
        listener.write();
        if (last instanceof TrainerMessage.Finished finished) {
            new Publisher(launcher, specifications, blobs, journal, end)
                    .publish(
                            attempt,
                            specification,
                            finished,
                            listener.inOutput(finished.folder()),
                            folder,
                            supervision,
                            lease);
        } else if (last instanceof TrainerMessage.Failed failed) {
            lease.persistEnd(() -> end.failed(attempt, new Failure(failed.code(), failed.problem())));
        } else if (last instanceof TrainerMessage.Stopped stopped) {
            Blob state = saved.keep(stopped.folder() == null ? null : listener.inOutput(stopped.folder()));
            lease.persistEnd(() -> end.stopped(attempt, stopped.step(), state));
        } else {
            throw new TrainerDiedException("It said something that is no end of a training.");
        }
    }

    /** Keeps the log, and sweeps the folder. */
    private void cleanUp(Attempt attempt, Path folder) {
        if (folder == null) {
            return;
        }
        try {
            Path trainerLog = folder.resolve(TrainerProcess.LOG);
            if (Files.isRegularFile(trainerLog)) {
                end.keepLog(attempt, blobs.put(trainerLog).sha256());
            }
        } catch (IOException | RuntimeException e) {
            log.warn("{}: its log could not be kept: {}", attempt.folderName(), e.getMessage());
        }
        try {
            AttemptFolders.delete(folder);
        } catch (IOException e) {
            log.warn("{}: its folder could not be deleted: {}", attempt.folderName(), e.getMessage());
        }
    }
}
