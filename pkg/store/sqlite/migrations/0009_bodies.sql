-- What was said in calls, where that is kept. Its id is the call's time in microseconds,
-- times 1024, and a few bits more, so that its order is that of time (pkg/store/transcripts.go).
create table call_bodies (
    id integer not null primary key,
    call_id text not null unique,
    bytes integer not null, -- of content
    content blob not null -- JSON, compressed by Zstandard
) strict;
create index call_bodies_bytes on call_bodies (id, bytes);

-- The words that were said. It keeps no text of its own.
create virtual table call_words using fts5(
    words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
);
create trigger call_bodies_gone after delete on call_bodies begin
    delete from call_words where rowid = old.id;
end;
