package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.StopRequest;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What stands before every write of a worker. */
@Component
class Fence {

    private final JdbcClient jdbc;

    Fence(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Locks the job for this transaction.
     *
     * @return what is asked of the job
     * @throws LostLeaseException unless {@code attempt} is its open one and the lease lasts, whether or not anybody has noticed its end
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Optional<StopRequest> pass(Attempt attempt) {
        // where a renewal was waited for, the lease that is seen is the one before it: too short, never too long
        List<Optional<StopRequest>> held = jdbc.sql("""
                        select stop_requested from job where id = :job and attempt = :number and claimed and exists (
                            select from attempt where job = :job and number = :number and lease_until > clock_timestamp())
                        for update of job""")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .query((row, n) -> Optional.ofNullable(StopRequest.of(row.getString(1))))
                .list();
        if (held.isEmpty()) {
            throw new LostLeaseException(attempt);
        }
        return held.get(0);
    }

    /**
     * Locks the job for this transaction if {@code attempt} is its open one. Who has it locked is not waited for: a worker that was stopped in
     * the middle of a transaction would hold up everybody else.
     *
     * @return false too if somebody has locked the job
     */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean isOpenAndFree(Attempt attempt) {
        return jdbc.sql("select id from job where id = :job and attempt = :number and claimed for update skip locked")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .query(String.class)
                .optional()
                .isPresent();
    }
}
