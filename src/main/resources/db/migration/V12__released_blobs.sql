-- States of trainings are large, and replaced every few minutes: their bytes are not left lying for an hour like what else nothing refers to.

alter table blob add column released_at timestamptz; -- when one let go of it who knows that it is not needed again; null: nobody, or it was put again

create index blob_released on blob (released_at) where released_at is not null;

create function release_state() returns trigger language plpgsql as $$
begin
    update blob set released_at = now() where sha256 = old.artifact;
    return null;
end
$$;

create trigger state_deleted after delete on resume_checkpoint
    for each row execute function release_state();

create trigger state_replaced after update of artifact on resume_checkpoint
    for each row when (old.artifact <> new.artifact) execute function release_state();
