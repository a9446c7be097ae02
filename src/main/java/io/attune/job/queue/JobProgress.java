package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.JobJson;
import io.attune.job.Progress;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What a job shows of its progress while no trainer reports any: the step from which it will go on. */
@Component
class JobProgress {

    /** @param savedStep from which the job will go on, or null */
    private record Stand(Progress progress, Integer savedStep) {}

    private final JdbcClient jdbc;

    JobProgress(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Of a job that waits now. @param why nothing happens, a few words for people */
    Progress idle(String job, String why) {
        Stand stand = read(job);
        return stand.progress().idle(stand.savedStep(), why);
    }

    /** Of a job that was just claimed. */
    Progress claimed(Attempt attempt) {
        Stand stand = read(attempt.job());
        return stand.progress().claimed(stand.savedStep(), attempt.number());
    }

    void write(String job, Progress progress) {
        jdbc.sql("update job set progress = :progress::jsonb where id = :job")
                .param("progress", JobJson.text(progress))
                .param("job", job)
                .update();
    }

    private Stand read(String job) {
        return jdbc.sql("""
                        select coalesce(progress, '{}')::text as progress,
                            (select step from resume_checkpoint where job = :job order by attempt desc, step desc limit 1) as step
                        from job where id = :job""")
                .param("job", job)
                .query((row, n) -> new Stand(
                        JobJson.read(row.getString("progress"), Progress.class), row.getObject("step", Integer.class)))
                .single();
    }
}
