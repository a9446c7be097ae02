package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Failure;
import io.attune.job.JobEnded;
import io.attune.job.JobJson;
import io.attune.job.JobStatus;
import io.attune.job.Progress;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import java.util.List;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The one place where a job's status changes: by {@link Transitions}, with its event, in the caller's transaction. */
@Component
public class JobLifecycle {

    private final JdbcClient jdbc;
    private final EventLog events;
    private final ResumeCheckpoints states;
    private final JobProgress progress;
    private final ApplicationEventPublisher listeners;

    JobLifecycle(
            JdbcClient jdbc,
            EventLog events,
            ResumeCheckpoints states,
            JobProgress progress,
            ApplicationEventPublisher listeners) {
        this.jdbc = jdbc;
        this.events = events;
        this.states = states;
        this.progress = progress;
        this.listeners = listeners;
    }

    /** Moves a job on. One that ends lets go of its blobs and of what it could be resumed from; what was asked of one that stops is answered. */
    @Transactional(propagation = Propagation.MANDATORY)
    void move(String job, JobStatus to, NewEvent... why) {
        change(job, to, null, null, why);
    }

    /** A claimed job is trained. */
    @Transactional(propagation = Propagation.MANDATORY)
    void run(Attempt attempt, NewEvent why) {
        change(attempt.job(), JobStatus.RUNNING, null, progress.claimed(attempt), why);
    }

    /** A job waits to be trained. @param waiting what for, a few words for people */
    @Transactional(propagation = Propagation.MANDATORY)
    void queue(String job, String waiting, NewEvent... why) {
        change(job, JobStatus.QUEUED, null, progress.idle(job, waiting), why);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void fail(String job, Failure failure) {
        change(job, JobStatus.FAILED, failure, null, NewEvent.error(failure.message()));
        // a failed job leaves no model behind, nor parts of one
        forgetCheckpoints(job);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void cancel(String job) {
        move(job, JobStatus.CANCELLED, NewEvent.info("Fine-tuning job cancelled"));
        forgetCheckpoints(job);
    }

    /** @param why an event that says from where it will go on */
    @Transactional(propagation = Propagation.MANDATORY)
    void pause(String job, NewEvent why) {
        change(job, JobStatus.PAUSED, null, progress.idle(job, "Paused until somebody resumes it"), why);
    }

    /** @param validated whether its files need no further validation */
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
        jdbc.sql("update job set not_before = null, crashes = 0, retries = 0 where id = :job")
                .param("job", job)
                .update();
    }

    private void forgetCheckpoints(String job) {
        jdbc.sql("delete from checkpoint where job = :job").param("job", job).update();
    }

    /** Whoever is not running is not claimed. @param shown progress from now on; null: as before */
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
