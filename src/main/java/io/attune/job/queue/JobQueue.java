package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.StopRequest;
import io.attune.job.event.NewEvent;
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
    private final JobProgress progress;
    private final Fence fence;

    JobQueue(JdbcClient jdbc, JobLifecycle lifecycle, JobProgress progress, Fence fence) {
        this.jdbc = jdbc;
        this.lifecycle = lifecycle;
        this.progress = progress;
        this.fence = fence;
    }

    /**
     * Takes the files of a job to be validated, as a new attempt of {@code worker}, of the jobs whose model the worker has. Projects take
     * turns, so that long validations of one do not keep another's waiting: first comes the one with the fewest that run, then the one that
     * was served longest ago; of its jobs the one with the highest priority, the oldest among equals. The first time fixes the time that the
     * job's chat template prints.
     */
    @Transactional
    public Optional<Attempt> claimValidation(String worker, Duration lease) {
        Optional<Attempt> claimed = jdbc.sql("""
                        with owner as (
                            select distinct project_id from job
                            where status = 'validating_files' and not claimed and (not_before is null or not_before <= now())
                                and model = any (array(select model from worker_model where worker = :worker))
                        ), turn as (
                            select project_id, (
                                    select count(*) from attempt join job on job.id = attempt.job
                                    where attempt.ended_at is null and purpose = 'validate'
                                        and job.project_id = owner.project_id) as running,
                                case when (select count(*) from owner) > 1
                                    then (select max(rendered_at) from job where job.project_id = owner.project_id) end as served
                            from owner
                        ), candidate as (
                            select id from job join turn using (project_id)
                            where status = 'validating_files' and not claimed and (not_before is null or not_before <= now())
                                and model = any (array(select model from worker_model where worker = :worker))
                            order by running, served nulls first, priority desc, created_at, id
                            limit 1 for update of job skip locked
                        ), taken as (
                            update job set claimed = true, attempt = attempt + 1, not_before = null,
                                rendered_at = coalesce(rendered_at, date_trunc('second', now()))
                            from candidate where job.id = candidate.id
                            returning job.id, job.attempt
                        )
                        insert into attempt (job, number, purpose, worker, lease_until)
                        select id, attempt, 'validate', :worker, now() + make_interval(secs => :lease) from taken
                        returning job, number""")
                .param("worker", worker)
                .param("lease", seconds(lease))
                .query((row, n) -> new Attempt(row.getString("job"), row.getInt("number"), Purpose.VALIDATE))
                .optional();
        claimed.ifPresent(this::begin);
        return claimed;
    }

    /**
     * Takes a job to be trained, as a new attempt in a slot of {@code worker}: of the jobs whose model the worker has and that fit into the
     * slot's memory, the one with the highest priority, the oldest among equals. A slot that is not registered gets nothing.
     */
    @Transactional
    public Optional<Attempt> claimTraining(String worker, String slot, Duration lease) {
        // a job fits if what it needs on that kind of device is not known or not more than there is; the index holds
        // what it is asked for
        Optional<Attempt> claimed = jdbc.sql("""
                        with candidate as (
                            select id from job
                            where status = 'queued' and not claimed and (not_before is null or not_before <= now())
                                and model = any (array(select model from worker_model where worker = :worker))
                                and coalesce(cpu_memory, 0) <= (
                                    select case kind when 'cpu' then memory else 9223372036854775807 end
                                    from worker_slot where worker = :worker and name = :slot)
                                and coalesce(gpu_memory, 0) <= (
                                    select case kind when 'cuda' then memory else 9223372036854775807 end
                                    from worker_slot where worker = :worker and name = :slot)
                            order by priority desc, created_at, id
                            limit 1 for update skip locked
                        ), taken as (
                            update job set claimed = true, attempt = attempt + 1, not_before = null
                            from candidate where job.id = candidate.id
                            returning job.id, job.attempt, job.cpu_memory, job.gpu_memory
                        )
                        insert into attempt (job, number, purpose, worker, slot, estimated_memory, lease_until)
                        select id, attempt, 'train', :worker, name, case kind when 'cpu' then cpu_memory else gpu_memory end,
                            now() + make_interval(secs => :lease)
                        from taken, worker_slot where worker = :worker and name = :slot
                        returning job, number""")
                .param("worker", worker)
                .param("slot", slot)
                .param("lease", seconds(lease))
                .query((row, n) -> new Attempt(row.getString("job"), row.getInt("number"), Purpose.TRAIN))
                .optional();
        claimed.ifPresent(this::begin);
        return claimed;
    }

    private void begin(Attempt attempt) {
        if (attempt.purpose() == Purpose.TRAIN) {
            lifecycle.run(attempt, NewEvent.info("Fine-tuning job started" + again(attempt)));
        } else {
            progress.write(attempt.job(), progress.claimed(attempt));
        }
    }

    private String again(Attempt attempt) {
        return jdbc.sql("""
                        select exists (select from attempt where job = :job and purpose = 'train' and number < :number) as again,
                            exists (select from resume_checkpoint where job = :job) as saved""")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .query((row, n) -> !row.getBoolean("again")
                        ? ""
                        : row.getBoolean("saved") ? " again, from its saved state" : " again, from the beginning")
                .single();
    }

    /**
     * Prolongs the lease from now on.
     *
     * @return what is asked of the job now
     * @throws LostLeaseException if the attempt has been ended, or its lease is over
     */
    @Transactional
    public Optional<StopRequest> renew(Attempt attempt, Duration lease) {
        Optional<StopRequest> requested = fence.pass(attempt);
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
        return requested;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
