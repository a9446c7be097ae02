package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.StopRequest;
import io.attune.job.attempt.LostLeaseException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The check before every write of a worker: the attempt must be open and its lease valid. */
@Component
class Fence {

    private final JdbcClient jdbc;

    Fence(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Locks the job for this transaction.
     *
     * @return the current stop request of the job
     * @throws LostLeaseException if {@code attempt} is not the open attempt of the job, or its lease has expired,
     *     even if no process has noticed that yet
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Optional<StopRequest> pass(Attempt attempt) {
        // while this statement waits for a renewal, it still sees the lease from before: too short, never too long
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
     * Locks the job for this transaction if {@code attempt} is its open attempt. Does not wait if another
     * transaction has locked the job: a worker that stopped in the middle of a transaction would block all others.
     *
     * @return false also if another transaction has locked the job
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

    /**
     * The current stop request of a job. The caller has passed the fence, or {@link #isOpenAndFree} returned true.
     */
    Optional<StopRequest> requested(String job) {
        return jdbc.sql("select stop_requested from job where id = :job and stop_requested is not null")
                .param("job", job)
                .query((row, n) -> StopRequest.of(row.getString(1)))
                .optional();
    }
}
