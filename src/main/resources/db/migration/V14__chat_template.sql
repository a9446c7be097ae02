-- What chat templates are told beside the conversation.

alter table job
    -- variables by name; json, not jsonb: they are shown and handed on as they were asked for
    add column chat_template_kwargs json not null default '{}',
    -- the time that templates print, fixed when validation is claimed first, so that all attempts see the same tokens
    add column rendered_at timestamptz;

update job set rendered_at = created_at where resolved is not null and finished_at is null;

alter table job add constraint job_dated_once_validated check (status not in ('queued', 'running') or rendered_at is not null);
