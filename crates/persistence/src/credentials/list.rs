//! Lists of an environment's credentials: filters, sort orders, keyset pages.

use diesel::prelude::*;
use domain::{
    credential::{Credential, Strategy},
    destination::naming,
    ids::EnvironmentId,
};

use super::{
    row::{CredentialRow, Located},
    secrets::{self, SecretRow},
};
use crate::{
    engine::connection::MultiBackend,
    environments,
    error::StoreError,
    page::{Page, PageRequest},
    schema::credentials,
    scope::Scope,
    sorting::{Sort, containing, sorted},
    sql_types::{IdText, InstantText},
    store::Reading,
};

/// What a credential must be to be listed; every one that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this strategy.
    pub strategy: Option<&'static Strategy>,
    /// Of this name, whatever its case.
    pub name: Option<String>,
    /// With this text anywhere in its name, whatever its case.
    pub q: Option<String>,
}

type ListQuery<'a> = diesel::helper_types::IntoBoxed<
    'a,
    diesel::dsl::Select<credentials::table, diesel::dsl::AsSelect<CredentialRow, MultiBackend>>,
    MultiBackend,
>;

/// A page of the environment's credentials, if the scope's user may see them.
pub fn page(
    tx: &mut Reading<'_>,
    scope: &Scope,
    environment: EnvironmentId,
    filter: &Filter,
    sort: Sort,
    page: &PageRequest,
) -> Result<Page<Credential>, StoreError> {
    let environment = environments::get_for(tx, scope, environment)?;
    let query = credentials::table
        .select(CredentialRow::as_select())
        .into_boxed()
        .filter(credentials::environment_id.eq(IdText::from(environment.id)))
        .limit(page.rows());
    let query = filtered(query, filter);
    let rows: Vec<CredentialRow> = sorted!(credentials, query, sort, page.after.as_ref()).load(tx.0)?;
    let mut secrets = secrets::of_all(tx, rows.iter().map(|row| row.id.clone()).collect())?;
    let keyset =
        |row: &CredentialRow| sort.keyset(&row.id.0, &row.name_key, &row.created_at.0, &row.updated_at.0);
    let show = |row: CredentialRow| {
        let own: Vec<SecretRow> = secrets.extract_if(.., |secret| secret.credential_id == row.id).collect();
        let (organization_id, flag) = (environment.organization.0, environment.flag.name().to_owned());
        Credential::try_from(Located { row, secrets: own, organization_id, flag })
    };
    Page::cut(rows, page.limit, keyset, show)
}

fn filtered<'a>(mut query: ListQuery<'a>, filter: &Filter) -> ListQuery<'a> {
    if let Some(strategy) = filter.strategy {
        query = query.filter(credentials::strategy.eq(strategy.key));
    }
    if let Some(name) = &filter.name {
        query = query.filter(credentials::name_key.eq(naming::fold(name)));
    }
    if let Some(text) = &filter.q {
        query = query.filter(credentials::name_key.like(containing(&naming::fold(text))).escape('\\'));
    }
    query
}
