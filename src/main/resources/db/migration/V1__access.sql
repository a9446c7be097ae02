-- Projects and their API keys. Identifiers, columns and values use the API's words.

create table project (
    id         text primary key,
    name       text not null,
    created_at timestamptz not null default now()
);
insert into project (id, name) values ('default', 'Default project');

-- The admin key has no row: it is a setting of the service.
create table api_key (
    id           text primary key,
    project_id   text not null references project,
    name         text not null,
    secret_hash  bytea not null,                       -- SHA-256; the secret itself is not stored
    created_at   timestamptz not null default now(),
    last_used_at timestamptz
);
