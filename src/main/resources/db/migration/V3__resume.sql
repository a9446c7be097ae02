-- A paused job keeps what it has learned: the state of its training after a finished step, from which a later attempt goes on.

alter table attempt drop constraint attempt_outcome_check;
alter table attempt add constraint attempt_outcome_check check (outcome in
    ('validated', 'succeeded', 'failed', 'cancelled', 'paused', 'crashed', 'lost', 'released'));

-- Private to the job, unlike its published checkpoints; gone when the job ends.
create table resume_checkpoint (
    job        text not null references job,
    attempt    integer not null,                 -- that saved it: it has the metrics of all steps up to this one
    step       integer not null check (step > 0),
    artifact   text not null references blob,
    created_at timestamptz not null default now(),
    primary key (job, attempt, step),
    foreign key (job, attempt) references attempt (job, number)
);
