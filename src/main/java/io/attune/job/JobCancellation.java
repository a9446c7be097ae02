package io.attune.job;

import io.attune.api.ApiException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Cancels: a waiting job ends at once, a claimed one is asked to stop, and its worker ends it. */
@Service
class JobCancellation {

    private final JdbcClient jdbc;
    private final JobLifecycle lifecycle;
    private final QueueBell bell;

    JobCancellation(JdbcClient jdbc, JobLifecycle lifecycle, QueueBell bell) {
        this.jdbc = jdbc;
        this.lifecycle = lifecycle;
        this.bell = bell;
    }

    private record State(JobStatus status, boolean claimed) {}

    @Transactional
    void cancel(String project, String job) {
        State state = jdbc.sql("select status, claimed from job where id = :job and project_id = :project for update")
                .param("job", job)
                .param("project", project)
                .query((row, n) -> new State(JobStatus.of(row.getString("status")), row.getBoolean("claimed")))
                .optional()
                .orElseThrow(() -> ApiException.notFound("No such job: " + job + "."));
        if (state.status().ended()) {
            throw ApiException.conflict(
                    "job_already_ended",
                    "The job " + job + " has already ended: it is "
                            + state.status().text() + ".");
        }
        if (state.claimed()) {
            jdbc.sql("update job set stop_requested = 'cancel' where id = :job")
                    .param("job", job)
                    .update();
            bell.ring();
        } else {
            lifecycle.cancel(job);
        }
    }
}
