-- Auth credentials, their sealed secrets, and what a destination keeps of them; a destination's signing secret.

create table credentials (
    id text not null primary key,
    environment_id text not null references environments (id),
    external_id text,
    name text not null,
    -- The name without case: sorted, searched and compared by.
    name_key text not null,
    strategy text not null,
    -- What is no secret, by field name.
    fields text not null,
    version integer not null,
    -- Counts changes of fields and secrets.
    revision integer not null,
    created_at text not null constraint credentials_creation_is_sortable check (length(created_at) = 24),
    updated_at text not null constraint credentials_update_is_sortable check (length(updated_at) = 24)
) strict;

-- A caller's own key names one credential in its environment.
create unique index credentials_external_id on credentials (environment_id, external_id)
    where external_id is not null;
-- One index per sort order of the list; the one by name also finds a name.
create index credentials_by_creation on credentials (environment_id, created_at, id);
create index credentials_by_name on credentials (environment_id, name_key, id);
create index credentials_by_update on credentials (environment_id, updated_at, id);
-- A filter that leaves few of many rows, in the default order.
create index credentials_by_strategy on credentials (environment_id, strategy, created_at, id);

create table credential_secrets (
    credential_id text not null references credentials (id) on delete cascade,
    -- The field's name.
    name text not null,
    envelope blob not null,
    fingerprint text not null,
    version integer not null,
    updated_at text not null,
    primary key (credential_id, name)
) strict;

-- SQLite adds a foreign key only together with its column, so the column is made anew. Nothing is lost: no
-- credential existed before. The table itself stays, and with it the rows that point at it; to build it anew would
-- mean to drop it, and dropping a table deletes what refers to its rows unless foreign keys are off, which they
-- cannot be inside the transaction that makes a migration whole or nothing.
drop index destinations_by_credential;
alter table destinations drop column credential_id;
alter table destinations add column credential_id text references credentials (id);
-- Beside the id, so that reading a destination needs no join; a credential never changes its strategy.
alter table destinations add column credential_strategy text constraint destinations_credential_is_whole check (
    (credential_id is null) = (credential_strategy is null)
);
alter table destinations add column signing_envelope blob;
alter table destinations add column signing_fingerprint text;
alter table destinations add column signing_version integer;
alter table destinations add column signing_updated_at text constraint destinations_signing_is_whole check (
    (signing_envelope is null) = (signing_fingerprint is null)
    and (signing_envelope is null) = (signing_version is null)
    and (signing_envelope is null) = (signing_updated_at is null)
);

-- Also answers which destinations use a credential, and lets one be deleted without reading them all.
create index destinations_by_credential on destinations (credential_id, environment_id, created_at, id)
    where credential_id is not null;

-- Which master key each sealed value needs, and the values of one master key in the order of their rows. Bytes 4
-- to 11 of an envelope name its key; the second expression is the row's part of what the envelope is bound to.
drop index destinations_by_token_key;
create index destinations_by_token_key on destinations (hex(substr(token_envelope, 4, 8)), id)
    where token_envelope is not null;
create index destinations_by_signing_key on destinations (hex(substr(signing_envelope, 4, 8)), id)
    where signing_envelope is not null;
create index credential_secrets_by_key on credential_secrets (
    hex(substr(envelope, 4, 8)), credential_id || '/' || name
);
create index server_keys_by_key on server_keys (hex(substr(sealed, 4, 8)), id);
