-- Jobs, their attempts and the life of both. PostgreSQL is the queue: a job waits in its table, and an attempt claims
-- it. Leases are measured with the database's clock.

create table job (
    id                   text primary key,
    project_id           text not null references project,

    -- as the client created it
    priority             integer not null default 0 check (priority between -100 and 100),
    model                text not null,                -- name of the base model
    suffix               text,
    training_file        text not null references file,
    validation_file      text references file,
    training_blob        text references blob,         -- the bytes stay, even if the client deletes the file
    validation_blob      text references blob,
    seed                 bigint not null,
    settings             jsonb not null,               -- as the client sent them
    chat_template_kwargs json not null default '{}',   -- json, not jsonb: text and order stay as the client sent them
    metadata             jsonb not null default '{}',

    -- as validation found it
    resolved             jsonb,                        -- settings without 'auto'
    rendered_at          timestamptz,                  -- the time that chat templates print; all attempts use the same
    estimate             jsonb,                        -- the trainer's memory, by part
    cpu_memory           bigint check (cpu_memory > 0), -- bytes of the trainer on the CPU; null: unknown, fits anywhere
    gpu_memory           bigint check (gpu_memory > 0), -- bytes on a GPU

    -- its state; job_transition lists the changes of status
    status               text not null check (status in
        ('validating_files', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
    attempt              integer not null default 0,   -- number of the newest attempt: the fence
    claimed              boolean not null default false, -- whether that attempt is open
    stop_requested       text check (stop_requested in ('cancel', 'pause')), -- for the worker of the open attempt
    not_before           timestamptz,                  -- a retry waits until then
    crashes              integer not null default 0,   -- deaths of the trainer since the newest checkpoint
    retries              integer not null default 0,   -- attempts without progress; each one doubles the wait
    misfit               text check (misfit in ('model', 'device', 'memory')), -- an event told: no worker can take it
    last_seq             bigint not null default 0,    -- seq of the newest event
    progress             jsonb,

    -- its result
    trained_tokens       bigint,
    fine_tuned_model     text unique,
    result_file          text references file,
    artifact_file        text references file,
    error_code           text,
    error_message        text,
    error_param          text,
    created_at           timestamptz not null default now(),
    started_at           timestamptz,
    finished_at          timestamptz,

    -- An ended job, and no other, has a time of its end. A failed job, and no other, has an error. A succeeded job
    -- has a model.
    check ((status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    check ((status = 'failed') = (error_code is not null)),
    check (status <> 'succeeded' or fine_tuned_model is not null),
    -- Only a job that waits or works has an open attempt, and only the worker of an attempt can be asked to stop.
    constraint job_claimed_only_at_work check (not claimed or status in ('validating_files', 'queued', 'running')),
    constraint job_asked_only_at_work check (stop_requested is null or status in ('validating_files', 'running')),
    -- A job is queued only after its validation.
    constraint job_queued_once_validated check (status not in ('queued', 'running') or resolved is not null),
    constraint job_dated_once_validated check (status not in ('queued', 'running') or rendered_at is not null),
    constraint job_running_has_started check (status <> 'running' or started_at is not null),
    -- A job holds the bytes of its files until it ends, and then releases them.
    constraint job_holds_its_files check (
        case when finished_at is null then training_blob is not null
            else training_blob is null and validation_blob is null end)
) with (fillfactor = 60); -- an update of a job finds room in its page
create index job_by_age on job (project_id, created_at desc, id desc);
create index job_by_metadata on job using gin (metadata jsonb_path_ops); -- lists with metadata[key]=value
-- A claim walks one of these indexes in its order. The index has every column that the claim compares, so that
-- thousands of jobs that fit no slot cost next to nothing.
create index job_to_validate on job (priority desc, created_at, id, model)
    where status = 'validating_files' and not claimed;
create index job_to_train on job
    (priority desc, created_at, id, model, coalesce(cpu_memory, 0), coalesce(gpu_memory, 0))
    where status = 'queued' and not claimed;

-- The life of a job as docs/job-states.md draws it. The triggers below refuse every other change of status, also to a
-- client of the database that is not Attune.
create table job_transition (
    from_status text not null,
    to_status   text not null,
    primary key (from_status, to_status)
);
insert into job_transition (from_status, to_status) values
    ('validating_files', 'queued'), ('validating_files', 'paused'),
    ('validating_files', 'failed'), ('validating_files', 'cancelled'),
    ('queued', 'running'), ('queued', 'paused'), ('queued', 'cancelled'),
    ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled'),
    ('running', 'queued'), ('running', 'paused'),
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

-- The conditions avoid the function's call where there is nothing to check: a creation, a renewal, a step.
create trigger job_begins before insert on job for each row
    when (new.status <> 'validating_files') execute function refuse_job_beginning();
create trigger job_moves before update of status on job for each row
    when (new.status is distinct from old.status) execute function check_job_transition();

-- One try at a job by one worker. (job, number) is the fence: every write of a worker carries it. A job has at most one
-- open attempt.
create table attempt (
    job              text not null references job,
    number           integer not null,
    purpose          text not null check (purpose in ('validate', 'train')),
    worker           text not null references worker,
    slot             text,                             -- name of the worker's slot; null for validations
    specification    jsonb,
    claimed_at       timestamptz not null default now(),
    lease_until      timestamptz not null,
    first_step_at    timestamptz,                      -- end of the first step
    estimated_memory bigint,                           -- bytes, at the claim
    peak_memory      bigint,                           -- bytes that the trainer really took
    ended_at         timestamptz,
    outcome          text check (outcome in ('validated', 'succeeded', 'failed', 'cancelled', 'paused', 'crashed',
        'out_of_memory', 'interrupted', 'lost', 'released')),
    detail           text,
    log              text references blob,
    primary key (job, number),
    check ((ended_at is null) = (outcome is null))
) with (fillfactor = 80);
create unique index attempt_open on attempt (job) where ended_at is null;
create index attempt_lease on attempt (lease_until) where ended_at is null;
create index attempt_of_worker on attempt (worker) where ended_at is null;
-- tells how long recent attempts took
create index attempt_done on attempt (purpose, ended_at desc) where outcome in ('validated', 'succeeded');

-- What validation found in a job's files. The transaction that ends the attempt writes it, whether the files passed
-- or not.
create table validation (
    job        text primary key references job,
    passed     boolean not null,
    report     jsonb not null,
    created_at timestamptz not null default now()
);

-- The state of a training after a finished step. A later attempt continues from it. Clients do not see it, and it goes
-- when the job ends.
create table resume_checkpoint (
    job        text not null references job,
    attempt    integer not null,                       -- saved it, and has the metrics of all steps up to this one
    step       integer not null check (step > 0),
    artifact   text not null references blob,
    created_at timestamptz not null default now(),
    primary key (job, attempt, step),
    foreign key (job, attempt) references attempt (job, number)
);

-- States are large, and a training replaces them every few minutes. A replaced state is never needed again, so its
-- bytes do not stay for an hour like other unreferenced blobs.
create function release_state() returns trigger language plpgsql as $$
begin
    update blob set released_at = now() where sha256 = old.artifact;
    return null;
end
$$;

create trigger state_deleted after delete on resume_checkpoint
    for each row execute function release_state();
create trigger state_replaced after update of artifact on resume_checkpoint
    for each row when (old.artifact <> new.artifact) execute function release_state();
