-- What a worker has and what a job needs: a claim matches the two.

create table worker_slot (
    worker text not null references worker on delete cascade,
    name   text not null,                         -- cpu, cpu:1, cuda:0: one trainer at a time each
    kind   text not null check (kind in ('cpu', 'cuda')),
    memory bigint not null check (memory > 0),    -- bytes that a trainer may take
    primary key (worker, name)
);

-- Base models in the worker's models folder, by the name that jobs give.
create table worker_model (
    worker text not null references worker on delete cascade,
    model  text not null,
    primary key (worker, model)
);

alter table job
    add column estimate   jsonb,                  -- of the trainer's memory, by part; made at validation
    add column cpu_memory bigint check (cpu_memory > 0), -- bytes that its trainer takes on the CPU; null: not known
    add column gpu_memory bigint check (gpu_memory > 0); -- and on a GPU

alter table attempt
    add column slot             text,             -- name of the worker's slot; null for validations
    add column estimated_memory bigint,           -- bytes, as of the claim
    add column peak_memory      bigint,           -- bytes that the trainer really took
    add column first_step_at    timestamptz;      -- when its first step was over
