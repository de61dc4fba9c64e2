//! The table `server_keys`: keys that the server makes for itself, sealed.

use diesel::prelude::*;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::{
    engine::connection::each,
    error::StoreError,
    row::RowName,
    schema::server_keys,
    sealing::Place,
    sql_types::{IdText, InstantText},
    store::{Changing, Reading},
};

/// What a key of the server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Marks equal secrets.
    Fingerprint,
    /// Signs access tokens.
    AccessToken,
    /// Signs page cursors.
    Cursor,
    /// Signs the tokens by which this server is known to others: workload identity federation.
    Identity,
}

impl Purpose {
    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint",
            Self::AccessToken => "access-token",
            Self::Cursor => "cursor",
            Self::Identity => "identity",
        }
    }
}

/// A key, sealed for [`place`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerKey {
    /// Its identity.
    pub id: Uuid,
    /// What it is for.
    pub purpose: Purpose,
    /// The key, sealed by a [`crate::sealing::Keyring`].
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it makes nothing new; `None` while it is in use.
    pub retired_at: Option<Timestamp>,
}

/// Where a key of this id is sealed for.
pub fn place(id: Uuid) -> Place {
    Place { table: "server_keys", row: id.as_hyphenated().to_string(), column: "sealed" }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = server_keys, treat_none_as_default_value = false)]
struct KeyRow {
    id: IdText,
    purpose: String,
    sealed: Vec<u8>,
    created_at: InstantText,
    retired_at: Option<InstantText>,
}

impl From<ServerKey> for KeyRow {
    fn from(key: ServerKey) -> Self {
        Self {
            id: IdText::from(key.id.as_hyphenated()),
            purpose: key.purpose.name().to_owned(),
            sealed: key.sealed,
            created_at: key.created_at.into(),
            retired_at: key.retired_at.map(InstantText::from),
        }
    }
}

impl KeyRow {
    fn into_key(self, purpose: Purpose) -> Result<ServerKey, StoreError> {
        let name = RowName { table: "server_keys", id: &self.id.0 };
        Ok(ServerKey {
            id: name.parse("id", &self.id.0)?,
            purpose,
            created_at: name.parse("created_at", &self.created_at.0)?,
            retired_at: name.parse_some("retired_at", self.retired_at.as_ref().map(|at| at.0.as_str()))?,
            sealed: self.sealed,
        })
    }
}

/// All keys of a purpose, retired ones too, the newest first.
pub fn all(tx: &mut Reading<'_>, purpose: Purpose) -> Result<Vec<ServerKey>, StoreError> {
    let rows: Vec<KeyRow> = server_keys::table
        .filter(server_keys::purpose.eq(purpose.name()))
        .order((server_keys::created_at.desc(), server_keys::id.desc()))
        .select(KeyRow::as_select())
        .load(tx.0)?;
    rows.into_iter().map(|row| row.into_key(purpose)).collect()
}

/// The key in use for `offered`'s purpose; `offered` itself, now stored, if there was none. Of nodes that start at the
/// same moment one stores its own, and the others get that.
pub fn active_or_insert(tx: &mut Changing<'_>, offered: ServerKey) -> Result<ServerKey, StoreError> {
    let purpose = offered.purpose;
    if let Some(active) = active(tx, purpose)? {
        return Ok(active);
    }
    let row = KeyRow::from(offered);
    each!(&mut *tx.0, |inner| diesel::insert_into(server_keys::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    active(tx, purpose)?.ok_or_else(|| StoreError::Internal(format!("no key for {}", purpose.name())))
}

/// Puts a key in the place of the one in use, which is retired. Of two that do it at once the second is
/// [`StoreError::Stale`].
pub fn replace(tx: &mut Changing<'_>, key: ServerKey, now: Timestamp) -> Result<(), StoreError> {
    let Some(active) = active(tx, key.purpose)? else { return Err(StoreError::Stale) };
    let used = server_keys::table
        .filter(server_keys::id.eq(IdText::from(active.id.as_hyphenated())))
        .filter(server_keys::retired_at.is_null());
    let retired = server_keys::retired_at.eq(Some(InstantText::from(now)));
    if diesel::update(used).set(retired).execute(tx.0)? == 0 {
        return Err(StoreError::Stale);
    }
    let row = KeyRow::from(key);
    each!(&mut *tx.0, |inner| diesel::insert_into(server_keys::table).values(row).execute(inner))?;
    Ok(())
}

/// Forgets the keys of a purpose that were retired before a moment.
pub fn forget_retired(tx: &mut Changing<'_>, purpose: Purpose, before: Timestamp) -> Result<(), StoreError> {
    let old = server_keys::table
        .filter(server_keys::purpose.eq(purpose.name()))
        .filter(server_keys::retired_at.lt(InstantText::from(before)));
    diesel::delete(old).execute(tx.0)?;
    Ok(())
}

fn active(tx: &mut Reading<'_>, purpose: Purpose) -> Result<Option<ServerKey>, StoreError> {
    Ok(all(tx, purpose)?.into_iter().find(|key| key.retired_at.is_none()))
}
