-- Auth credentials, their sealed secrets, and what a destination keeps of them; a destination's signing secret.

create table credentials (
    id uuid primary key,
    environment_id uuid not null references environments (id),
    external_id text collate "C",
    name text not null,
    -- The name without case: sorted, searched and compared by.
    name_key text collate "C" not null,
    strategy text collate "C" not null,
    -- What is no secret, by field name.
    fields json not null,
    version bigint not null,
    -- Counts changes of fields and secrets.
    revision bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

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
    credential_id uuid not null references credentials (id) on delete cascade,
    -- The field's name.
    name text collate "C" not null,
    envelope bytea not null,
    fingerprint text not null,
    version bigint not null,
    updated_at timestamptz not null,
    primary key (credential_id, name)
);

alter table destinations add foreign key (credential_id) references credentials (id);
-- Beside the id, so that reading a destination needs no join; a credential never changes its strategy.
alter table destinations add column credential_strategy text;
alter table destinations add constraint destinations_credential_is_whole check (
    (credential_id is null) = (credential_strategy is null)
);
alter table destinations add column signing_envelope bytea;
alter table destinations add column signing_fingerprint text;
alter table destinations add column signing_version bigint;
alter table destinations add column signing_updated_at timestamptz;
alter table destinations add constraint destinations_signing_is_whole check (
    (signing_envelope is null) = (signing_fingerprint is null)
    and (signing_envelope is null) = (signing_version is null)
    and (signing_envelope is null) = (signing_updated_at is null)
);

-- Which master key each sealed value needs, and the values of one master key in the order of their rows. Bytes 4
-- to 11 of an envelope name its key; the second expression is the row's part of what the envelope is bound to.
drop index destinations_by_token_key;
create index destinations_by_token_key
    on destinations (upper(encode(substr(token_envelope, 4, 8), 'hex')), (id::text))
    where token_envelope is not null;
create index destinations_by_signing_key
    on destinations (upper(encode(substr(signing_envelope, 4, 8), 'hex')), (id::text))
    where signing_envelope is not null;
create index credential_secrets_by_key
    on credential_secrets (upper(encode(substr(envelope, 4, 8), 'hex')), (credential_id::text || '/' || name));
create index server_keys_by_key on server_keys (upper(encode(substr(sealed, 4, 8), 'hex')), (id::text));
