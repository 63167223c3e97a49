-- What was said in calls, where that is kept; day by day, as the ledger is. Its id is the
-- call's time in microseconds, times 1024, and a few bits more, so that its order is that of
-- time (pkg/store/transcripts.go).
create table call_bodies (
    call_id text not null primary key,
    id bigint not null,
    bytes bigint not null, -- of content
    content bytea not null, -- JSON, compressed by Zstandard
    words tsvector not null
) partition by range (call_id);
alter table call_bodies alter column content set storage external;
create index call_bodies_bytes on call_bodies (id, bytes);
create index call_bodies_words on call_bodies using gin (words);
create table call_bodies_rest partition of call_bodies default;
