package io.attune.job;

import io.attune.catalog.TunedModel;
import io.attune.catalog.TunedModelName;
import io.attune.catalog.TunedModelRepository;
import io.attune.file.FileService;
import io.attune.file.StoredFile;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * How an attempt ends, and its job with it: each method is one transaction behind the fence, and throws {@link LostLeaseException} when the
 * attempt has been ended already. A job that somebody cancelled meanwhile is cancelled, whatever came out.
 */
@Component
public class AttemptEnd {

    /** Trainer deaths without a newer checkpoint that end a job. */
    private static final int MOST_CRASHES = 3;

    private final JdbcClient jdbc;
    private final Fence fence;
    private final JobQueue queue;
    private final JobLifecycle lifecycle;
    private final AttemptJournal journal;
    private final EventLog events;
    private final FineTuningJobs jobs;
    private final FileService files;
    private final TunedModelRepository models;
    private final QueueBell bell;
    private final EntityManager entities;

    AttemptEnd(
            JdbcClient jdbc,
            Fence fence,
            JobQueue queue,
            JobLifecycle lifecycle,
            AttemptJournal journal,
            EventLog events,
            FineTuningJobs jobs,
            FileService files,
            TunedModelRepository models,
            QueueBell bell,
            EntityManager entities) {
        this.jdbc = jdbc;
        this.fence = fence;
        this.queue = queue;
        this.lifecycle = lifecycle;
        this.journal = journal;
        this.events = events;
        this.jobs = jobs;
        this.files = files;
        this.models = models;
        this.bell = bell;
        this.entities = entities;
    }

    /**
     * The files are fine, and the job waits to be trained.
     *
     * @param resolved settings in which nothing is open
     * @param news what validation found, such as warnings
     */
    @Transactional
    public void validated(Attempt attempt, JobSettings resolved, List<NewEvent> news) {
        fence.pass(attempt);
        if (cancelInstead(attempt)) {
            return;
        }
        queue.close(attempt, Outcome.VALIDATED, null);
        jdbc.sql("""
                        update job set resolved = :resolved::jsonb, crashes = 0, progress = :progress::jsonb where id = :job""")
                .param("resolved", JobJson.text(resolved))
                .param("progress", JobJson.text(Progress.waiting("Waiting for a free device")))
                .param("job", attempt.job())
                .update();
        events.append(attempt.job(), news);
        lifecycle.move(attempt.job(), JobStatus.QUEUED, NewEvent.info("Files validated, moving job to queued state"));
        bell.ring();
    }

    /** The job has succeeded: files, tuned model, last checkpoint, status and event become visible together. */
    @Transactional
    public void succeeded(Attempt attempt, Publication publication) {
        fence.pass(attempt);
        if (cancelInstead(attempt)) {
            return;
        }
        FineTuningJob job = jobs.findById(attempt.job()).orElseThrow();
        String model = job.tunedModelName();
        StoredFile artifact = files.addResult(job.project(), TunedModelName.zipFile(model), publication.artifact());
        StoredFile results = files.addResult(job.project(), "step_metrics.csv", publication.results());
        models.save(new TunedModel(
                model,
                job.project(),
                job.id(),
                job.model(),
                job.resolved().trainingType().type(),
                publication.artifact().sha256(),
                databaseTime()));
        entities.flush(); // the SQL below refers to these rows
        journal.insertCheckpoint(
                attempt, publication.steps(), job.checkpointName(publication.steps()), publication.artifact());
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
        queue.close(attempt, Outcome.SUCCEEDED, null);
        lifecycle.move(
                job.id(),
                JobStatus.SUCCEEDED,
                NewEvent.info("New fine-tuned model created: " + model),
                NewEvent.info("The job has successfully completed"));
    }

    /** The job has failed for good. */
    @Transactional
    public void failed(Attempt attempt, Failure failure) {
        fence.pass(attempt);
        if (cancelInstead(attempt)) {
            return;
        }
        queue.close(attempt, Outcome.FAILED, failure.message());
        lifecycle.fail(attempt.job(), failure);
    }

    /** The trainer has stopped as asked. */
    @Transactional
    public void cancelled(Attempt attempt) {
        fence.pass(attempt);
        cancel(attempt);
    }

    /**
     * The trainer died without a word: the job is tried again after a while, until it has died too often.
     *
     * @param detail how it died, a sentence
     */
    @Transactional
    public void crashed(Attempt attempt, String detail) {
        fence.pass(attempt);
        if (cancelInstead(attempt)) {
            return;
        }
        queue.close(attempt, Outcome.CRASHED, detail);
        int crashes =
                jdbc.sql("""
                        update job set crashes = crashes + 1, not_before = now() + make_interval(secs => power(2, crashes))
                        where id = :job returning crashes""").param("job", attempt.job()).query(Integer.class).single();
        if (crashes >= MOST_CRASHES) {
            lifecycle.fail(
                    attempt.job(),
                    new Failure(
                            "trainer_crashed",
                            "The trainer died " + crashes + " times without getting on. The last time: " + detail));
        } else {
            queue.waitAgain(attempt, "The trainer died; the job is tried again in a moment. " + detail);
        }
    }

    /** Keeps what a trainer printed. Whoever runs an attempt may do this after its end. */
    @Transactional
    public void keepLog(Attempt attempt, String sha256) {
        jdbc.sql("update attempt set log = :log where job = :job and number = :number")
                .param("log", sha256)
                .param("job", attempt.job())
                .param("number", attempt.number())
                .update();
    }

    private boolean cancelInstead(Attempt attempt) {
        boolean asked = jdbc.sql("select stop_requested is not null from job where id = :job")
                .param("job", attempt.job())
                .query(Boolean.class)
                .single();
        if (asked) {
            cancel(attempt);
        }
        return asked;
    }

    private void cancel(Attempt attempt) {
        queue.close(attempt, Outcome.CANCELLED, null);
        lifecycle.cancel(attempt.job());
    }

    private Instant databaseTime() {
        return jdbc.sql("select now()").query(OffsetDateTime.class).single().toInstant();
    }
}
