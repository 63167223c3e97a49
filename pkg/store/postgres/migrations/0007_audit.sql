-- Who changed what by the admin API: a chain, each row with the hash of the one before.
create table audit (
    seq        bigint not null primary key, -- from 1, without a gap
    time_us    bigint not null,
    kind       text   not null,
    caller_id  text   not null,
    name       text   not null,
    address    text   not null,
    request_id text   not null,
    operation  text   not null,
    object     text   not null,
    outcome    text   not null,
    status     bigint not null,
    code       text   not null,
    changes    text   not null, -- JSON, hashed as it is
    previous   text   not null,
    hash       text   not null
);

create index audit_time on audit (time_us);
