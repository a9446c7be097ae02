-- What docs/job-states.md draws, held by the database too: whoever writes to it, a job's status changes by this table alone.

create table job_transition (
    from_status text not null,
    to_status   text not null,
    primary key (from_status, to_status)
);
insert into job_transition (from_status, to_status) values
    ('validating_files', 'queued'), ('validating_files', 'paused'), ('validating_files', 'failed'), ('validating_files', 'cancelled'),
    ('queued', 'running'), ('queued', 'paused'), ('queued', 'cancelled'),
    ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled'), ('running', 'queued'), ('running', 'paused'),
    ('paused', 'validating_files'), ('paused', 'queued'), ('paused', 'cancelled');

create function refuse_job_beginning() returns trigger language plpgsql as $$
begin
    raise check_violation using
        message = format('job %s cannot begin as %s', new.id, new.status),
        hint = 'A job begins as validating_files.';
end $$;

create function check_job_transition() returns trigger language plpgsql as $$
begin
    if not exists (select from job_transition where from_status = old.status and to_status = new.status) then
        raise check_violation using
            message = format('job %s cannot go from %s to %s', new.id, old.status, new.status),
            hint = 'The table job_transition says which changes of status there are.';
    end if;
    return new;
end $$;

-- the conditions spare the call of a function where nothing is to be checked: at a create, a renewal, a step
create trigger job_begins before insert on job for each row
    when (new.status <> 'validating_files') execute function refuse_job_beginning();
create trigger job_moves before update of status on job for each row
    when (new.status is distinct from old.status) execute function check_job_transition();

-- what was asked is answered once the job has stopped or ended
update job set stop_requested = null where stop_requested is not null and status not in ('validating_files', 'running');

alter table job
    add constraint job_claimed_only_at_work check (not claimed or status in ('validating_files', 'queued', 'running')),
    add constraint job_asked_only_at_work check (stop_requested is null or status in ('validating_files', 'running')),
    add constraint job_queued_once_validated check (status not in ('queued', 'running') or resolved is not null),
    add constraint job_running_has_started check (status <> 'running' or started_at is not null),
    -- while it has not ended it needs the bytes of its files, and then lets go of them
    add constraint job_holds_its_files check (
        case when finished_at is null then training_blob is not null else training_blob is null and validation_blob is null end);
