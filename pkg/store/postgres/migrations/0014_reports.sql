-- Reports that are sent by a schedule: which times they are of, and what became of them.
-- Times are microseconds since 1970.
create table report_runs (
    schedule text    not null,
    since_us bigint  not null,
    until_us bigint  not null,
    due_us   bigint  not null,
    state    text    not null, -- waiting, sent or given_up
    tries    bigint  not null,
    ended_us bigint  not null,
    fault    text    not null,
    primary key (schedule, since_us)
);

create index report_runs_due on report_runs (due_us) where state = 'waiting';
