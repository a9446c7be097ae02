-- What jobs make: tuned models, and the checkpoints that they publish on the way.

create table tuned_model (
    name       text primary key,
    project_id text not null references project,
    job        text not null references job,
    base       text not null,                          -- name of the base model
    method     text not null,
    artifact   text not null references blob,
    created_at timestamptz not null default now()
);

-- Weights that a client can use, also while the job runs. Deleted together with the tuned model.
create table checkpoint (
    id         text primary key,
    job        text not null references job,
    attempt    integer not null,
    step       integer not null,
    model      text not null unique,                   -- the name of these weights as a model
    artifact   text not null references blob,
    metrics    jsonb not null,
    created_at timestamptz not null default now(),
    unique (job, attempt, step)
);
