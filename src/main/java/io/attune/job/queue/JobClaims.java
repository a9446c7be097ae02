package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.FineTuningJobs;
import io.attune.job.Purpose;
import io.attune.job.StopRequest;
import io.attune.job.attempt.LostLeaseException;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.job.attempt.Slot;
import io.attune.job.event.NewEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Claims jobs and renews leases. Leases are measured with the clock of the database. A transaction that changes an
 * attempt has locked the job's row.
 *
 * <p>Writes the columns {@code attempt} and {@code rendered_at} of a job. A claim is one statement, so it also
 * writes {@code claimed} and {@code not_before}.
 */
@Component
class JobClaims {

    private final JdbcClient jdbc;
    private final JobLifecycle lifecycle;
    private final JobProgress progress;
    private final Fence fence;
    private final FineTuningJobs jobs;
    private final ResumeCheckpoints states;

    JobClaims(
            JdbcClient jdbc,
            JobLifecycle lifecycle,
            JobProgress progress,
            Fence fence,
            FineTuningJobs jobs,
            ResumeCheckpoints states) {
        this.jdbc = jdbc;
        this.lifecycle = lifecycle;
        this.progress = progress;
        this.fence = fence;
        this.jobs = jobs;
        this.states = states;
    }

    /** Claims the next job for a slot, and reads all data that the worker needs for it. */
    @Transactional
    public Optional<ClaimedRow> claim(Slot slot, Duration lease) {
        return slot.purpose() == Purpose.TRAIN
                ? training(slot, lease).map(this::train)
                : validation(slot.worker(), lease).map(this::validate);
    }

    /**
     * Claims a job whose files are to be validated, as a new attempt of {@code worker}. Considers only jobs whose
     * base model the worker has.
     *
     * <p>Projects take turns, so that long validations of one project do not delay another project. The project with
     * the fewest running validations is first. Among equals, the project whose last new job was claimed longest ago
     * is first. Within a project, the job with the highest priority is first, then the oldest job.
     *
     * <p>The first claim of a job sets the time that the job's chat template prints.
     */
    private Optional<Attempt> validation(String worker, Duration lease) {
        return jdbc.sql("""
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
    }

    /**
     * Claims a job for training, as a new attempt in a slot of {@code worker}. Considers only jobs whose base model
     * the worker has and that fit into the memory of the slot. The job with the highest priority is first, then the
     * oldest job. An unregistered slot gets no job.
     */
    private Optional<Attempt> training(Slot slot, Duration lease) {
        // A job fits if its need on this kind of device is unknown, or not larger than the memory of the slot. The
        // index contains the columns of this condition.
        return jdbc.sql("""
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
                .param("worker", slot.worker())
                .param("slot", slot.device())
                .param("lease", seconds(lease))
                .query((row, n) -> new Attempt(row.getString("job"), row.getInt("number"), Purpose.TRAIN))
                .optional();
    }

    private ClaimedRow validate(Attempt attempt) {
        progress.write(attempt.job(), progress.claimed(attempt));
        return new ClaimedRow(attempt, jobs.findById(attempt.job()).orElseThrow(), List.of());
    }

    private ClaimedRow train(Attempt attempt) {
        List<ResumeCheckpoint> saved = states.all(attempt.job());
        lifecycle.run(attempt, NewEvent.info("Fine-tuning job started" + again(attempt, !saved.isEmpty())));
        return new ClaimedRow(attempt, jobs.findById(attempt.job()).orElseThrow(), saved);
    }

    private String again(Attempt attempt, boolean saved) {
        boolean again = jdbc.sql("""
                        select exists (select from attempt where job = :job and purpose = 'train' and number < :number)""")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .query(Boolean.class)
                .single();
        return again ? saved ? " again, from its saved state" : " again, from the beginning" : "";
    }

    /** As {@link io.attune.job.attempt.JobQueue#renew}. */
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
