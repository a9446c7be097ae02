-- The artifact store's blobs, and the files and uploads that clients see.

-- The artifact store of this database holds the same id. The table has at most one row.
create table store_marker (
    one boolean primary key default true check (one),
    id  text not null
);

-- Bytes in the artifact store, by checksum. The service writes the row after the bytes are whole and durable.
-- A blob lives while a foreign key refers to it, and for some time after it was put or released.
create table blob (
    sha256      text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    size        bigint not null check (size >= 0),     -- bytes
    created_at  timestamptz not null default now(),    -- when a client or a worker put it last
    released_at timestamptz                            -- when a training released it for good; null if put again
);
create index blob_released on blob (released_at) where released_at is not null;

-- A deleted file keeps its row, since jobs name it. A file holds its blob exactly until its deletion.
create table file (
    id         text primary key,
    project_id text not null references project,
    filename   text not null,
    purpose    text not null,
    bytes      bigint not null,
    blob       text references blob,
    status     text not null check (status in ('uploaded', 'processed', 'error')),
    rows       integer,                                -- null: the file is not rows
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    deleted_at timestamptz,
    check ((deleted_at is null) = (blob is not null))
);
create index file_by_age on file (project_id, created_at desc, id desc) where deleted_at is null;
create index file_by_blob on file (blob);

-- A file that comes in parts. A completed upload has become a file, and no other upload has one.
create table upload (
    id               text primary key,
    project_id       text not null references project,
    filename         text not null,
    purpose          text not null,
    bytes            bigint not null,                  -- announced size of the whole file
    lifetime_seconds bigint,                           -- of the file, from its creation; null: the file does not expire
    status           text not null check (status in ('pending', 'completed', 'cancelled', 'expired')),
    file             text references file,
    created_at       timestamptz not null default now(),
    expires_at       timestamptz not null,
    check ((status = 'completed') = (file is not null))
);
create index upload_open on upload (expires_at) where status = 'pending';

-- The parts that a pending upload has received. The transaction that ends the upload deletes them.
create table upload_part (
    id         text primary key,
    upload     text not null references upload,
    blob       text not null references blob,
    bytes      bigint not null,
    created_at timestamptz not null default now()
);
create index upload_part_by_upload on upload_part (upload);
create index upload_part_by_blob on upload_part (blob);
