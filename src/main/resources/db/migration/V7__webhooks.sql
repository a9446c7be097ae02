-- Endpoints that want to know when a job has ended, and the deliveries to them: an outbox. The transaction that ends a
-- job writes its deliveries.

create table webhook_endpoint (
    id          text primary key,
    project_id  text not null references project,
    name        text not null,
    url         text not null,
    event_types text[] not null check (cardinality(event_types) > 0),
    secret      text not null,                         -- not hashed: the service signs every delivery with it
    created_at  timestamptz not null default now(),
    disabled_at timestamptz,                           -- when it answered 410 Gone
    busy_until  timestamptz,                           -- lease of the sending process: one delivery at a time
    tried_at    timestamptz,                           -- the endpoint with the longest wait goes first
    last_at     timestamptz,                           -- result of the last try
    last_status integer,
    last_error  text,
    check (last_at is not null or (last_status is null and last_error is null))
);
create index webhook_endpoint_by_age on webhook_endpoint (project_id, created_at desc, id desc);

create table webhook_delivery (
    id       text primary key,                         -- the header webhook-id, the same on every try
    endpoint text not null references webhook_endpoint on delete cascade,
    body     text not null,                            -- the signed bytes
    tries    integer not null default 0,               -- number of the newest try: a fence
    due_at   timestamptz not null default now(),
    ended_at timestamptz,
    outcome  text check (outcome in ('delivered', 'given_up')),
    check ((ended_at is null) = (outcome is null))
);
create index webhook_delivery_waiting on webhook_delivery (endpoint, due_at, id) where ended_at is null;
create index webhook_delivery_ended on webhook_delivery (ended_at) where ended_at is not null;
create index webhook_delivery_by_endpoint on webhook_delivery (endpoint);
