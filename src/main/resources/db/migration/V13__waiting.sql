-- What a job that waits is told.

-- Why it was last told that no worker can take it, so that it is told once; null: not told, or some worker could take it since.
alter table job add column misfit text check (misfit in ('model', 'device', 'memory'));

-- how long the newest attempts took
create index attempt_done on attempt (purpose, ended_at desc) where outcome in ('validated', 'succeeded');
