-- Answers to changing calls. The transaction of a call's effect writes its answer, so that a repeat of the call finds
-- both or neither.

create table recorded_answer (
    id              bigint generated always as identity primary key, -- in the order of the answers
    caller          text not null,                     -- id of the API key; the admin key has no row to refer to
    fingerprint     bytea not null check (length(fingerprint) = 32), -- of method, path, query and body
    idempotency_key text,                              -- if the client sent one: then only the key tells a repeat
    retry_count     integer not null check (retry_count >= 0), -- the last that arrived of a call and its repeats
    status          integer not null check (status between 200 and 299),
    body            bytea not null,
    created_at      timestamptz not null default now()
);
create index recorded_answer_by_fingerprint on recorded_answer (caller, fingerprint, retry_count desc, id desc)
    where idempotency_key is null;
create unique index recorded_answer_by_key on recorded_answer (caller, idempotency_key);
create index recorded_answer_by_age on recorded_answer (created_at);
