-- One row for each call. Times are microseconds since 1970, money is nano-dollars.
create table ledger (
    call_id        text    not null primary key,
    request_id     text    not null,
    time_us        integer not null,
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
    status         integer not null,
    code           text    not null,
    attempts       integer not null,
    stream         integer not null,
    truncated      integer not null,
    billed         integer not null,
    certainty      integer not null, -- of the usage: 2 measured, 1 estimated, 0 not known
    input          integer not null,
    cache_read     integer not null,
    cache_write    integer not null,
    output         integer not null,
    reasoning      integer not null,
    audio_in       integer not null,
    audio_out      integer not null,
    images         integer not null,
    cost_nano      integer not null,
    took_us        integer not null,
    first_token_us integer not null,
    metadata       text    not null -- a JSON object
) strict;

create index ledger_time on ledger (time_us, call_id);
create index ledger_virtual_key on ledger (virtual_key, time_us);
