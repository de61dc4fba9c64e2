//! Lists of an environment's destinations: filters, sort orders, keyset pages.

use diesel::{pg::Pg, prelude::*, sqlite::Sqlite};
use domain::{
    destination::{
        Destination, Status,
        draft::DestinationType,
        naming::{self, ExternalId},
    },
    ids::{CredentialId, DestinationId, EnvironmentId},
    time::Timestamp,
};

use super::row::{DestinationRow, Located};
use crate::{
    engine::{
        connection::{DbConnection, each},
        limited::Limited,
    },
    environments::get_for as environment_of,
    error::StoreError,
    page::{Page, PageRequest},
    row::RowName,
    schema::{destinations, environment_roles, environments, users},
    scope::{Scope, StandingColumns},
    sorting::{Sort, containing, sorted},
    sql_types::{IdCell, IdText, InstantCell, InstantText},
    store::Reading,
};

/// What a destination must be to be listed; every one that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this state.
    pub status: Option<Status>,
    /// Of this type.
    pub destination_type: Option<DestinationType>,
    /// Of this cloud provider.
    pub type_id: Option<String>,
    /// Of this cloud product.
    pub product_id: Option<String>,
    /// With this credential attached.
    pub credential: Option<CredentialId>,
    /// The one of this external id.
    pub external_id: Option<ExternalId>,
    /// Of this name, whatever its case.
    pub name: Option<String>,
    /// With this text anywhere in its name, whatever its case.
    pub q: Option<String>,
}

/// A destination in a list, and which of its states it is. What a destination shows changes with its version; the
/// times tell it from one that was deleted and made again under the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Listed {
    /// Its id.
    pub id: DestinationId,
    /// Its version.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl From<&Destination> for Listed {
    fn from(destination: &Destination) -> Self {
        let Destination { id, version, created_at, updated_at, .. } = destination;
        Self { id: *id, version: *version, created_at: *created_at, updated_at: *updated_at }
    }
}

/// Id, version, times and name key, and what the caller is there.
type Found = (IdCell, i64, InstantCell, InstantCell, String, StandingColumns);

/// A page's rows by one backend: destinations, each with the caller and the caller's role there, so that one
/// statement finds a page and what the caller may do with it.
macro_rules! rows_of_page {
    ($connection:expr, $backend:ty, $scope:expr, $environment:expr, $filter:expr, $sort:expr, $page:expr) => {{
        let mut query = destinations::table
            .inner_join(users::table.on(users::id.eq(IdText::from($scope.user))))
            .left_join(
                environment_roles::table.on(environment_roles::user_id
                    .eq(users::id)
                    .and(environment_roles::environment_id.eq(destinations::environment_id))),
            )
            .select((
                destinations::id,
                destinations::version,
                destinations::created_at,
                destinations::updated_at,
                destinations::name_key,
                (users::is_staff, environment_roles::role.nullable()),
            ))
            .into_boxed::<$backend>()
            .filter(destinations::environment_id.eq(IdText::from($environment)));
        let filter: &Filter = $filter;
        if let Some(status) = filter.status {
            query = query.filter(destinations::status.eq(status.name()));
        }
        if let Some(kind) = filter.destination_type {
            query = query.filter(destinations::destination_type.eq(kind.name()));
        }
        if let Some(type_id) = &filter.type_id {
            query = query.filter(destinations::type_id.eq(type_id));
        }
        if let Some(product_id) = &filter.product_id {
            query = query.filter(destinations::product_id.eq(product_id));
        }
        if let Some(credential) = filter.credential {
            query = query.filter(destinations::credential_id.eq(IdText::from(credential)));
        }
        if let Some(external_id) = &filter.external_id {
            query = query.filter(destinations::external_id.eq(external_id.as_str()));
        }
        if let Some(name) = &filter.name {
            query = query.filter(destinations::name_key.eq(naming::fold(name)));
        }
        if let Some(text) = &filter.q {
            let pattern = containing(&naming::fold(text));
            query = query.filter(destinations::name_key.like(pattern).escape('\\'));
        }
        let query = sorted!(destinations, query, $sort, $page.after.as_ref());
        let rows: Vec<Found> = Limited { query, rows: $page.rows() }.load($connection)?;
        rows
    }};
}

/// A page of the environment's destinations, if the scope's user may see them; [`load`] reads what they are.
pub fn page(
    tx: &mut Reading<'_>,
    scope: &Scope,
    environment: EnvironmentId,
    filter: &Filter,
    sort: Sort,
    page: &PageRequest,
) -> Result<Page<Listed>, StoreError> {
    let rows = match &mut *tx.0 {
        DbConnection::Postgres(inner) => {
            rows_of_page!(inner, Pg, scope, environment, filter, sort, page)
        }
        DbConnection::Sqlite(inner) => {
            rows_of_page!(inner, Sqlite, scope, environment, filter, sort, page)
        }
    };
    match rows.first() {
        Some((.., standing)) => scope.admit(standing.clone())?,
        // No row tells what the caller is here, or whether there is such an environment.
        None => drop(environment_of(tx, scope, environment)?),
    }
    let keyset = |(id, _, created_at, updated_at, name_key, _): &Found| {
        sort.keyset(&id.to_string(), name_key, &created_at.to_string(), &updated_at.to_string())
    };
    Page::cut(rows, page.limit, keyset, |(id, version, created_at, updated_at, ..)| {
        let name = RowName { table: "destinations", id: &id };
        Ok(Listed {
            id: DestinationId(name.expect("id", id.0)?),
            version,
            created_at: name.expect("created_at", created_at.0)?,
            updated_at: name.expect("updated_at", updated_at.0)?,
        })
    })
}

/// Which state of a destination there is, if the scope's user may do with it what the scope is for.
pub fn listed(tx: &mut Reading<'_>, scope: &Scope, id: DestinationId) -> Result<Listed, StoreError> {
    let query = destinations::table
        .inner_join(users::table.on(users::id.eq(IdText::from(scope.user))))
        .left_join(
            environment_roles::table.on(environment_roles::user_id
                .eq(users::id)
                .and(environment_roles::environment_id.eq(destinations::environment_id))),
        )
        .filter(destinations::id.eq(IdText::from(id)))
        .select((
            destinations::version,
            destinations::created_at,
            destinations::updated_at,
            (users::is_staff, environment_roles::role.nullable()),
        ));
    let (version, created_at, updated_at, standing): (_, InstantCell, InstantCell, StandingColumns) =
        each!(&mut *tx.0, |inner| query.get_result(inner))?;
    scope.admit(standing)?;
    let name = RowName { table: "destinations", id: &id };
    Ok(Listed {
        id,
        version,
        created_at: name.expect("created_at", created_at.0)?,
        updated_at: name.expect("updated_at", updated_at.0)?,
    })
}

/// Reads destinations that a page has named, as they are now, in no order; without those deleted since. Whether they
/// may be seen was the page's to say.
pub fn load(tx: &mut Reading<'_>, ids: &[DestinationId]) -> Result<Vec<Destination>, StoreError> {
    let ids = ids.iter().copied().map(IdText::from);
    let rows: Vec<(DestinationRow, (i64, String))> = destinations::table
        .inner_join(environments::table.on(environments::id.eq(destinations::environment_id)))
        .filter(destinations::id.eq_any(ids))
        .select((DestinationRow::as_select(), (environments::organization_id, environments::flag)))
        .load(tx.0)?;
    let show = |(row, (organization_id, flag))| Located { row, organization_id, flag }.try_into();
    rows.into_iter().map(show).collect()
}
