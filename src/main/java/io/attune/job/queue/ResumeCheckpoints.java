package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.storage.Blob;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** From where a job's next attempt goes on: the newest states that its attempts have saved, a second one in case the first is broken. */
@Component
class ResumeCheckpoints {

    private static final int KEPT = 2;

    private final JdbcClient jdbc;

    ResumeCheckpoints(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<ResumeCheckpoint> newest(String job) {
        return jdbc.sql("""
                        select attempt, step, artifact from resume_checkpoint where job = :job
                        order by attempt desc, step desc limit 1""").param("job", job).query(ResumeCheckpoint.class).optional();
    }

    /**
     * Keeps a state, and lets go of all but the newest. A job that got on has the ends of its attempts forgiven. The caller has passed the fence,
     * and the metrics of all steps up to this one are written.
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
            jdbc.sql("update job set crashes = 0, retries = 0 where id = :job")
                    .param("job", attempt.job())
                    .update();
        }
    }

    /** Lets go of one state. @return false if it was gone already */
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
