-- What the log is looked through by, beside what its calls have in common. Calls are in
-- classes by their tokens and their cost, as they are by their latency; -1 is of rows that a
-- version before has written.
alter table ledger add column tokens_class integer not null default -1;
alter table ledger add column cost_class integer not null default -1;
create index ledger_latency on ledger (latency, time_us);
create index ledger_tokens on ledger (tokens_class, time_us);
create index ledger_cost on ledger (cost_class, time_us);

-- Terms are what few calls may have: an entry of their metadata, a request, a session, an end user. A
-- row tells at which time a call had one, by its digest. Spans are lengths of time, so that
-- what is new goes to few pages; one's id tells when it begins and how long it is
-- (pkg/store/spans.go).
create table ledger_spans (id bigint not null primary key);
create table ledger_terms (
    span bigint not null,
    term bigint not null,
    time_us bigint not null,
    primary key (span, term, time_us)
);

-- As they were, without the ids of calls: those of one microsecond are put in order as they
-- are read.
drop index ledger_series_time;
create index ledger_series_time on ledger (series, time_us);
drop index ledger_log;
create index ledger_log on ledger (time_us, series, outcome);
drop index ledger_failed;
create index ledger_failed on ledger (time_us) where outcome <> 0;
drop index ledger_request; -- it is a term
