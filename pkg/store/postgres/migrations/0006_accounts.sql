-- Who may use the admin API. Times are microseconds since 1970, 0 is never.
create table people (
    id              text    not null primary key,
    name            text    not null,
    name_folded     text    not null unique,
    email           text    not null,
    password        text    not null, -- its hash
    role            text    not null,
    teams           jsonb   not null, -- an array
    disabled        boolean not null,
    issuer          text    not null,
    subject         text    not null,
    created_us      bigint  not null,
    updated_us      bigint  not null,
    last_sign_in_us bigint  not null,
    revision        bigint  not null
);

create unique index people_subject on people (issuer, subject) where subject <> '';
create index people_created on people (created_us, id);

create table sessions (
    id         text   not null primary key,
    digest     text   not null unique,
    person     text   not null references people (id) on delete cascade,
    created_us bigint not null,
    used_us    bigint not null,
    expires_us bigint not null,
    address    text   not null,
    agent      text   not null
);

create index sessions_person on sessions (person, created_us);
create index sessions_expires on sessions (expires_us);

create table api_tokens (
    id         text   not null primary key,
    name       text   not null,
    name_folded text not null unique,
    digest     text   not null unique,
    last4      text   not null,
    role       text   not null,
    teams      jsonb  not null, -- an array
    creator    text   not null,
    created_us bigint not null,
    expires_us bigint not null,
    used_us    bigint not null
);

-- Tickets let their callers in once.
create table tickets (
    digest     text   not null primary key,
    caller_id  text   not null,
    caller     jsonb  not null, -- an object
    expires_us bigint not null
);

create index tickets_expires on tickets (expires_us);
