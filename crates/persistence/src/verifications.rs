//! The table `verifications`: the attempts to verify a destination, kept until the destination is deleted.

mod row;

use diesel::{
    IntoSql,
    pg::Pg,
    prelude::*,
    query_builder::QueryFragment,
    sql_types::{BigInt, Nullable, Text},
};
use domain::{
    ids::{DestinationId, VerificationId},
    verification::Verification,
};

use self::row::VerificationRow;
use crate::{
    destinations,
    engine::told::written,
    error::StoreError,
    page::{Keyset, Page, PageRequest},
    schema::{destinations as destinations_table, environment_roles, users, verifications},
    scope::{Scope, StandingColumns},
    sql_types::{Id, IdText, Instant, InstantText, JsonDoc},
    store::{Changing, Reading},
};

/// Stores an attempt that has ended. The event that tells of it comes with the destination's step.
pub fn insert(tx: &mut Changing<'_>, verification: &Verification) -> Result<(), StoreError> {
    let row = VerificationRow::from(verification);
    diesel::insert_into(verifications::table).values(row).execute(tx.0)?;
    Ok(())
}

/// Stores it for each row [`written`], in the statement of PostgreSQL that writes the destination's step.
pub(crate) fn telling(verification: &Verification) -> impl QueryFragment<Pg> + use<> {
    let row = VerificationRow::from(verification);
    let values = written::table.select((
        row.id.into_sql::<Id>(),
        row.destination_id.into_sql::<Id>(),
        row.outcome.into_sql::<Text>(),
        row.mode.into_sql::<Text>(),
        row.data_model.into_sql::<Nullable<Text>>(),
        row.event_type.into_sql::<Nullable<Text>>(),
        row.checks.into_sql::<JsonDoc>(),
        row.request.into_sql::<Nullable<JsonDoc>>(),
        row.response.into_sql::<Nullable<JsonDoc>>(),
        row.started_at.into_sql::<Instant>(),
        row.duration_ms.into_sql::<BigInt>(),
    ));
    diesel::insert_into(verifications::table).values(values).into_columns(verifications::all_columns)
}

/// The attempt, if the scope's user may do with its destination what the scope is for.
pub fn get_for(tx: &mut Reading<'_>, scope: &Scope, id: VerificationId) -> Result<Verification, StoreError> {
    let found: Option<(VerificationRow, StandingColumns)> = verifications::table
        .inner_join(destinations_table::table.on(destinations_table::id.eq(verifications::destination_id)))
        .inner_join(users::table.on(users::id.eq(IdText::from(scope.user))))
        .left_join(
            environment_roles::table.on(environment_roles::user_id
                .eq(users::id)
                .and(environment_roles::environment_id.eq(destinations_table::environment_id))),
        )
        .filter(verifications::id.eq(IdText::from(id)))
        .select((VerificationRow::as_select(), (users::is_staff, environment_roles::role.nullable())))
        .first(tx.0)
        .optional()?;
    let (row, standing) = found.ok_or(StoreError::NotFound)?;
    scope.admit(standing)?;
    row.try_into()
}

/// A page of a destination's attempts, the newest first, if the scope's user may see the destination.
pub fn page(
    tx: &mut Reading<'_>,
    scope: &Scope,
    destination: DestinationId,
    page: &PageRequest,
) -> Result<Page<Verification>, StoreError> {
    destinations::admit(tx, scope, destination)?;
    let mut query = verifications::table
        .filter(verifications::destination_id.eq(IdText::from(destination)))
        .select(VerificationRow::as_select())
        .order((verifications::started_at.desc(), verifications::id.desc()))
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = &page.after {
        let (key, id) = (InstantText(after.key.clone()), IdText(after.id.clone()));
        let beyond = verifications::started_at.lt(key.clone()).or(verifications::id.lt(id));
        query = query.filter(verifications::started_at.le(key).and(beyond));
    }
    let rows: Vec<VerificationRow> = query.load(tx.0)?;
    let keyset = |row: &VerificationRow| Keyset { key: row.started_at.0.clone(), id: row.id.0.clone() };
    Page::cut(rows, page.limit, keyset, Verification::try_from)
}
