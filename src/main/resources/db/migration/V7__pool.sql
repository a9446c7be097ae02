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

-- A claim walks one of these in its order and finds in it all that it asks for, so that jobs that fit nobody cost it next to nothing.
drop index job_waiting;
create index job_to_validate on job (priority desc, created_at, id, model)
    where status = 'validating_files' and not claimed;
create index job_to_train on job (priority desc, created_at, id, model, coalesce(cpu_memory, 0), coalesce(gpu_memory, 0))
    where status = 'queued' and not claimed;
create index attempt_of_worker on attempt (worker) where ended_at is null;

-- What a job's life rewrites finds room in its page.
alter table job set (fillfactor = 60);
alter table attempt set (fillfactor = 80);
