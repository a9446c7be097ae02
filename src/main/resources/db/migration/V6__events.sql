-- What happened to a job: its events, and the metrics of its steps.

-- seq numbers the events of a job without gaps, in the order of their commits: job.last_seq is the newest.
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

-- An attempt that continues from a saved state copies the rows of the steps before it.
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
