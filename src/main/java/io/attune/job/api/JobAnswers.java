package io.attune.job.api;

import io.attune.job.FineTuningJob;
import io.attune.pool.Waiting;
import io.attune.pool.WaitingJobs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes the answers for jobs. Adds the waiting state and the time to the first step to the rows. Reads both once for
 * all jobs of an answer.
 */
@Component
class JobAnswers {

    private final JdbcClient jdbc;
    private final WaitingJobs waitingJobs;

    JobAnswers(JdbcClient jdbc, WaitingJobs waitingJobs) {
        this.jdbc = jdbc;
        this.waitingJobs = waitingJobs;
    }

    JobAnswer of(FineTuningJob job) {
        return of(List.of(job)).get(0);
    }

    List<JobAnswer> of(List<FineTuningJob> jobs) {
        Map<String, Waiting> waiting = waitingJobs.of(jobs);
        Map<String, Double> firstSteps = secondsToFirstStep(jobs);
        return jobs.stream()
                .map(job -> JobAnswer.of(
                        job,
                        ProgressAnswer.of(
                                job.progress(),
                                firstSteps.get(job.id()),
                                waiting.get(job.id()),
                                job.status().ended())))
                .toList();
    }

    /** Seconds from the claim to the end of the first step, for the newest attempt of each job. */
    private Map<String, Double> secondsToFirstStep(List<FineTuningJob> jobs) {
        Map<String, Double> seconds = new HashMap<>();
        jdbc.sql("""
                        select j.id, extract(epoch from a.first_step_at - a.claimed_at)
                        from job j join attempt a on a.job = j.id and a.number = j.attempt
                        where j.id = any(:jobs) and a.first_step_at is not null""")
                .param("jobs", jobs.stream().map(FineTuningJob::id).toArray(String[]::new))
                .query(row -> {
                    seconds.put(row.getString(1), row.getDouble(2));
                });
        return seconds;
    }
}
