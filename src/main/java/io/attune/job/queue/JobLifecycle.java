package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Failure;
import io.attune.job.JobEnded;
import io.attune.job.JobJson;
import io.attune.job.JobStatus;
import io.attune.job.Progress;
import io.attune.job.StopRequest;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import java.util.List;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The only class that changes the status of a job: by {@link Transitions}, together with an event, in the caller's
 * transaction.
 *
 * <p>Writes the columns that belong to the status: {@code claimed}, {@code stop_requested}, {@code started_at},
 * {@code finished_at}, the error, and the blobs that an ended job releases. A change of status is one statement, so
 * it also writes {@code progress} and counts the job's events.
 */
@Component
class JobLifecycle {

    private final JdbcClient jdbc;
    private final EventLog events;
    private final ResumeCheckpoints states;
    private final JobProgress progress;
    private final Retries retries;
    private final ApplicationEventPublisher listeners;

    JobLifecycle(
            JdbcClient jdbc,
            EventLog events,
            ResumeCheckpoints states,
            JobProgress progress,
            Retries retries,
            ApplicationEventPublisher listeners) {
        this.jdbc = jdbc;
        this.events = events;
        this.states = states;
        this.progress = progress;
        this.retries = retries;
        this.listeners = listeners;
    }

    /**
     * Changes the status of a job. A job that ends releases its blobs and its saved states. A job that stops has
     * answered its stop request, which is cleared.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void move(String job, JobStatus to, NewEvent... why) {
        change(job, to, null, null, why);
    }

    /** Training of a claimed job starts. */
    @Transactional(propagation = Propagation.MANDATORY)
    void run(Attempt attempt, NewEvent why) {
        change(attempt.job(), JobStatus.RUNNING, null, progress.claimed(attempt), why);
    }

    /**
     * The job waits for training.
     *
     * @param waiting the reason for the wait, a few words for people
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void queue(String job, String waiting, NewEvent... why) {
        change(job, JobStatus.QUEUED, null, progress.idle(job, waiting), why);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void fail(String job, Failure failure) {
        change(job, JobStatus.FAILED, failure, null, NewEvent.error(failure.message()));
        // a failed job leaves no model and no checkpoints
        forgetCheckpoints(job);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void cancel(String job) {
        move(job, JobStatus.CANCELLED, NewEvent.info("Fine-tuning job cancelled"));
        forgetCheckpoints(job);
    }

    /**
     * Pauses the job.
     *
     * @param why event that says from which step the job will continue
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void pause(String job, NewEvent why) {
        change(job, JobStatus.PAUSED, null, progress.idle(job, "Paused until somebody resumes it"), why);
    }

    /**
     * Resumes a paused job.
     *
     * @param validated whether its files need no more validation
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void resume(String job, boolean validated) {
        if (validated) {
            queue(
                    job,
                    "Waiting for a free device",
                    NewEvent.info("Fine-tuning job resumed, moving job to queued state"));
        } else {
            NewEvent why = NewEvent.info("Fine-tuning job resumed, its files are validated");
            change(job, JobStatus.VALIDATING_FILES, null, progress.idle(job, null), why);
        }
        retries.startOver(job);
    }

    /**
     * The attempt was closed, and the job keeps its status. The job can be claimed again.
     *
     * @param waiting the reason for the wait, or null
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void free(String job, String waiting) {
        jdbc.sql("update job set claimed = false where id = :job")
                .param("job", job)
                .update();
        progress.write(job, progress.idle(job, waiting));
    }

    /**
     * Stores a stop request for a job with an open attempt.
     *
     * @param request null withdraws the earlier request
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void request(String job, StopRequest request) {
        jdbc.sql("update job set stop_requested = :request where id = :job")
                .param("request", request == null ? null : request.text())
                .param("job", job)
                .update();
    }

    private void forgetCheckpoints(String job) {
        jdbc.sql("delete from checkpoint where job = :job").param("job", job).update();
    }

    /**
     * Changes the status. Afterwards the job is claimed only if the new status is {@code running}.
     *
     * @param shown new progress; null keeps the progress
     */
    private void change(String job, JobStatus to, Failure failure, Progress shown, NewEvent... why) {
        record Moved(String project, long lastSeq) {}
        Moved moved = jdbc.sql("""
                        update job set status = :to, claimed = (:to = 'running'), last_seq = last_seq + :events,
                            progress = coalesce(:progress::jsonb, progress),
                            started_at = case when :to = 'running' then coalesce(started_at, now()) else started_at end,
                            finished_at = case when :ended then now() end,
                            stop_requested = case when :stopped then null else stop_requested end,
                            training_blob = case when :ended then null else training_blob end,
                            validation_blob = case when :ended then null else validation_blob end,
                            error_code = :code, error_message = :message, error_param = :param
                        where id = :job and status = any (:before) returning project_id, last_seq""")
                .param("to", to.text())
                .param("events", why.length)
                .param("progress", shown == null ? null : JobJson.text(shown))
                .param("ended", to.ended())
                .param("stopped", to.ended() || to == JobStatus.PAUSED)
                .param("code", failure == null ? null : failure.code())
                .param("message", failure == null ? null : failure.message())
                .param("param", failure == null ? null : failure.param())
                .param("job", job)
                .param(
                        "before",
                        Transitions.before(to).stream().map(JobStatus::text).toArray(String[]::new))
                .query((row, n) -> new Moved(row.getString("project_id"), row.getLong("last_seq")))
                .optional()
                .orElseThrow(() -> forbidden(job, to));
        events.write(job, moved.lastSeq(), List.of(why));
        if (to.ended()) {
            states.forget(job);
            listeners.publishEvent(new JobEnded(moved.project(), job, to));
        }
    }

    private IllegalStateException forbidden(String job, JobStatus to) {
        String from = jdbc.sql("select status from job where id = :job")
                .param("job", job)
                .query(String.class)
                .single();
        return new IllegalStateException("job " + job + " cannot go from " + from + " to " + to.text());
    }
}
