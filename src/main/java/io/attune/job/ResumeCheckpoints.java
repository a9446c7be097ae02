package io.attune.job;

import io.attune.storage.Blob;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** From where a job's next attempt goes on: the newest state that one of its attempts has saved. */
@Component
class ResumeCheckpoints {

    private final JdbcClient jdbc;

    ResumeCheckpoints(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<ResumeCheckpoint> newest(String job) {
        return jdbc.sql("""
                        select attempt, step, artifact from resume_checkpoint where job = :job
                        order by attempt desc, step desc limit 1""").param("job", job).query(ResumeCheckpoint.class).optional();
    }

    /** Keeps a state in the place of those before. A job that got on has its trainers' deaths forgiven. The caller has passed the fence. */
    @Transactional(propagation = Propagation.MANDATORY)
    void keep(Attempt attempt, int step, Blob state) {
        int before = newest(attempt.job()).map(ResumeCheckpoint::step).orElse(0);
        forget(attempt.job());
        jdbc.sql(
                        "insert into resume_checkpoint (job, attempt, step, artifact) values (:job, :attempt, :step, :artifact)")
                .param("job", attempt.job())
                .param("attempt", attempt.number())
                .param("step", step)
                .param("artifact", state.sha256())
                .update();
        if (step > before) {
            jdbc.sql("update job set crashes = 0 where id = :job")
                    .param("job", attempt.job())
                    .update();
        }
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void forget(String job) {
        jdbc.sql("delete from resume_checkpoint where job = :job")
                .param("job", job)
                .update();
    }
}
