-- People and pipelines as accounts of their own, the keys they sign with, and the assertions they have used.

alter table users add column kind text not null default 'person';
-- The organization a service account belongs to; a person has none.
alter table users add column home_organization_id integer references organizations (id);
-- Who a person is at the identity provider.
alter table users add column issuer text;
alter table users add column subject text;
-- A removed user stays for the trail, and may do nothing.
alter table users add column removed_at text;
alter table users add column version integer not null default 1;

create unique index users_subject on users (issuer, subject);

-- The service accounts of an organization, oldest first.
create index users_by_home on users (home_organization_id, created_at, id) where home_organization_id is not null;

-- Of the first migration; nothing has ever been stored in it.
drop table api_keys;

create table api_keys (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    name text not null,
    -- One of the two: the public keys themselves, or where they are published.
    jwks text,
    jwks_url text,
    created_at text not null,
    updated_at text not null,
    last_used_at text,
    version integer not null,
    constraint api_keys_one_source check ((jwks is null) <> (jwks_url is null))
) strict;

-- The keys of a user, oldest first.
create index api_keys_by_user on api_keys (user_id, created_at, id);

-- What makes an assertion good for one token only. The digest is of the client and the `jti`.
create table used_assertions (
    digest text not null primary key,
    ends_at text not null
) strict, without rowid;

-- Those whose assertion has ended anyway.
create index used_assertions_by_end on used_assertions (ends_at);
