-- One row for each call. Times are microseconds since 1970, money is nano-dollars.
create table ledger (
    call_id        text    not null primary key,
    request_id     text    not null,
    time_us        bigint  not null,
    node           text    not null,
    worker         text    not null,
    dialect        text    not null,
    op             text    not null,
    provider       text    not null,
    model          text    not null,
    key            text    not null,
    virtual_key    text    not null,
    team           text    not null,
    customer       text    not null,
    status         bigint  not null,
    code           text    not null,
    attempts       bigint  not null,
    stream         boolean not null,
    truncated      boolean not null,
    billed         boolean not null,
    certainty      bigint  not null, -- of the usage: 2 measured, 1 estimated, 0 not known
    input          bigint  not null,
    cache_read     bigint  not null,
    cache_write    bigint  not null,
    output         bigint  not null,
    reasoning      bigint  not null,
    audio_in       bigint  not null,
    audio_out      bigint  not null,
    images         bigint  not null,
    cost_nano      bigint  not null,
    took_us        bigint  not null,
    first_token_us bigint  not null,
    metadata       jsonb   not null -- an object
);

create index ledger_time on ledger (time_us, call_id);
create index ledger_virtual_key on ledger (virtual_key, time_us);
