-- What a routing rule has decided a call by, as JSON; empty where none has, or that is not known.
alter table ledger add column choice text not null default '';
