-- The ledger day by day, so that what is old is dropped and not deleted row by row. The id
-- of a call begins with its time in milliseconds, so a day is a range of ids, and an id is
-- unique over all days; the version before writes as it did. What there is becomes one
-- part, up to the end of today. Later days are made ahead (pkg/store/days.go); rows that
-- belong to none are in ledger_rest.
alter table ledger rename to ledger_before;
alter index ledger_pkey rename to ledger_before_pkey;
alter index ledger_unrolled rename to ledger_before_unrolled;
alter index ledger_series_time rename to ledger_before_series_time;
alter index ledger_failed rename to ledger_before_failed;
alter index ledger_request rename to ledger_before_request;
alter index ledger_log rename to ledger_before_log;

create table ledger (like ledger_before including defaults) partition by range (call_id);
alter table ledger add primary key (call_id);
create index ledger_unrolled on ledger (time_us) where not rolled;
create index ledger_series_time on ledger (series, time_us, call_id);
create index ledger_failed on ledger (time_us, call_id) where outcome <> 0;
create index ledger_request on ledger ((time_us / 3600000000), request_id);
create index ledger_log on ledger (time_us, call_id, series, outcome);
create table ledger_rest partition of ledger default;

do $$
declare
    tomorrow text := lpad(to_hex((extract(epoch from date_trunc('day', now() at time zone 'utc') + interval '1 day') * 1000)::bigint), 12, '0');
begin
    execute format('with moved as (delete from ledger_before where call_id >= %L returning *) insert into ledger_rest select * from moved', tomorrow);
    execute format('alter table ledger attach partition ledger_before for values from (minvalue) to (%L)', tomorrow);
end $$;
