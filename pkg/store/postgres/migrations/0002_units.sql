-- Tokens of pictures, and what is charged for beside tokens.
alter table ledger add column image_in bigint not null default 0;
alter table ledger add column image_out bigint not null default 0;
alter table ledger add column units bigint not null default 0;
