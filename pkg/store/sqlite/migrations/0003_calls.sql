-- What a call has to tell beyond its use. Entries of the version before go on coming in
-- without it: series is 0, and rolled false, until they have been added to the sums.
alter table ledger add column user_id text not null default '';
alter table ledger add column end_user text not null default '';
alter table ledger add column session text not null default '';
alter table ledger add column parent text not null default '';
alter table ledger add column rule_id text not null default '';
alter table ledger add column rule_name text not null default '';
alter table ledger add column fallback integer not null default 0;
alter table ledger add column shadow integer not null default 0;
alter table ledger add column marks text not null default '';
alter table ledger add column class text not null default '';
alter table ledger add column message text not null default '';
alter table ledger add column tries text not null default ''; -- a JSON array, or nothing
alter table ledger add column queue_us integer not null default 0;
alter table ledger add column own_us integer not null default 0;
alter table ledger add column series integer not null default 0; -- of table ledger_series
alter table ledger add column rolled integer not null default 0; -- added to the sums
alter table ledger add column hidden integer not null default 0; -- taken out of the log; it still counts
