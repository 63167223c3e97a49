-- Sums of the ledger by the minute and by the hour, so that statistics need not read its
-- rows. A series is what calls have in common; its id is a digest of that. The sums are
-- kept twice: by what a call was (kind 1) and by who made it (kind 2), since of both at once
-- there are nearly as many as calls. A row of the ledger names its series of kind 0, which
-- has it all. Who adds rows to the sums marks them as rolled; rows of the version before are
-- found by its absence.
alter table ledger add column outcome integer not null default 0; -- 1 failed, 2 its caller left
alter table ledger add column latency integer not null default 0; -- which of the sums' latency columns counts it

create table ledger_series (
    id bigint not null primary key,
    kind integer not null,
    virtual_key text not null,
    team text not null,
    customer text not null,
    user_id text not null,
    provider text not null,
    model text not null,
    key text not null,
    op text not null,
    node text not null,
    rule_id text not null,
    status integer not null,
    outcome integer not null
);

create table ledger_minutes (
    kind integer not null,
    bucket bigint not null, -- microseconds since 1970, when it begins
    series bigint not null,
    calls bigint not null,
    failed bigint not null,
    canceled bigint not null,
    input bigint not null,
    cache_read bigint not null,
    cache_write bigint not null,
    output bigint not null,
    reasoning bigint not null,
    cost_nano bigint not null,
    took_us bigint not null,
    first_token_us bigint not null,
    first_tokens bigint not null,
    l0 integer not null,
    l1 integer not null,
    l2 integer not null,
    l3 integer not null,
    l4 integer not null,
    l5 integer not null,
    l6 integer not null,
    l7 integer not null,
    l8 integer not null,
    l9 integer not null,
    l10 integer not null,
    l11 integer not null,
    l12 integer not null,
    l13 integer not null,
    l14 integer not null,
    l15 integer not null,
    l16 integer not null,
    l17 integer not null,
    l18 integer not null,
    l19 integer not null,
    l20 integer not null,
    l21 integer not null,
    l22 integer not null,
    l23 integer not null,
    l24 integer not null,
    l25 integer not null,
    l26 integer not null,
    l27 integer not null,
    l28 integer not null,
    l29 integer not null,
    l30 integer not null,
    l31 integer not null,
    l32 integer not null,
    l33 integer not null,
    l34 integer not null,
    l35 integer not null,
    primary key (kind, bucket, series)
);

create table ledger_hours (
    kind integer not null,
    bucket bigint not null, -- microseconds since 1970, when it begins
    series bigint not null,
    calls bigint not null,
    failed bigint not null,
    canceled bigint not null,
    input bigint not null,
    cache_read bigint not null,
    cache_write bigint not null,
    output bigint not null,
    reasoning bigint not null,
    cost_nano bigint not null,
    took_us bigint not null,
    first_token_us bigint not null,
    first_tokens bigint not null,
    l0 integer not null,
    l1 integer not null,
    l2 integer not null,
    l3 integer not null,
    l4 integer not null,
    l5 integer not null,
    l6 integer not null,
    l7 integer not null,
    l8 integer not null,
    l9 integer not null,
    l10 integer not null,
    l11 integer not null,
    l12 integer not null,
    l13 integer not null,
    l14 integer not null,
    l15 integer not null,
    l16 integer not null,
    l17 integer not null,
    l18 integer not null,
    l19 integer not null,
    l20 integer not null,
    l21 integer not null,
    l22 integer not null,
    l23 integer not null,
    l24 integer not null,
    l25 integer not null,
    l26 integer not null,
    l27 integer not null,
    l28 integer not null,
    l29 integer not null,
    l30 integer not null,
    l31 integer not null,
    l32 integer not null,
    l33 integer not null,
    l34 integer not null,
    l35 integer not null,
    primary key (kind, bucket, series)
);

create index ledger_unrolled on ledger (time_us) where not rolled;
create index ledger_series_time on ledger (series, time_us, call_id);
create index ledger_failed on ledger (time_us, call_id) where outcome <> 0;
-- Within an hour, so that new entries go to few pages.
create index ledger_request on ledger ((time_us / 3600000000), request_id);
-- The order of the log, with the series beside it, so that most rows need not be looked at.
create index ledger_log on ledger (time_us, call_id, series, outcome);
drop index ledger_time;
drop index ledger_virtual_key;
