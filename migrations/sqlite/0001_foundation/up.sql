-- Organizations, people, roles, keys of the server, destinations, attempts to verify them, and the audit trail.
--
-- Ids are UUID text in lower case; times are RFC 3339 in UTC with milliseconds, 24 characters, so that text order
-- is time order. The row code checks every text it reads; a CHECK here promises what a query relies on.

create table organizations (
    -- AUTOINCREMENT: the number of a deleted organization is never given to another one.
    id integer primary key autoincrement,
    name text not null,
    created_at text not null constraint organizations_time_is_sortable check (length(created_at) = 24)
) strict;

create table environments (
    id text not null primary key,
    organization_id integer not null references organizations (id),
    name text not null,
    flag text not null,
    created_at text not null constraint environments_time_is_sortable check (length(created_at) = 24)
) strict;

-- Pages of an organization's environments, oldest first.
create index environments_by_organization on environments (organization_id, created_at, id);

create table users (
    id text not null primary key,
    name text not null,
    is_staff integer not null constraint users_staff_is_boolean check (is_staff in (0, 1)),
    created_at text not null
) strict;

create table organization_roles (
    organization_id integer not null references organizations (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    role text not null,
    -- One role per person and organization; led by the person, which is how every request asks.
    primary key (user_id, organization_id)
) strict, without rowid;

-- The people of an organization.
create index organization_roles_by_organization on organization_roles (organization_id, user_id);

create table environment_roles (
    environment_id text not null references environments (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    role text not null,
    -- One role per person and environment; led by the person, which is how every request asks.
    primary key (user_id, environment_id)
) strict, without rowid;

-- The people of an environment.
create index environment_roles_by_environment on environment_roles (environment_id, user_id);

create table api_keys (
    id text not null primary key,
    user_id text not null references users (id) on delete cascade,
    name text not null,
    jwks text not null,
    created_at text not null,
    last_used_at text
) strict;

-- The keys of a person, oldest first.
create index api_keys_by_user on api_keys (user_id, created_at, id);

create table server_keys (
    id text not null primary key,
    purpose text not null,
    sealed blob not null,
    created_at text not null,
    retired_at text
) strict;

-- At most one key of each purpose is in use.
create unique index server_keys_one_active on server_keys (purpose) where retired_at is null;

create table destinations (
    id text not null primary key,
    environment_id text not null references environments (id),
    external_id text,
    name text not null,
    -- The name without case: sorted, searched and compared by.
    name_key text not null,
    status text not null,
    type text,
    endpoint text,
    type_id text,
    product_id text,
    settings text not null,
    credential_id text,
    verification_method text not null,
    token_envelope blob,
    token_fingerprint text,
    token_version integer,
    token_updated_at text,
    verified_at text,
    verified_skipped integer,
    verified_fingerprint text,
    configuration_revision integer not null,
    last_attempt_id text,
    last_attempt_outcome text,
    last_attempt_at text,
    version integer not null,
    created_at text not null constraint destinations_creation_is_sortable check (length(created_at) = 24),
    updated_at text not null constraint destinations_update_is_sortable check (length(updated_at) = 24),
    constraint destinations_verified_has_proof check (
        (status = 'verified') = (verified_at is not null)
        and (verified_at is null) = (verified_skipped is null)
        and (verified_at is null) = (verified_fingerprint is null)
    ),
    constraint destinations_token_is_whole check (
        (token_envelope is null) = (token_fingerprint is null)
        and (token_envelope is null) = (token_version is null)
        and (token_envelope is null) = (token_updated_at is null)
    ),
    constraint destinations_attempt_is_whole check (
        (last_attempt_id is null) = (last_attempt_outcome is null)
        and (last_attempt_id is null) = (last_attempt_at is null)
    )
) strict;

-- A caller's own key names one destination in its environment.
create unique index destinations_external_id on destinations (environment_id, external_id)
    where external_id is not null;
-- One index per sort order of the list.
create index destinations_by_creation on destinations (environment_id, created_at, id);
create index destinations_by_name on destinations (environment_id, name_key, id);
create index destinations_by_update on destinations (environment_id, updated_at, id);
-- Filters that leave few of many rows, in the default order.
create index destinations_by_exact_name on destinations (environment_id, name_key, created_at, id);
create index destinations_by_status on destinations (environment_id, status, created_at, id);
create index destinations_by_product on destinations (environment_id, type_id, product_id, created_at, id)
    where type_id is not null;
-- Also answers which destinations use a credential.
create index destinations_by_credential on destinations (credential_id, environment_id, created_at, id)
    where credential_id is not null;
-- Which master keys the stored secrets need: bytes 4 to 11 of an envelope name its key.
create index destinations_by_token_key on destinations (hex(substr(token_envelope, 4, 8)))
    where token_envelope is not null;

create table verifications (
    id text not null primary key,
    destination_id text not null references destinations (id) on delete cascade,
    outcome text not null,
    mode text not null,
    data_model text,
    event_type text,
    checks text not null,
    request text,
    response text,
    started_at text not null constraint verifications_time_is_sortable check (length(started_at) = 24),
    duration_ms integer not null
) strict;

-- The history of a destination, newest first.
create index verifications_by_destination on verifications (destination_id, started_at, id);

create table verification_leases (
    -- The key is the rule: one attempt at a time per destination, on all nodes.
    destination_id text not null primary key references destinations (id) on delete cascade,
    verification_id text not null,
    expires_at text not null constraint verification_leases_time_is_sortable check (length(expires_at) = 24)
) strict, without rowid;

create table audit_events (
    id text not null primary key,
    -- No foreign keys: the trail outlives what it tells of.
    organization_id integer,
    environment_id text,
    actor text,
    action text not null,
    resource_kind text not null,
    resource_id text not null,
    request_id text,
    changes text not null,
    at text not null constraint audit_events_time_is_sortable check (length(at) = 24)
) strict;

-- The trail of an organization in order of time.
create index audit_events_by_organization on audit_events (organization_id, at, id);
