package io.attune.job.queue;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Decides when a job is tried again. Writes the columns {@code crashes}, {@code retries} and {@code not_before}; a
 * claim clears {@code not_before}. The callers have locked the job.
 */
@Component
class Retries {

    private static final int LONGEST_WAIT_SECONDS = 300;

    private final JdbcClient jdbc;

    Retries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The job made progress. Failures of its earlier attempts no longer count. */
    @Transactional(propagation = Propagation.MANDATORY)
    void forgive(String job) {
        jdbc.sql("update job set crashes = 0, retries = 0 where id = :job and (crashes > 0 or retries > 0)")
                .param("job", job)
                .update();
    }

    /** As {@link #forgive}, but only if the job has not yet published a checkpoint of this or a later step. */
    @Transactional(propagation = Propagation.MANDATORY)
    void forgiveAt(String job, int step) {
        jdbc.sql("""
                        update job set crashes = 0, retries = 0 where id = :job and (crashes > 0 or retries > 0)
                            and not exists (select from checkpoint where job = :job and step >= :step)""").param("job", job).param("step", step).update();
    }

    /** Clears all counters and the delay. */
    @Transactional(propagation = Propagation.MANDATORY)
    void startOver(String job) {
        jdbc.sql("update job set not_before = null, crashes = 0, retries = 0 where id = :job")
                .param("job", job)
                .update();
    }

    /**
     * Counts a trainer crash. The delay doubles with each crash.
     *
     * @return number of crashes since the job last made progress
     */
    @Transactional(propagation = Propagation.MANDATORY)
    int crashed(String job) {
        return jdbc.sql("""
                        update job set crashes = crashes + 1, not_before = now() + make_interval(secs => power(2, crashes))
                        where id = :job returning crashes""").param("job", job).query(Integer.class).single();
    }

    /**
     * Delays the next attempt after an interrupted or lost attempt. The delay doubles each time, until the job
     * makes progress.
     *
     * @param free this number of times there is no delay
     * @return seconds until the job is tried again
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
