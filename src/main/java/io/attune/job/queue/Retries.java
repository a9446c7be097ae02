package io.attune.job.queue;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * When a job is tried again. Writes the columns {@code crashes}, {@code retries} and {@code not_before}; a claim
 * clears the last of them. The callers have locked the job.
 */
@Component
class Retries {

    private static final int LONGEST_WAIT_SECONDS = 300;

    private final JdbcClient jdbc;

    Retries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The job got on. The failures of its attempts do not count any more. */
    @Transactional(propagation = Propagation.MANDATORY)
    void forgive(String job) {
        jdbc.sql("update job set crashes = 0, retries = 0 where id = :job and (crashes > 0 or retries > 0)")
                .param("job", job)
                .update();
    }

    /** As {@link #forgive}, unless the job has published a checkpoint of this step or a later one already. */
    @Transactional(propagation = Propagation.MANDATORY)
    void forgiveAt(String job, int step) {
        jdbc.sql("""
                        update job set crashes = 0, retries = 0 where id = :job and (crashes > 0 or retries > 0)
                            and not exists (select from checkpoint where job = :job and step >= :step)""").param("job", job).param("step", step).update();
    }

    /** Nothing of earlier attempts counts any more, and the job waits for nothing. */
    @Transactional(propagation = Propagation.MANDATORY)
    void startOver(String job) {
        jdbc.sql("update job set not_before = null, crashes = 0, retries = 0 where id = :job")
                .param("job", job)
                .update();
    }

    /**
     * A trainer died. The job waits twice as long after each death.
     *
     * @return how many trainers died since the job last got on
     */
    @Transactional(propagation = Propagation.MANDATORY)
    int crashed(String job) {
        return jdbc.sql("""
                        update job set crashes = crashes + 1, not_before = now() + make_interval(secs => power(2, crashes))
                        where id = :job returning crashes""").param("job", job).query(Integer.class).single();
    }

    /**
     * Something hindered an attempt. The job waits twice as long each time, until it gets on.
     *
     * @param free so many times it does not wait
     * @return seconds until it is tried again
     */
    @Transactional(propagation = Propagation.MANDATORY)
    long backOff(String job, int free) {
        return jdbc.sql("""
                        update job set retries = retries + 1,
                            not_before = now() + make_interval(secs => least(:longest, floor(power(2, least(retries, 30) - :free))))
                        where id = :job returning extract(epoch from not_before - now())::bigint""")
                .param("longest", LONGEST_WAIT_SECONDS)
                .param("free", free)
                .param("job", job)
                .query(Long.class)
                .single();
    }
}
