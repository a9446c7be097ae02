-- What is tried again, and how long it waits until then.

alter table attempt drop constraint attempt_outcome_check;
alter table attempt add constraint attempt_outcome_check check (outcome in
    ('validated', 'succeeded', 'failed', 'cancelled', 'paused', 'crashed', 'out_of_memory', 'interrupted', 'lost', 'released'));

alter table job
    add column retries integer not null default 0; -- attempts that its surroundings ended since it last got on: each doubles the wait
