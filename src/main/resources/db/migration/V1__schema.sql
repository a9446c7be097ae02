-- The state of Attune. Words are the API's: job, attempt, event, checkpoint. Times are the database's own where a lease depends on them.

create table project (
    id         text primary key,
    name       text not null,
    created_at timestamptz not null default now()
);
insert into project (id, name) values ('default', 'Default project');

create table api_key (
    id           text primary key,
    project_id   text not null references project,
    name         text not null,
    secret_hash  bytea not null,
    created_at   timestamptz not null default now(),
    last_used_at timestamptz
);

-- Bytes in the artifact store, by checksum. A blob lives while anything refers to it.
create table blob (
    sha256     text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    size       bigint not null check (size >= 0),
    created_at timestamptz not null default now()
);

create table file (
    id         text primary key,
    project_id text not null references project,
    filename   text not null,
    purpose    text not null,
    bytes      bigint not null,
    blob       text references blob,             -- let go of when the file is deleted
    status     text not null check (status in ('uploaded', 'processed', 'error')),
    rows       integer,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    deleted_at timestamptz,
    check ((deleted_at is null) = (blob is not null))
);
create index file_by_age on file (project_id, created_at desc, id desc) where deleted_at is null;
create index file_by_blob on file (blob);

-- Uploads in parts (no endpoint yet).
create table upload (
    id         text primary key,
    project_id text not null references project,
    filename   text not null,
    purpose    text not null,
    bytes      bigint not null,
    status     text not null check (status in ('pending', 'completed', 'cancelled', 'expired')),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);

create table worker (
    id         text primary key,
    host       text not null,
    pid        bigint not null,
    devices    text not null,
    started_at timestamptz not null default now(),
    seen_at    timestamptz not null default now()
);

-- PostgreSQL is the queue: a job waits here, and an attempt claims it.
create table job (
    id                text primary key,
    project_id        text not null references project,
    status            text not null check (status in
        ('validating_files', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
    priority          integer not null default 0 check (priority between -100 and 100),
    model             text not null,
    suffix            text,
    training_file     text not null references file,
    validation_file   text references file,
    training_blob     text references blob,      -- held until the job ends
    validation_blob   text references blob,
    seed              bigint not null,
    settings          jsonb not null,            -- as asked
    resolved          jsonb,                     -- after validation: nothing is auto any more
    metadata          jsonb not null default '{}',
    stop_requested    text check (stop_requested in ('cancel', 'pause')),
    attempt           integer not null default 0,-- number of the newest attempt: the fence
    claimed           boolean not null default false, -- whether that attempt is open
    last_seq          bigint not null default 0, -- seq of the newest event
    not_before        timestamptz,               -- a retry waits until then
    crashes           integer not null default 0,-- trainer deaths since the newest checkpoint
    trained_tokens    bigint,
    fine_tuned_model  text unique,
    result_file       text references file,
    artifact_file     text references file,
    progress          jsonb,
    error_code        text,
    error_message     text,
    error_param       text,
    created_at        timestamptz not null default now(),
    started_at        timestamptz,
    finished_at       timestamptz,
    check ((status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    check ((status = 'failed') = (error_code is not null)),
    check (status <> 'succeeded' or fine_tuned_model is not null)
);
create index job_by_age on job (project_id, created_at desc, id desc);
create index job_waiting on job (priority desc, created_at, id) where status in ('validating_files', 'queued') and not claimed;

-- One try at a job by one worker. (job, number) is the fence that every write of a worker carries.
create table attempt (
    job           text not null references job,
    number        integer not null,
    purpose       text not null check (purpose in ('validate', 'train')),
    worker        text not null references worker,
    specification jsonb,
    claimed_at    timestamptz not null default now(),
    lease_until   timestamptz not null,
    ended_at      timestamptz,
    outcome       text check (outcome in ('validated', 'succeeded', 'failed', 'cancelled', 'crashed', 'lost', 'released')),
    detail        text,
    log           text references blob,
    primary key (job, number),
    check ((ended_at is null) = (outcome is null))
);
create unique index attempt_open on attempt (job) where ended_at is null;
create index attempt_lease on attempt (lease_until) where ended_at is null;

create table event (
    id         text primary key,
    job        text not null references job,
    seq        bigint not null,
    level      text not null check (level in ('info', 'warn', 'error')),
    type       text not null check (type in ('message', 'metrics')),
    message    text not null,
    data       jsonb,
    created_at timestamptz not null default now(),
    unique (job, seq)
);

create table metric (
    job                       text not null references job,
    attempt                   integer not null,
    step                      integer not null,
    train_loss                double precision,
    train_mean_token_accuracy double precision,
    learning_rate             double precision,
    grad_norm                 double precision,
    tokens                    bigint,
    target_tokens             bigint,
    seconds                   double precision,
    valid_loss                double precision,
    valid_mean_token_accuracy double precision,
    primary key (job, attempt, step)
);

create table tuned_model (
    name       text primary key,
    project_id text not null references project,
    job        text not null references job,
    base       text not null,
    method     text not null,
    artifact   text not null references blob,
    created_at timestamptz not null default now()
);

-- Published checkpoints: weights one can use, listed by the API, deleted with the model.
create table checkpoint (
    id         text primary key,
    job        text not null references job,
    attempt    integer not null,
    step       integer not null,
    model      text not null unique,
    artifact   text not null references blob,
    metrics    jsonb not null,
    created_at timestamptz not null default now(),
    unique (job, attempt, step)
);
