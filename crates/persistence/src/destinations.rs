//! The table `destinations`: finding one, storing a step of its life together with the audit event. Rules are the
//! domain's.

pub(crate) mod by_credential;
mod kept;
mod list;
mod row;
mod step;

use diesel::{dsl::sql, pg::Pg, prelude::*, query_builder::QueryFragment, sql_types::Bool};
use domain::{
    audit::AuditEvent,
    destination::{Applied, Created, Deleted, Destination, naming::ExternalId},
    ids::{DestinationId, EnvironmentId},
};

use self::{
    kept::OfDestinations,
    row::{DestinationRow, Located, differences},
};
pub use self::{
    list::{Filter, Listed, listed, load, page},
    step::{Ended, Step, hold, step},
};
pub use crate::sorting::Sort;
use crate::{
    audit,
    engine::{
        connection::{DbConnection, each},
        prepared::Prepared,
        told::{Beside, Told},
    },
    error::StoreError,
    leases,
    schema::{destinations, environment_roles, environments, users},
    scope::{Scope, StandingColumns},
    sealing::Place,
    sql_types::{Id, IdText},
    store::{Changing, Reading},
    verifications,
};

/// Where a destination's verification token is sealed for.
pub fn token_place(id: DestinationId) -> Place {
    Place { table: "destinations", row: id.to_string(), column: "token_envelope" }
}

/// Where the secret that signs a destination's messages is sealed for.
pub fn signing_place(id: DestinationId) -> Place {
    Place { table: "destinations", row: id.to_string(), column: "signing_envelope" }
}

/// Joins a destination with its environment, the caller, and the caller's role there: one statement finds the row
/// and what the caller may do with it.
macro_rules! seen_by {
    ($user:expr) => {
        destinations::table
            .inner_join(environments::table.on(environments::id.eq(destinations::environment_id)))
            .inner_join(users::table.on(users::id.eq(IdText::from($user))))
            .left_join(
                environment_roles::table.on(environment_roles::user_id
                    .eq(users::id)
                    .and(environment_roles::environment_id.eq(destinations::environment_id))),
            )
    };
}

type Found = (DestinationRow, (i64, String), StandingColumns);

/// The columns of [`Found`].
macro_rules! found {
    () => {
        (
            DestinationRow::as_select(),
            (environments::organization_id, environments::flag),
            (users::is_staff, environment_roles::role.nullable()),
        )
    };
}

/// The destination, if the scope's user may do with it what the scope is for.
pub fn get_for(tx: &mut Reading<'_>, scope: &Scope, id: DestinationId) -> Result<Destination, StoreError> {
    let query = seen_by!(scope.user).filter(destinations::id.eq(IdText::from(id)));
    let found: Option<Found> = each!(&mut *tx.0, |inner| query.select(found!()).first(inner)).optional()?;
    admitted(scope, found)?.ok_or(StoreError::NotFound)
}

/// [`get_for`] with the row kept for this transaction: whoever else wants to change it waits, and then sees what this
/// one has made of it, instead of being told that it came too late.
pub fn get_to_change(
    tx: &mut Changing<'_>,
    scope: &Scope,
    id: DestinationId,
) -> Result<Destination, StoreError> {
    let query = seen_by!(scope.user).filter(destinations::id.eq(IdText::from(id)));
    let found: QueryResult<Found> = match &mut *tx.0 {
        DbConnection::Postgres(inner) => OfDestinations::kept(query.select(found!())).get_result(inner),
        // There is one writer.
        DbConnection::Sqlite(inner) => query.select(found!()).get_result(inner),
    };
    admitted(scope, found.optional()?)?.ok_or(StoreError::NotFound)
}

/// The destination itself, whoever asks: for ending what somebody was allowed to begin.
pub fn get_to_end(tx: &mut Reading<'_>, id: DestinationId) -> Result<Destination, StoreError> {
    let query = destinations::table
        .inner_join(environments::table.on(environments::id.eq(destinations::environment_id)))
        .filter(destinations::id.eq(IdText::from(id)));
    let columns = (environments::organization_id, environments::flag);
    let (row, (organization_id, flag)): (DestinationRow, (i64, String)) =
        each!(&mut *tx.0, |inner| query.select((DestinationRow::as_select(), columns)).get_result(inner))?;
    Destination::try_from(Located { row, organization_id, flag })
}

/// The destination that the caller's own key names in an environment, if there is one and the scope's user may do
/// with it what the scope is for.
pub fn find_by_external_id(
    tx: &mut Reading<'_>,
    scope: &Scope,
    environment: EnvironmentId,
    external_id: &ExternalId,
) -> Result<Option<Destination>, StoreError> {
    let query = seen_by!(scope.user)
        .filter(destinations::environment_id.eq(IdText::from(environment)))
        .filter(destinations::external_id.eq(external_id.as_str()));
    let found: Option<Found> = each!(&mut *tx.0, |inner| query.select(found!()).first(inner)).optional()?;
    admitted(scope, found)
}

fn admitted(scope: &Scope, found: Option<Found>) -> Result<Option<Destination>, StoreError> {
    let Some((row, (organization_id, flag), standing)) = found else { return Ok(None) };
    scope.admit(standing)?;
    Destination::try_from(Located { row, organization_id, flag }).map(Some)
}

/// Whether the scope's user may do with this destination what the scope is for, without reading it.
pub(crate) fn admit(tx: &mut Reading<'_>, scope: &Scope, id: DestinationId) -> Result<(), StoreError> {
    let standing: StandingColumns = seen_by!(scope.user)
        .filter(destinations::id.eq(IdText::from(id)))
        .select((users::is_staff, environment_roles::role.nullable()))
        .first(tx.0)?;
    scope.admit(standing)
}

/// Stores a destination just made. An id or external id that exists is [`StoreError::Duplicate`].
pub fn create(tx: &mut Changing<'_>, created: &Created) -> Result<(), StoreError> {
    let row = DestinationRow::from(&created.destination);
    let insert = diesel::insert_into(destinations::table).values(row);
    match &mut *tx.0 {
        DbConnection::Postgres(inner) => {
            let _one: i64 = Told { write: insert, telling: audit::telling(&created.event), beside: () }
                .get_result(inner)?;
            Ok(())
        }
        DbConnection::Sqlite(inner) => {
            insert.execute(inner)?;
            audit::append(tx, &created.event)
        }
    }
}

/// The destination, if it is still as it was when the step was taken.
macro_rules! seen {
    ($before:expr) => {
        destinations::table
            .filter(destinations::id.eq(IdText::from($before.id)))
            .filter(destinations::version.eq($before.version))
            .filter(destinations::configuration_revision.eq($before.revision))
    };
}

/// Stores a step, if the destination is still as it was when the step was taken; else [`StoreError::Stale`].
/// A step without an event changed nothing, and nothing is written.
pub fn update(tx: &mut Changing<'_>, applied: &Applied) -> Result<(), StoreError> {
    let Some(event) = &applied.event else { return Ok(()) };
    let update = diesel::update(seen!(applied.before)).set(differences(applied));
    match &mut *tx.0 {
        DbConnection::Postgres(inner) => tell(inner, update, event, ()),
        DbConnection::Sqlite(inner) => {
            if Prepared(update).execute(inner)? == 0 {
                return Err(StoreError::Stale);
            }
            audit::append(tx, event)
        }
    }
}

/// What a step writes if nobody else holds the destination, on PostgreSQL. Steps that share a transaction could else wait
/// for each other in a ring.
macro_rules! update_of_free {
    ($applied:expr) => {{
        let is_free = sql::<Bool>("\"destinations\".\"id\" = (SELECT id FROM destinations WHERE id = ")
            .bind::<Id, _>(IdText::from($applied.before.id))
            .sql(" FOR NO KEY UPDATE SKIP LOCKED)");
        diesel::update(seen!($applied.before).filter(is_free)).set(differences($applied))
    }};
}

/// [`update`] that waits for nobody: a destination that somebody else holds is [`StoreError::Stale`] at once.
fn update_if_free(tx: &mut Changing<'_>, applied: &Applied) -> Result<(), StoreError> {
    match (&mut *tx.0, &applied.event) {
        (DbConnection::Postgres(inner), Some(event)) => tell(inner, update_of_free!(applied), event, ()),
        _ => update(tx, applied),
    }
}

/// [`update_if_free`] with the attempt that it comes from: its lease is given back, and it is written down.
fn end_attempt(tx: &mut Changing<'_>, Ended { applied, verification }: &Ended) -> Result<(), StoreError> {
    match (&mut *tx.0, &applied.event) {
        (DbConnection::Postgres(inner), Some(event)) => {
            let release = leases::releasing(verification.destination, verification.id);
            let beside = Beside(release, verifications::telling(verification));
            tell(inner, update_of_free!(applied), event, beside)
        }
        _ => {
            leases::release(tx, verification.destination, verification.id)?;
            verifications::insert(tx, verification)?;
            update(tx, applied)
        }
    }
}

fn tell(
    connection: &mut PgConnection,
    write: impl QueryFragment<Pg>,
    event: &AuditEvent,
    beside: impl QueryFragment<Pg>,
) -> Result<(), StoreError> {
    let changed: i64 = Told { write, telling: audit::telling(event), beside }.get_result(connection)?;
    if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

/// Deletes, if the destination is still as it was when that was allowed; else [`StoreError::Stale`]. Its attempts
/// go with it, the audit trail stays.
pub fn delete(tx: &mut Changing<'_>, deleted: &Deleted) -> Result<(), StoreError> {
    let seen = destinations::table
        .filter(destinations::id.eq(IdText::from(deleted.id)))
        .filter(destinations::version.eq(deleted.seen_version));
    if diesel::delete(seen).execute(tx.0)? == 0 {
        return Err(StoreError::Stale);
    }
    audit::append(tx, &deleted.event)
}
