package io.attune.job.queue;

import io.attune.api.ApiException;
import io.attune.job.Attempt;
import io.attune.job.JobStatus;
import io.attune.job.StopRequest;
import io.attune.job.event.NewEvent;
import io.attune.notify.QueueSignals;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Cancels, pauses and resumes. What waits changes at once; where an attempt is open its worker is asked, and the end of the attempt finds
 * what was asked last.
 */
@Service
public class JobControl {

    private final JdbcClient jdbc;
    private final JobLifecycle lifecycle;
    private final QueueSignals signals;

    JobControl(JdbcClient jdbc, JobLifecycle lifecycle, QueueSignals signals) {
        this.jdbc = jdbc;
        this.lifecycle = lifecycle;
        this.signals = signals;
    }

    private record State(JobStatus status, boolean claimed, StopRequest requested, boolean validated) {}

    @Transactional
    public void cancel(String project, String job) {
        State state = lock(project, job);
        requireUnended(state, job);
        if (state.claimed()) {
            request(job, StopRequest.CANCEL);
        } else {
            lifecycle.cancel(job);
        }
    }

    @Transactional
    public void pause(String project, String job) {
        State state = lock(project, job);
        requireUnended(state, job);
        if (state.status() == JobStatus.PAUSED) {
            throw ApiException.conflict("job_already_paused", "The job " + job + " is paused already.");
        }
        requireUncancelled(state, job);
        if (state.claimed()) {
            request(job, StopRequest.PAUSE);
        } else {
            lifecycle.pause(job, NewEvent.info("Fine-tuning job paused"));
        }
    }

    /** A job that is about to pause goes on; where its trainer has stopped meanwhile, from what that has saved. */
    @Transactional
    public void resume(String project, String job) {
        State state = lock(project, job);
        requireUnended(state, job);
        requireUncancelled(state, job);
        if (state.requested() == StopRequest.PAUSE) {
            request(job, null);
        } else if (state.status() == JobStatus.PAUSED) {
            lifecycle.resume(job, state.validated());
            signals.jobsChanged();
        } else {
            throw ApiException.conflict(
                    "job_not_paused",
                    "The job " + job + " is not paused: it is " + state.status().text() + ".");
        }
    }

    private State lock(String project, String job) {
        return jdbc.sql("""
                        select status, claimed, stop_requested, resolved is not null as validated
                        from job where id = :job and project_id = :project for update""")
                .param("job", job)
                .param("project", project)
                .query((row, n) -> new State(
                        JobStatus.of(row.getString("status")),
                        row.getBoolean("claimed"),
                        StopRequest.of(row.getString("stop_requested")),
                        row.getBoolean("validated")))
                .optional()
                .orElseThrow(() -> ApiException.notFound("No such job: " + job + "."));
    }

    /** What is asked of the attempt's job. The caller has passed the fence. */
    Optional<StopRequest> requested(Attempt attempt) {
        return jdbc.sql("select stop_requested from job where id = :job and stop_requested is not null")
                .param("job", attempt.job())
                .query((row, n) -> StopRequest.of(row.getString(1)))
                .optional();
    }

    private static void requireUnended(State state, String job) {
        if (state.status().ended()) {
            throw ApiException.conflict(
                    "job_already_ended",
                    "The job " + job + " has already ended: it is "
                            + state.status().text() + ".");
        }
    }

    private static void requireUncancelled(State state, String job) {
        if (state.requested() == StopRequest.CANCEL) {
            throw ApiException.conflict("job_being_cancelled", "The job " + job + " is being cancelled.");
        }
    }

    /** @param request null withdraws what was asked before */
    private void request(String job, StopRequest request) {
        jdbc.sql("update job set stop_requested = :request where id = :job")
                .param("request", request == null ? null : request.text())
                .param("job", job)
                .update();
        signals.requestsChanged();
    }
}
