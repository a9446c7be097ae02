package io.attune.job.queue;

import io.attune.api.ApiException;
import io.attune.job.JobStatus;
import io.attune.job.StopRequest;
import io.attune.job.event.NewEvent;
import io.attune.notify.QueueSignals;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Cancels, pauses and resumes jobs. A waiting job changes at once. For a job with an open attempt, the request is
 * stored: the worker sees it, and the end of the attempt follows the newest request.
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

    /**
     * Resumes a paused job. If a pause is only requested, the request is withdrawn. If the trainer has already stopped
     * for it, the next attempt continues from the saved state.
     */
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

    /**
     * Stores a stop request, and wakes the workers.
     *
     * @param request null withdraws the earlier request
     */
    private void request(String job, StopRequest request) {
        lifecycle.request(job, request);
        signals.requestsChanged();
    }
}
