-- Whom to tell when a job has ended, and what is still to be told: an outbox, filled in the transaction that ends the job.

create table webhook_endpoint (
    id          text primary key,
    project_id  text not null references project,
    name        text not null,
    url         text not null,
    event_types text[] not null check (cardinality(event_types) > 0),
    secret      text not null,               -- in clear, since every delivery is signed with it
    created_at  timestamptz not null default now(),
    disabled_at timestamptz,                 -- it answered 410 Gone
    busy_until  timestamptz,                 -- one delivery at a time: the lease of who sends it
    tried_at    timestamptz,                 -- whoever waited longest goes first
    last_at     timestamptz,                 -- how the last try ended
    last_status integer,
    last_error  text,
    check (last_at is not null or (last_status is null and last_error is null))
);
create index webhook_endpoint_by_age on webhook_endpoint (project_id, created_at desc, id desc);

create table webhook_delivery (
    id       text primary key,               -- the header webhook-id, the same on every try
    endpoint text not null references webhook_endpoint on delete cascade,
    body     text not null,                  -- the bytes that are signed
    tries    integer not null default 0,     -- the number of the newest one: a fence
    due_at   timestamptz not null default now(),
    ended_at timestamptz,
    outcome  text check (outcome in ('delivered', 'given_up')),
    check ((ended_at is null) = (outcome is null))
);
create index webhook_delivery_waiting on webhook_delivery (endpoint, due_at, id) where ended_at is null;
create index webhook_delivery_ended on webhook_delivery (ended_at) where ended_at is not null;
create index webhook_delivery_by_endpoint on webhook_delivery (endpoint);
