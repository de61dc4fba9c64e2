//! A row of `credentials`, and how it and the aggregate become each other. Nothing is unsealed here.

use diesel::prelude::*;
use domain::{
    credential::{self, Credential, Strategy},
    destination::naming::{ExternalId, Name},
    environment::EnvironmentRef,
    fault::Faults,
    form::Fields,
    ids::{CredentialId, OrganizationId},
    secret::{SealedText, StoredSecret},
};

use super::{fields, secrets::SecretRow};
use crate::{
    error::StoreError,
    row::RowName,
    schema::credentials,
    sql_types::{IdText, InstantText, JsonText},
};

/// Every column, in the order of the table.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = credentials, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct CredentialRow {
    pub(super) id: IdText,
    environment_id: IdText,
    external_id: Option<String>,
    name: String,
    pub(super) name_key: String,
    strategy: String,
    fields: JsonText,
    version: i64,
    revision: i64,
    pub(super) created_at: InstantText,
    pub(super) updated_at: InstantText,
}

/// A row with its secrets and with what the aggregate needs of its environment.
pub(super) struct Located {
    pub(super) row: CredentialRow,
    pub(super) secrets: Vec<SecretRow>,
    pub(super) organization_id: i64,
    pub(super) flag: String,
}

impl From<&Credential> for CredentialRow {
    fn from(credential: &Credential) -> Self {
        Self {
            id: credential.id.into(),
            environment_id: credential.environment.id.into(),
            external_id: credential.external_id.as_ref().map(ToString::to_string),
            name: credential.name.to_string(),
            name_key: credential.name.key(),
            strategy: credential.strategy.key.to_owned(),
            fields: fields::to_json(&credential.fields).into(),
            version: credential.version,
            revision: credential.revision,
            created_at: credential.created_at.into(),
            updated_at: credential.updated_at.into(),
        }
    }
}

impl TryFrom<Located> for Credential {
    type Error = StoreError;

    fn try_from(located: Located) -> Result<Self, StoreError> {
        let Located { row, secrets, organization_id, flag } = located;
        let name = RowName { table: "credentials", id: &row.id.0 };
        let id = name.parse("id", &row.id.0)?;
        let strategy = parse_strategy(id, &row.strategy)?;
        let environment = EnvironmentRef {
            id: name.parse("environment_id", &row.environment_id.0)?,
            organization: OrganizationId(organization_id),
            flag: RowName { table: "environments", id: &row.environment_id.0 }.parse("flag", &flag)?,
        };
        let external_id = row.external_id.as_deref().map(ExternalId::parse).transpose();
        Ok(Self {
            id,
            environment,
            external_id: external_id.map_err(|_| name.corrupt("external_id"))?,
            name: Name::parse(&row.name).map_err(|_| name.corrupt("name"))?,
            strategy,
            fields: parse_fields(name, strategy, &row.fields)?,
            secrets: parse_secrets(strategy, secrets)?,
            version: row.version,
            revision: row.revision,
            created_at: name.parse("created_at", &row.created_at.0)?,
            updated_at: name.parse("updated_at", &row.updated_at.0)?,
        })
    }
}

/// The strategy of this name; a credential of one that does not exist is corrupt.
pub(super) fn parse_strategy(id: CredentialId, key: &str) -> Result<&'static Strategy, StoreError> {
    let id = id.to_string();
    RowName { table: "credentials", id: &id }.expect("strategy", credential::find_strategy(key))
}

fn parse_fields(name: RowName<'_>, strategy: &Strategy, stored: &JsonText) -> Result<Fields, StoreError> {
    let stored = name.expect("fields", fields::parse(&stored.0))?;
    let mut faults = Faults::default();
    let fields = Fields::parse(strategy.fields, stored, "", &mut faults);
    if faults.is_empty() { Ok(fields) } else { Err(name.corrupt("fields")) }
}

/// The secrets in the order of the strategy's fields, as [`Fields`] are.
fn parse_secrets(
    strategy: &Strategy,
    rows: Vec<SecretRow>,
) -> Result<Vec<(&'static str, StoredSecret)>, StoreError> {
    let names: Vec<&'static str> =
        strategy.fields.iter().filter(|field| field.secret).map(|field| field.name).collect();
    let mut secrets = Vec::new();
    for row in rows {
        let key = format!("{}/{}", row.credential_id.0, row.name);
        let at = RowName { table: "credential_secrets", id: &key };
        let place = at.expect("name", names.iter().position(|name| *name == row.name))?;
        let secret = StoredSecret {
            updated_at: at.parse("updated_at", &row.updated_at.0)?,
            sealed: SealedText { envelope: row.envelope, fingerprint: row.fingerprint },
            version: row.version,
        };
        secrets.push((place, secret));
    }
    secrets.sort_by_key(|(place, _)| *place);
    let named = |(place, secret): (usize, StoredSecret)| names.get(place).map(|name| (*name, secret));
    Ok(secrets.into_iter().filter_map(named).collect())
}
