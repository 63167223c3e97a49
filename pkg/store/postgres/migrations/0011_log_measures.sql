-- With the numbers themselves, so that of a class that is but partly meant no rows need be
-- looked at that are not.
drop index ledger_latency;
create index ledger_latency on ledger (latency, time_us, took_us);
drop index ledger_tokens;
create index ledger_tokens on ledger (tokens_class, time_us, (input + output));
drop index ledger_cost;
create index ledger_cost on ledger (cost_class, time_us, cost_nano);
