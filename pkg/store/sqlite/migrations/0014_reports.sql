-- Reports that are sent by a schedule: which times they are of, and what became of them.
-- Times are microseconds since 1970.
create table report_runs (
    schedule text    not null,
    since_us integer not null,
    until_us integer not null,
    due_us   integer not null,
    state    text    not null, -- waiting, sent or given_up
    tries    integer not null,
    ended_us integer not null,
    fault    text    not null,
    primary key (schedule, since_us)
) strict;

create index report_runs_due on report_runs (due_us) where state = 'waiting';
