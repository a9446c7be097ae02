package io.attune.job;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What a job shows of its progress while no trainer reports any: the step from which it will go on. */
@Component
class JobProgress {

    private final JdbcClient jdbc;
    private final ResumeCheckpoints states;

    JobProgress(JdbcClient jdbc, ResumeCheckpoints states) {
        this.jdbc = jdbc;
        this.states = states;
    }

    /** @param why nothing happens, a few words for people */
    @Transactional(propagation = Propagation.MANDATORY)
    void idle(String job, String why) {
        write(job, read(job).idle(savedStep(job), why));
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void claimed(Attempt attempt) {
        write(attempt.job(), read(attempt.job()).claimed(savedStep(attempt.job()), attempt.number()));
    }

    void write(String job, Progress progress) {
        jdbc.sql("update job set progress = :progress::jsonb where id = :job")
                .param("progress", JobJson.text(progress))
                .param("job", job)
                .update();
    }

    private Progress read(String job) {
        return jdbc.sql("select coalesce(progress, '{}')::text from job where id = :job")
                .param("job", job)
                .query((row, n) -> JobJson.read(row.getString(1), Progress.class))
                .single();
    }

    private Integer savedStep(String job) {
        return states.newest(job).map(ResumeCheckpoint::step).orElse(null);
    }
}
