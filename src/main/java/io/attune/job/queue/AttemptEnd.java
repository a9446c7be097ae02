package io.attune.job.queue;

import io.attune.catalog.TunedModel;
import io.attune.catalog.TunedModelName;
import io.attune.catalog.TunedModels;
import io.attune.estimate.Training;
import io.attune.file.FileService;
import io.attune.file.StoredFile;
import io.attune.job.Attempt;
import io.attune.job.Failure;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.JobJson;
import io.attune.job.JobSettings;
import io.attune.job.JobStatus;
import io.attune.job.Purpose;
import io.attune.job.StopRequest;
import io.attune.job.ValidationReport;
import io.attune.job.ValidationReports;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import io.attune.notify.QueueSignals;
import io.attune.storage.Blob;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * How an attempt ends, and its job with it: each method is one transaction behind the fence, and throws {@link LostLeaseException} when the
 * attempt has been ended already. A job that somebody cancelled meanwhile is cancelled, whatever came out; one that is to be paused is paused
 * unless it has ended.
 */
@Component
public class AttemptEnd {

    /** Trainer deaths without a newer checkpoint that end a job. */
    private static final int MOST_CRASHES = 3;

    private final JdbcClient jdbc;
    private final Fence fence;
    private final JobRelease release;
    private final JobLifecycle lifecycle;
    private final AttemptJournal journal;
    private final EventLog events;
    private final ValidationReports reports;
    private final MemoryNeeds memory;
    private final ResumeCheckpoints states;
    private final FineTuningJobs jobs;
    private final FileService files;
    private final TunedModels models;
    private final QueueSignals signals;
    private final Clock clock;

    AttemptEnd(
            JdbcClient jdbc,
            Fence fence,
            JobRelease release,
            JobLifecycle lifecycle,
            AttemptJournal journal,
            EventLog events,
            ValidationReports reports,
            MemoryNeeds memory,
            ResumeCheckpoints states,
            FineTuningJobs jobs,
            FileService files,
            TunedModels models,
            QueueSignals signals,
            Clock clock) {
        this.jdbc = jdbc;
        this.fence = fence;
        this.release = release;
        this.lifecycle = lifecycle;
        this.journal = journal;
        this.events = events;
        this.reports = reports;
        this.memory = memory;
        this.states = states;
        this.jobs = jobs;
        this.files = files;
        this.models = models;
        this.signals = signals;
        this.clock = clock;
    }

    /**
     * The files are fine, and the job waits to be trained, or to be resumed.
     *
     * @param resolved settings in which nothing is open
     * @param training what its memory is estimated from; null: it is not known, and the job fits anywhere
     * @param news what validation found, such as warnings
     */
    @Transactional
    public void validated(
            Attempt attempt, JobSettings resolved, ValidationReport report, Training training, List<NewEvent> news) {
        StopRequest request = fence.pass(attempt).orElse(null);
        reports.keep(attempt.job(), report);
        if (request == StopRequest.CANCEL) {
            cancel(attempt);
            return;
        }
        release.close(attempt, Outcome.VALIDATED, null);
        jdbc.sql("""
                        update job set resolved = :resolved::jsonb, crashes = 0, retries = 0 where id = :job""")
                .param("resolved", JobJson.text(resolved))
                .param("job", attempt.job())
                .update();
        if (training != null) {
            memory.keep(attempt.job(), training);
        }
        if (request == StopRequest.PAUSE) {
            events.append(attempt.job(), news);
            lifecycle.pause(attempt.job(), NewEvent.info("Files validated; fine-tuning job paused"));
        } else {
            List<NewEvent> told = new ArrayList<>(news);
            told.add(NewEvent.info("Files validated, moving job to queued state"));
            lifecycle.queue(attempt.job(), "Waiting for a free device", told.toArray(NewEvent[]::new));
        }
        signals.jobsChanged();
    }

    /** The job has succeeded: files, tuned model, last checkpoint, status and event become visible together. */
    @Transactional
    public void succeeded(Attempt attempt, Publication publication) {
        StopRequest request = fence.pass(attempt).orElse(null);
        if (cancelInstead(attempt, request)) {
            return;
        }
        FineTuningJob job = jobs.findById(attempt.job()).orElseThrow();
        String model = job.tunedModelName();
        StoredFile artifact = files.addResult(job.project(), TunedModelName.zipFile(model), publication.artifact());
        StoredFile results = files.addResult(job.project(), "step_metrics.csv", publication.results());
        models.add(new TunedModel(
                model,
                job.project(),
                job.id(),
                job.model(),
                job.resolved().trainingType().type(),
                publication.artifact().sha256(),
                clock.instant()));
        List<NewEvent> told = new ArrayList<>();
        journal.insertCheckpoint(
                        attempt, publication.steps(), job.checkpointName(publication.steps()), publication.artifact())
                .ifPresent(told::add);
        told.add(NewEvent.info("New fine-tuned model created: " + model));
        told.add(NewEvent.info("The job has successfully completed"));
        jdbc.sql("delete from checkpoint where job = :job and attempt < :number")
                .param("job", job.id())
                .param("number", attempt.number())
                .update();
        jdbc.sql("""
                        update job set fine_tuned_model = :model, result_file = :results, artifact_file = :artifact,
                            trained_tokens = :tokens
                        where id = :job""")
                .param("model", model)
                .param("results", results.id())
                .param("artifact", artifact.id())
                .param("tokens", publication.trainedTokens())
                .param("job", job.id())
                .update();
        release.close(attempt, Outcome.SUCCEEDED, null);
        lifecycle.move(job.id(), JobStatus.SUCCEEDED, told.toArray(NewEvent[]::new));
    }

    /** The files cannot be trained on: the job has failed for good. */
    @Transactional
    public void rejected(Attempt attempt, ValidationReport report, List<NewEvent> news, Failure failure) {
        fence.pass(attempt);
        reports.keep(attempt.job(), report);
        events.append(attempt.job(), news);
        failed(attempt, failure);
    }

    /** The job has failed for good. */
    @Transactional
    public void failed(Attempt attempt, Failure failure) {
        StopRequest request = fence.pass(attempt).orElse(null);
        if (cancelInstead(attempt, request)) {
            return;
        }
        release.close(attempt, Outcome.FAILED, failure.message());
        lifecycle.fail(attempt.job(), failure);
    }

    /** The trainer has stopped, or was killed, as asked, and leaves nothing to go on from. */
    @Transactional
    public void stopped(Attempt attempt) {
        stopped(attempt, 0, null);
    }

    /**
     * The trainer has stopped as asked. If nobody asks for it any more the job goes on from what it leaves.
     *
     * @param step after which it has stopped; 0 if no step was finished
     * @param state after that step, in the artifact store; null if there is none or it could not be saved
     */
    @Transactional
    public void stopped(Attempt attempt, int step, Blob state) {
        StopRequest request = fence.pass(attempt).orElse(null);
        if (cancelInstead(attempt, request)) {
            return;
        }
        if (state != null) {
            states.keep(attempt, step, state);
        }
        release.close(attempt, Outcome.PAUSED, null);
        NewEvent how = howItStopped(attempt, step);
        if (request == StopRequest.PAUSE) {
            lifecycle.pause(attempt.job(), how);
            return;
        }
        if (attempt.purpose() == Purpose.TRAIN) {
            lifecycle.queue(
                    attempt.job(),
                    "Waiting for a free device",
                    how,
                    NewEvent.info("Fine-tuning job resumed meanwhile, moving job to queued state"));
        } else {
            release.free(attempt.job(), null);
        }
        signals.jobsChanged();
    }

    /**
     * The worker is being stopped and its trainer has saved what it has: the job can be claimed at once, and goes on from there. One that is to
     * be paused is paused instead.
     *
     * @param step after which it has stopped; 0 if no step was finished
     * @param state as in {@link #stopped(Attempt, int, Blob)}
     */
    @Transactional
    public void released(Attempt attempt, int step, Blob state) {
        StopRequest request = fence.pass(attempt).orElse(null);
        if (request == StopRequest.PAUSE) {
            stopped(attempt, step, state);
            return;
        }
        if (state != null) {
            states.keep(attempt, step, state);
        }
        release.release(attempt);
    }

    private NewEvent howItStopped(Attempt attempt, int step) {
        if (attempt.purpose() == Purpose.VALIDATE) {
            return NewEvent.info("Fine-tuning job paused; its files are validated when it is resumed");
        }
        int saved = states.newest(attempt.job()).map(ResumeCheckpoint::step).orElse(0);
        if (saved < step) {
            return NewEvent.warning("Fine-tuning job paused, but its state after step " + step + " could not be saved. "
                    + release.afterResume(attempt));
        }
        return saved == 0
                ? NewEvent.info("Fine-tuning job paused before its first step")
                : NewEvent.info("Fine-tuning job paused after step " + saved, Map.of("step", saved));
    }

    /**
     * The trainer died without a word: the job is tried again after a while, until it has died too often.
     *
     * @param detail how it died, a sentence
     */
    @Transactional
    public void crashed(Attempt attempt, String detail) {
        StopRequest request = fence.pass(attempt).orElse(null);
        if (cancelInstead(attempt, request)) {
            return;
        }
        release.close(attempt, Outcome.CRASHED, detail);
        int crashes =
                jdbc.sql("""
                        update job set crashes = crashes + 1, not_before = now() + make_interval(secs => power(2, crashes))
                        where id = :job returning crashes""").param("job", attempt.job()).query(Integer.class).single();
        if (crashes >= MOST_CRASHES && request != StopRequest.PAUSE) {
            lifecycle.fail(
                    attempt.job(),
                    new Failure(
                            "trainer_crashed",
                            "The trainer died " + crashes + " times without getting on. The last time: " + detail));
        } else {
            release.tryAgain(
                    attempt, 1L << (crashes - 1), "The trainer died", detail, Map.of("code", "trainer_crashed"));
        }
    }

    /** Keeps what a trainer printed. Whoever has run an attempt may do this after its end; whoever has lost it may not. */
    @Transactional
    public void keepLog(Attempt attempt, String sha256) {
        jdbc.sql("update attempt set log = :log where job = :job and number = :number and outcome <> 'lost'")
                .param("log", sha256)
                .param("job", attempt.job())
                .param("number", attempt.number())
                .update();
    }

    private boolean cancelInstead(Attempt attempt, StopRequest request) {
        boolean cancelled = request == StopRequest.CANCEL;
        if (cancelled) {
            cancel(attempt);
        }
        return cancelled;
    }

    private void cancel(Attempt attempt) {
        release.close(attempt, Outcome.CANCELLED, null);
        lifecycle.cancel(attempt.job());
    }
}
