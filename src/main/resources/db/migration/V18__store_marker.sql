-- Which artifact store this database's blobs lie in: the store holds the same id.

create table store_marker (
    one boolean primary key default true check (one),
    id text not null
);
