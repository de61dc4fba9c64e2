//! The table `credential_secrets`: one row per secret field that has a value.

use diesel::prelude::*;
use domain::credential::Credential;

use crate::{
    engine::connection::each,
    error::StoreError,
    schema::credential_secrets,
    sql_types::{IdText, InstantText},
    store::{Changing, Reading},
};

/// Every column, in the order of the table.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = credential_secrets)]
pub(super) struct SecretRow {
    pub(super) credential_id: IdText,
    pub(super) name: String,
    pub(super) envelope: Vec<u8>,
    pub(super) fingerprint: String,
    pub(super) version: i64,
    pub(super) updated_at: InstantText,
}

/// The secrets of a credential.
pub(super) fn of(tx: &mut Reading<'_>, credential: &IdText) -> Result<Vec<SecretRow>, StoreError> {
    let query = credential_secrets::table.filter(credential_secrets::credential_id.eq(credential));
    Ok(query.select(SecretRow::as_select()).load(tx.0)?)
}

/// The secrets of some credentials, in no order.
pub(super) fn of_all(tx: &mut Reading<'_>, credentials: Vec<IdText>) -> Result<Vec<SecretRow>, StoreError> {
    if credentials.is_empty() {
        return Ok(Vec::new());
    }
    let query = credential_secrets::table.filter(credential_secrets::credential_id.eq_any(credentials));
    Ok(query.select(SecretRow::as_select()).load(tx.0)?)
}

/// Makes the stored secrets the credential's. Those that are the same already are not written, so that an envelope
/// which was wrapped anew in the meantime stays.
pub(super) fn store(tx: &mut Changing<'_>, credential: &Credential) -> Result<(), StoreError> {
    let id = IdText::from(credential.id);
    let stored: Vec<(String, String, i64)> = credential_secrets::table
        .filter(credential_secrets::credential_id.eq(id.clone()))
        .select((credential_secrets::name, credential_secrets::fingerprint, credential_secrets::version))
        .load(tx.0)?;
    let is_kept = |(name, fingerprint, version): &(String, String, i64)| {
        credential.secrets.iter().any(|(known, secret)| {
            known == name && secret.sealed.fingerprint == *fingerprint && secret.version == *version
        })
    };
    let (kept, gone): (Vec<_>, Vec<_>) = stored.into_iter().partition(is_kept);
    if !gone.is_empty() {
        let names: Vec<String> = gone.into_iter().map(|(name, ..)| name).collect();
        let old = credential_secrets::table
            .filter(credential_secrets::credential_id.eq(id.clone()))
            .filter(credential_secrets::name.eq_any(names));
        diesel::delete(old).execute(tx.0)?;
    }
    let rows: Vec<SecretRow> = credential
        .secrets
        .iter()
        .filter(|(name, _)| !kept.iter().any(|(known, ..)| known == name))
        .map(|(name, secret)| SecretRow {
            credential_id: id.clone(),
            name: (*name).to_owned(),
            envelope: secret.sealed.envelope.clone(),
            fingerprint: secret.sealed.fingerprint.clone(),
            version: secret.version,
            updated_at: secret.updated_at.into(),
        })
        .collect();
    if !rows.is_empty() {
        each!(&mut *tx.0, |inner| diesel::insert_into(credential_secrets::table)
            .values(rows)
            .execute(inner))?;
    }
    Ok(())
}
