-- The workers and what they have. A claim matches this with what a job needs.

create table worker (
    id         text primary key,
    host       text not null,
    pid        bigint not null,
    devices    text not null,
    started_at timestamptz not null default now(),
    seen_at    timestamptz not null default now()      -- last sign of life
);

-- A slot runs one trainer at a time.
create table worker_slot (
    worker text not null references worker on delete cascade,
    name   text not null,                              -- cpu, cpu:1, cuda:0
    kind   text not null check (kind in ('cpu', 'cuda')),
    memory bigint not null check (memory > 0),         -- bytes that a trainer may take
    primary key (worker, name)
);

-- Base models in the worker's models folder, by the name that jobs give.
create table worker_model (
    worker text not null references worker on delete cascade,
    model  text not null,
    primary key (worker, model)
);
