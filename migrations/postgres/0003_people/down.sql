-- Back to users without accounts and keys. Those that may do nothing are left out of every organization already.

drop table used_assertions;
drop table api_keys;
create table api_keys (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    name text not null,
    jwks json not null,
    created_at timestamptz not null,
    last_used_at timestamptz
);
create index api_keys_by_user on api_keys (user_id, created_at, id);
drop index users_by_home;
drop index users_subject;
alter table users drop column version;
alter table users drop column removed_at;
alter table users drop column subject;
alter table users drop column issuer;
alter table users drop column home_organization_id;
alter table users drop column kind;
