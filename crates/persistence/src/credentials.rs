//! The tables `credentials` and `credential_secrets`: finding a credential, storing a step of its life together with
//! the audit event. Rules are the domain's; secrets go in and come out sealed.

mod fields;
mod list;
mod row;
mod secrets;

use diesel::prelude::*;
use domain::{
    credential::{Changed, Created, Credential, CredentialRef, Deleted},
    destination::naming::ExternalId,
    ids::{CredentialId, EnvironmentId},
    refusal::Refusal,
};

pub use self::list::{Filter, page};
use self::row::{CredentialRow, Located};
use crate::{
    audit,
    engine::connection::DbConnection,
    error::StoreError,
    schema::{credentials, environment_roles, environments, users},
    scope::{Scope, StandingColumns},
    sealing::Place,
    sql_types::IdText,
    store::{Changing, Reading},
};
pub use crate::{
    destinations::by_credential::{take_back, users_of},
    sorting::Sort,
};

/// Where a secret of a credential is sealed for; `name` is its field's.
pub fn secret_place(id: CredentialId, name: &str) -> Place {
    Place { table: "credential_secrets", row: format!("{id}/{name}"), column: "envelope" }
}

/// Joins a credential with its environment, the caller, and the caller's role there: one statement finds the row
/// and what the caller may do with it.
macro_rules! seen_by {
    ($user:expr) => {
        credentials::table
            .inner_join(environments::table.on(environments::id.eq(credentials::environment_id)))
            .inner_join(users::table.on(users::id.eq(IdText::from($user))))
            .left_join(
                environment_roles::table.on(environment_roles::user_id
                    .eq(users::id)
                    .and(environment_roles::environment_id.eq(credentials::environment_id))),
            )
            .select((
                CredentialRow::as_select(),
                (environments::organization_id, environments::flag),
                (users::is_staff, environment_roles::role.nullable()),
            ))
    };
}

type Found = (CredentialRow, (i64, String), StandingColumns);

/// The credential, if the scope's user may do with it what the scope is for.
pub fn get_for(tx: &mut Reading<'_>, scope: &Scope, id: CredentialId) -> Result<Credential, StoreError> {
    let found: Option<Found> =
        seen_by!(scope.user).filter(credentials::id.eq(IdText::from(id))).first(tx.0).optional()?;
    admitted(tx, scope, found)?.ok_or(StoreError::NotFound)
}

/// The credential that the caller's own key names in an environment, if there is one and the scope's user may do
/// with it what the scope is for.
pub fn find_by_external_id(
    tx: &mut Reading<'_>,
    scope: &Scope,
    environment: EnvironmentId,
    external_id: &ExternalId,
) -> Result<Option<Credential>, StoreError> {
    let found: Option<Found> = seen_by!(scope.user)
        .filter(credentials::environment_id.eq(IdText::from(environment)))
        .filter(credentials::external_id.eq(external_id.as_str()))
        .first(tx.0)
        .optional()?;
    admitted(tx, scope, found)
}

fn admitted(
    tx: &mut Reading<'_>,
    scope: &Scope,
    found: Option<Found>,
) -> Result<Option<Credential>, StoreError> {
    let Some((row, (organization_id, flag), standing)) = found else { return Ok(None) };
    scope.admit(standing)?;
    let secrets = secrets::of(tx, &row.id)?;
    Credential::try_from(Located { row, secrets, organization_id, flag }).map(Some)
}

/// What a destination keeps of the credential, if the environment has it. Whether the caller may see that
/// environment is asked with the destination. Until this transaction has ended the credential is neither changed nor
/// deleted, so that whoever does that sees who uses it.
pub fn credential_ref(
    tx: &mut Changing<'_>,
    environment: EnvironmentId,
    id: CredentialId,
) -> Result<Option<CredentialRef>, StoreError> {
    let query = credentials::table
        .filter(credentials::id.eq(IdText::from(id)))
        .filter(credentials::environment_id.eq(IdText::from(environment)))
        .select(credentials::strategy);
    let found: QueryResult<String> = match &mut *tx.0 {
        DbConnection::Postgres(inner) => query.for_share().get_result(inner),
        // There is one writer.
        DbConnection::Sqlite(inner) => query.get_result(inner),
    };
    let Some(strategy) = found.optional()? else { return Ok(None) };
    row::parse_strategy(id, &strategy).map(|strategy| Some(CredentialRef { id, strategy }))
}

/// Stores a credential just made. An id or external id that exists is [`StoreError::Duplicate`].
pub fn create(tx: &mut Changing<'_>, created: &Created) -> Result<(), StoreError> {
    let row = CredentialRow::from(&created.credential);
    diesel::insert_into(credentials::table).values(row).execute(tx.0)?;
    secrets::store(tx, &created.credential)?;
    audit::append(tx, &created.event)
}

/// Stores a change, if the credential is still as it was when the change was made; else [`StoreError::Stale`].
/// A change without an event changed nothing, and nothing is written. What it means for the destinations that use
/// the credential is [`take_back`]'s to do.
pub fn update(tx: &mut Changing<'_>, changed: &Changed) -> Result<(), StoreError> {
    let Some(event) = &changed.event else { return Ok(()) };
    let seen = credentials::table
        .filter(credentials::id.eq(IdText::from(changed.credential.id)))
        .filter(credentials::version.eq(changed.seen_version));
    let rows = diesel::update(seen).set(CredentialRow::from(&changed.credential)).execute(tx.0)?;
    if rows == 0 {
        return Err(StoreError::Stale);
    }
    secrets::store(tx, &changed.credential)?;
    audit::append(tx, event)
}

/// Keeps the credential for this transaction: no further destination takes it, and one that was about to is waited
/// for. Belongs before asking who uses a credential that is to be deleted.
pub fn keep(tx: &mut Changing<'_>, id: CredentialId) -> Result<(), StoreError> {
    let query = credentials::table.filter(credentials::id.eq(IdText::from(id))).select(credentials::id);
    match &mut *tx.0 {
        DbConnection::Postgres(inner) => query.for_update().get_result::<IdText>(inner).map(drop)?,
        DbConnection::Sqlite(_) => {}
    }
    Ok(())
}

/// Deletes, if the credential is still as it was when that was allowed, else [`StoreError::Stale`]; and if no
/// destination uses it, else [`Refusal::CredentialInUse`]. Its secrets go with it, the audit trail stays.
pub fn delete(tx: &mut Changing<'_>, deleted: &Deleted) -> Result<(), StoreError> {
    let seen = credentials::table
        .filter(credentials::id.eq(IdText::from(deleted.id)))
        .filter(credentials::version.eq(deleted.seen_version));
    match diesel::delete(seen).execute(tx.0).map_err(StoreError::from) {
        Ok(0) => Err(StoreError::Stale),
        Ok(_) => audit::append(tx, &deleted.event),
        // The only foreign key that can break here is a destination's.
        Err(StoreError::NotFound) => Err(Refusal::CredentialInUse.into()),
        Err(other) => Err(other),
    }
}
