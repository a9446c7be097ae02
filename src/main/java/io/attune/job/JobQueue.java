package io.attune.job;

import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The queue that the table {@code job} is: claim and renew ({@link JobRelease} is the way back). Leases are counted in the database's time;
 * whoever changes an attempt has the job's row locked.
 */
@Component
public class JobQueue {

    private final JdbcClient jdbc;
    private final JobLifecycle lifecycle;
    private final ResumeCheckpoints states;
    private final JobProgress progress;
    private final Fence fence;
    private final JobSteering steering;

    JobQueue(
            JdbcClient jdbc,
            JobLifecycle lifecycle,
            ResumeCheckpoints states,
            JobProgress progress,
            Fence fence,
            JobSteering steering) {
        this.jdbc = jdbc;
        this.lifecycle = lifecycle;
        this.states = states;
        this.progress = progress;
        this.fence = fence;
        this.steering = steering;
    }

    /** Takes the job that waits for {@code purpose} with the highest priority, the oldest among equals, as a new attempt of {@code worker}. */
    @Transactional
    public Optional<Attempt> claim(Purpose purpose, String worker, Duration lease) {
        Optional<Attempt> claimed = jdbc.sql("""
                        with candidate as (
                            select id from job
                            where status = :status and not claimed and (not_before is null or not_before <= now())
                            order by priority desc, created_at, id
                            limit 1 for update skip locked
                        ), taken as (
                            update job set claimed = true, attempt = attempt + 1, not_before = null
                            from candidate where job.id = candidate.id
                            returning job.id, job.attempt
                        )
                        insert into attempt (job, number, purpose, worker, lease_until)
                        select id, attempt, :purpose, :worker, now() + make_interval(secs => :lease) from taken
                        returning job, number""")
                .param("status", purpose.waiting().text())
                .param("purpose", purpose.text())
                .param("worker", worker)
                .param("lease", seconds(lease))
                .query((row, n) -> new Attempt(row.getString("job"), row.getInt("number"), purpose))
                .optional();
        claimed.ifPresent(this::begin);
        return claimed;
    }

    private void begin(Attempt attempt) {
        progress.claimed(attempt);
        boolean again = jdbc.sql("""
                        select exists (select 1 from attempt where job = :job and purpose = :purpose and number < :number)""")
                .param("job", attempt.job())
                .param("purpose", attempt.purpose().text())
                .param("number", attempt.number())
                .query(Boolean.class)
                .single();
        if (attempt.purpose() == Purpose.TRAIN) {
            String from = states.newest(attempt.job()).isPresent() ? "from its saved state" : "from the beginning";
            String message = "Fine-tuning job started" + (again ? " again, " + from : "");
            lifecycle.move(attempt.job(), JobStatus.RUNNING, NewEvent.info(message));
        }
    }

    /**
     * Prolongs the lease from now on.
     *
     * @return what is asked of the job now
     * @throws LostLeaseException if the attempt has been ended, or its lease is over
     */
    @Transactional
    public Optional<StopRequest> renew(Attempt attempt, Duration lease) {
        fence.pass(attempt);
        int renewed = jdbc.sql("""
                        update attempt set lease_until = now() + make_interval(secs => :lease)
                        where job = :job and number = :number and ended_at is null and lease_until > now()""")
                .param("lease", seconds(lease))
                .param("job", attempt.job())
                .param("number", attempt.number())
                .update();
        if (renewed == 0) {
            throw new LostLeaseException(attempt);
        }
        return steering.requested(attempt);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
