-- Alerts, what is to be told of them, and silences. What is not searched for is in data,
-- a JSON object. Times are microseconds since 1970.
create table alerts (
    id          text    not null primary key, -- sorts by the time at which it began
    fingerprint text    not null,
    version     bigint  not null,
    rule        text    not null,
    severity    text    not null,
    subject     text    not null,
    state       text    not null,
    resolved_us bigint  not null,
    data        text    not null
);

create unique index alerts_open on alerts (fingerprint) where state <> 'resolved';
create index alerts_resolved on alerts (resolved_us);

create table alert_notices (
    id     text    not null primary key,
    due_us bigint  not null,
    data   text    not null
);

create index alert_notices_due on alert_notices (due_us);

create table alert_silences (
    id       text    not null primary key,
    until_us bigint  not null,
    data     text    not null
);
