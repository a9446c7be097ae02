-- What changing calls were answered, written in the transaction of their effect, so that a repeat of a call whose answer was lost gets
-- that answer instead of a second effect.
create table recorded_answer (
    id              bigint generated always as identity primary key, -- in the order in which calls were answered
    caller          text not null,                                   -- id of the API key; no reference: the admin key has no row
    fingerprint     bytea not null check (length(fingerprint) = 32), -- of the request: method, path, query and body
    idempotency_key text,                                            -- if the client sent one; it alone then tells a repeat
    retry_count     integer not null check (retry_count >= 0),       -- of the last request of the chain that came here
    status          integer not null check (status between 200 and 299),
    body            bytea not null,
    created_at      timestamptz not null default now()
);
create index recorded_answer_by_fingerprint on recorded_answer (caller, fingerprint, retry_count desc, id desc) where idempotency_key is null;
create unique index recorded_answer_by_key on recorded_answer (caller, idempotency_key);
create index recorded_answer_by_age on recorded_answer (created_at);
