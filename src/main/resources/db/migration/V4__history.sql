-- What is told about a job beside its events, and what makes its lists quick.

-- What the check of a job's files came to; written in the transaction that ends the attempt, whether they passed or not.
create table validation (
    job        text primary key references job,
    passed     boolean not null,
    report     jsonb not null,
    created_at timestamptz not null default now()
);

-- metadata[key]=value in lists of jobs
create index job_by_metadata on job using gin (metadata jsonb_path_ops);
