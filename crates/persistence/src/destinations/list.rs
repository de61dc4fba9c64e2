//! Lists of an environment's destinations: filters, sort orders, keyset pages.

use diesel::prelude::*;
use domain::{
    destination::{Destination, Status, draft::DestinationType, naming},
    ids::{CredentialId, EnvironmentId},
};

use super::row::{DestinationRow, Located};
use crate::{
    engine::connection::MultiBackend,
    environments,
    error::StoreError,
    page::{Page, PageRequest},
    schema::destinations,
    scope::Scope,
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
    /// Of this name, whatever its case.
    pub name: Option<String>,
    /// With this text anywhere in its name, whatever its case.
    pub q: Option<String>,
}

type ListQuery<'a> = diesel::helper_types::IntoBoxed<
    'a,
    diesel::dsl::Select<destinations::table, diesel::dsl::AsSelect<DestinationRow, MultiBackend>>,
    MultiBackend,
>;

/// A page of the environment's destinations, if the scope's user may see them.
pub fn page(
    tx: &mut Reading<'_>,
    scope: &Scope,
    environment: EnvironmentId,
    filter: &Filter,
    sort: Sort,
    page: &PageRequest,
) -> Result<Page<Destination>, StoreError> {
    let environment = environments::get_for(tx, scope, environment)?;
    let query = destinations::table
        .select(DestinationRow::as_select())
        .into_boxed()
        .filter(destinations::environment_id.eq(IdText::from(environment.id)))
        .limit(page.rows());
    let query = filtered(query, filter);
    let rows: Vec<DestinationRow> = sorted!(destinations, query, sort, page.after.as_ref()).load(tx.0)?;
    let show = |row| {
        let located = Located {
            row,
            organization_id: environment.organization.0,
            flag: environment.flag.name().to_owned(),
        };
        Destination::try_from(located)
    };
    let keyset =
        |row: &DestinationRow| sort.keyset(&row.id.0, &row.name_key, &row.created_at.0, &row.updated_at.0);
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
    if let Some(name) = &filter.name {
        query = query.filter(destinations::name_key.eq(naming::fold(name)));
    }
    if let Some(text) = &filter.q {
        query = query.filter(destinations::name_key.like(containing(&naming::fold(text))).escape('\\'));
    }
    query
}
