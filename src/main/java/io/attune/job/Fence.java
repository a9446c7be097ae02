package io.attune.job;

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

    /** Locks the job for this transaction. @throws LostLeaseException unless {@code attempt} is its open one */
    @Transactional(propagation = Propagation.MANDATORY)
    void pass(Attempt attempt) {
        if (!isOpen(attempt)) {
            throw new LostLeaseException(attempt);
        }
    }

    /**
     * Locks the job for this transaction if {@code attempt} is its open one. The question is put to the job's row alone, since a row that
     * was waited for is looked at anew, while rows joined to it would be those of before.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean isOpen(Attempt attempt) {
        return jdbc.sql("select id from job where id = :job and attempt = :number and claimed for update")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .query(String.class)
                .optional()
                .isPresent();
    }
}
