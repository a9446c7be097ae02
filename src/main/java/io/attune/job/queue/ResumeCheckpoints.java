package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.storage.Blob;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keeps the saved states from which the next attempt of a job continues. Keeps the newest state, and the state
 * before it for the case that the newest cannot be read.
 */
@Component
class ResumeCheckpoints {

    private static final int KEPT = 2;

    private final JdbcClient jdbc;
    private final Retries retries;

    ResumeCheckpoints(JdbcClient jdbc, Retries retries) {
        this.jdbc = jdbc;
        this.retries = retries;
    }

    /** All saved states of a job, the newest first. */
    List<ResumeCheckpoint> all(String job) {
        return jdbc.sql("""
                        select attempt, step, artifact from resume_checkpoint where job = :job
                        order by attempt desc, step desc""").param("job", job).query(ResumeCheckpoint.class).list();
    }

    Optional<ResumeCheckpoint> newest(String job) {
        return all(job).stream().findFirst();
    }

    /**
     * Keeps a state, and deletes all but the newest states. If the job made progress, failures of its earlier
     * attempts no longer count. The caller has passed the fence, and the metrics of all steps up to this one are
     * written.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void keep(Attempt attempt, int step, Blob state) {
        int before = newest(attempt.job()).map(ResumeCheckpoint::step).orElse(0);
        jdbc.sql("""
                        insert into resume_checkpoint (job, attempt, step, artifact) values (:job, :attempt, :step, :artifact)
                        on conflict (job, attempt, step) do update set artifact = excluded.artifact""")
                .param("job", attempt.job())
                .param("attempt", attempt.number())
                .param("step", step)
                .param("artifact", state.sha256())
                .update();
        jdbc.sql("""
                        delete from resume_checkpoint where job = :job and (attempt, step) not in (
                            select attempt, step from resume_checkpoint where job = :job
                            order by attempt desc, step desc limit :kept)""").param("job", attempt.job()).param("kept", KEPT).update();
        if (step > before) {
            retries.forgive(attempt.job());
        }
    }

    /**
     * Deletes a state.
     *
     * @return false if the state was deleted before
     */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean forget(String job, ResumeCheckpoint state) {
        return jdbc.sql("delete from resume_checkpoint where job = :job and attempt = :attempt and step = :step")
                        .param("job", job)
                        .param("attempt", state.attempt())
                        .param("step", state.step())
                        .update()
                > 0;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void forget(String job) {
        jdbc.sql("delete from resume_checkpoint where job = :job")
                .param("job", job)
                .update();
    }
}
