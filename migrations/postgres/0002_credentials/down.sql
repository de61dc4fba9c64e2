-- Back to destinations without credentials and signing secrets; the rows themselves stay.

drop index server_keys_by_key;
drop index credential_secrets_by_key;
drop index destinations_by_signing_key;
drop index destinations_by_token_key;
create index destinations_by_token_key on destinations (upper(encode(substr(token_envelope, 4, 8), 'hex')))
    where token_envelope is not null;

-- What was proved with a credential is not proved without it.
update destinations
set status = 'configured',
    verified_at = null,
    verified_skipped = null,
    verified_fingerprint = null,
    configuration_revision = configuration_revision + 1,
    version = version + 1
where credential_id is not null and status = 'verified';

alter table destinations drop column signing_updated_at;
alter table destinations drop column signing_version;
alter table destinations drop column signing_fingerprint;
alter table destinations drop column signing_envelope;
alter table destinations drop column credential_strategy;
alter table destinations drop constraint destinations_credential_id_fkey;
update destinations set credential_id = null where credential_id is not null;

drop table credential_secrets;
drop table credentials;
