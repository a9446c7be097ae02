package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.JobJson;
import io.attune.job.Progress;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads and writes the column {@code progress}. While a trainer runs, it contains the reports of the trainer. While
 * no trainer runs, it contains the step from which the job will continue.
 */
@Component
class JobProgress {

    /** @param savedStep step from which the job will continue, or null */
    private record Stand(Progress progress, Integer savedStep) {}

    private final JdbcClient jdbc;

    JobProgress(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The new progress of a job that now waits.
     *
     * @param why reason for the wait, a few words for people
     */
    Progress idle(String job, String why) {
        Stand stand = read(job);
        return stand.progress().idle(stand.savedStep(), why);
    }

    /** The new progress of a job that a worker has just claimed. */
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

    /** Records the highest memory use of the trainer, in bytes; 0 if the trainer cannot measure it. */
    void peakMemory(String job, long bytes) {
        jdbc.sql("""
                        update job set progress = jsonb_set(progress, '{peak_memory_bytes}', to_jsonb(cast(:bytes as bigint)))
                        where id = :job and :bytes > 0 and progress is not null""").param("bytes", bytes).param("job", job).update();
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
