-- Tokens of pictures, and what is charged for beside tokens.
alter table ledger add column image_in integer not null default 0;
alter table ledger add column image_out integer not null default 0;
alter table ledger add column units integer not null default 0;
