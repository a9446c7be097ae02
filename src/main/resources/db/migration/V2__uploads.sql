-- Uploads in parts: the parts are put together when the upload is completed, and are a file from then on.

alter table upload
    add column lifetime_seconds bigint,           -- of the file, from its creation
    add column file text references file,
    add check ((status = 'completed') = (file is not null));
create index upload_open on upload (expires_at) where status = 'pending';

-- What an upload has received. Parts are let go of when it ends, however it ends.
create table upload_part (
    id         text primary key,
    upload     text not null references upload,
    blob       text not null references blob,
    bytes      bigint not null,
    created_at timestamptz not null default now()
);
create index upload_part_by_upload on upload_part (upload);
create index upload_part_by_blob on upload_part (blob);
