//! Lists of an environment's destinations: filters, sort orders, keyset pages.

use diesel::prelude::*;
use domain::{
    destination::{
        Destination, Status,
        draft::DestinationType,
        naming::{self, ExternalId},
    },
    ids::{CredentialId, EnvironmentId},
};

use super::row::{DestinationRow, Located};
use crate::{
    engine::connection::MultiBackend,
    environments::get_for as environment_of,
    error::StoreError,
    page::{Page, PageRequest},
    schema::{destinations, environment_roles, environments, users},
    scope::{Scope, StandingColumns},
    sorting::{Sort, containing, sorted},
    sql_types::{IdText, InstantText},
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

/// Destinations, each with its environment, the caller, and the caller's role there, so that one statement finds a
/// page and what the caller may do with it.
#[diesel::dsl::auto_type]
fn seen_by(user: IdText) -> _ {
    destinations::table
        .inner_join(environments::table.on(environments::id.eq(destinations::environment_id)))
        .inner_join(users::table.on(users::id.eq(user)))
        .left_join(
            environment_roles::table.on(environment_roles::user_id
                .eq(users::id)
                .and(environment_roles::environment_id.eq(destinations::environment_id))),
        )
}

type Columns = (
    diesel::dsl::AsSelect<DestinationRow, MultiBackend>,
    (environments::organization_id, environments::flag),
    (users::is_staff, diesel::dsl::Nullable<environment_roles::role>),
);

type ListQuery<'a> = diesel::helper_types::IntoBoxed<'a, diesel::dsl::Select<seen_by, Columns>, MultiBackend>;

type Found = (DestinationRow, (i64, String), StandingColumns);

/// A page of the environment's destinations, if the scope's user may see them.
pub fn page(
    tx: &mut Reading<'_>,
    scope: &Scope,
    environment: EnvironmentId,
    filter: &Filter,
    sort: Sort,
    page: &PageRequest,
) -> Result<Page<Destination>, StoreError> {
    let query = seen_by(IdText::from(scope.user))
        .select((
            DestinationRow::as_select(),
            (environments::organization_id, environments::flag),
            (users::is_staff, environment_roles::role.nullable()),
        ))
        .into_boxed()
        .filter(destinations::environment_id.eq(IdText::from(environment)))
        .limit(page.rows());
    let query = filtered(query, filter);
    let rows: Vec<Found> = sorted!(destinations, query, sort, page.after.as_ref()).load(tx.0)?;
    match rows.first() {
        Some((_, _, standing)) => scope.admit(standing.clone())?,
        // No row tells what the caller is here, or whether there is such an environment.
        None => drop(environment_of(tx, scope, environment)?),
    }
    let show = |(row, (organization_id, flag), _): Found| {
        Destination::try_from(Located { row, organization_id, flag })
    };
    let keyset =
        |(row, ..): &Found| sort.keyset(&row.id.0, &row.name_key, &row.created_at.0, &row.updated_at.0);
    Page::cut(rows, page.limit, keyset, show)
}

fn filtered<'a>(mut query: ListQuery<'a>, filter: &Filter) -> ListQuery<'a> {
    if let Some(status) = filter.status {
        query = query.filter(destinations::status.eq(status.name()));
    }
    if let Some(kind) = filter.destination_type {
        query = query.filter(destinations::destination_type.eq(kind.name()));
    }
    if let Some(type_id) = &filter.type_id {
        query = query.filter(destinations::type_id.eq(type_id.clone()));
    }
    if let Some(product_id) = &filter.product_id {
        query = query.filter(destinations::product_id.eq(product_id.clone()));
    }
    if let Some(credential) = filter.credential {
        query = query.filter(destinations::credential_id.eq(IdText::from(credential)));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(destinations::external_id.eq(external_id.to_string()));
    }
    if let Some(name) = &filter.name {
        query = query.filter(destinations::name_key.eq(naming::fold(name)));
    }
    if let Some(text) = &filter.q {
        query = query.filter(destinations::name_key.like(containing(&naming::fold(text))).escape('\\'));
    }
    query
}
