-- What a call has to tell beyond its use. Entries of the version before go on coming in
-- without it: series is 0, and rolled false, until they have been added to the sums.
alter table ledger add column user_id text not null default '';
alter table ledger add column end_user text not null default '';
alter table ledger add column session text not null default '';
alter table ledger add column parent text not null default '';
alter table ledger add column rule_id text not null default '';
alter table ledger add column rule_name text not null default '';
alter table ledger add column fallback bigint not null default 0;
alter table ledger add column shadow boolean not null default false;
alter table ledger add column marks text not null default '';
alter table ledger add column class text not null default '';
alter table ledger add column message text not null default '';
alter table ledger add column tries text not null default ''; -- a JSON array, or nothing
alter table ledger add column queue_us bigint not null default 0;
alter table ledger add column own_us bigint not null default 0;
alter table ledger add column series bigint not null default 0; -- of table ledger_series
alter table ledger add column rolled boolean not null default false; -- added to the sums
alter table ledger add column hidden boolean not null default false; -- taken out of the log; it still counts
