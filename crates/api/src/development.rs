//! The development profile: an empty database gets an organization with an owner, and a file says how to call it.

use domain::environment::EnvironmentFlag;
use persistence::{PageRequest, Store, StoreError, environments, principals};

use crate::{
    admin::bootstrap::{self, Bootstrapped},
    config::Settings,
    keys,
    tokens::Bearer,
    wiring::{Foundation, StartFailure, failure},
};

const DAY_SECONDS: i64 = 24 * 60 * 60;
const OWNER: &str = "Developer";

/// Bootstraps an empty database, and writes `dev.env` with a fresh token.
pub async fn prepare(
    foundation: &Foundation,
    settings: &Settings,
    url: &str,
    admin_url: &str,
) -> Result<(), StartFailure> {
    let store = &foundation.store;
    let is_empty = store.read(principals::is_empty).await.map_err(|error: StoreError| failure(error))?;
    let first = match is_empty {
        true => bootstrap::create_first(store, "Example Health", OWNER).await.map_err(failure)?,
        false => None,
    };
    let installed = match first {
        Some(installed) => installed,
        None => match find(store).await.map_err(failure)? {
            Some(installed) => installed,
            // Somebody else's installation: there is no developer to write a token for.
            None => return Ok(()),
        },
    };
    let (token, _) =
        foundation.tokens.issue(Bearer { user: installed.owner, key: None }, DAY_SECONDS).map_err(failure)?;
    let text = format!(
        "# Made anew at each start of the development profile.\n\
         export WAYPOST_URL={url}\n\
         export WAYPOST_ADMIN_URL={admin_url}\n\
         export WAYPOST_TOKEN={}\n\
         export WAYPOST_ORGANIZATION_ID={}\n\
         export WAYPOST_DEVELOPMENT_ID={}\n\
         export WAYPOST_STAGING_ID={}\n\
         export WAYPOST_PRODUCTION_ID={}\n",
        token.expose(),
        installed.organization,
        installed.development,
        installed.staging,
        installed.production,
    );
    let path = settings.data_dir.join("dev.env");
    keys::write_private(&path, &text).map_err(|error| StartFailure(format!("{}: {error}", path.display())))
}

/// The installation that a start of this profile bootstrapped before.
async fn find(store: &Store) -> Result<Option<Bootstrapped>, StoreError> {
    store
        .read(|tx| {
            let Some((owner, organization)) = principals::first_owner(tx)? else { return Ok(None) };
            let first = PageRequest { after: None, limit: 200 };
            let page = environments::page(tx, owner, organization, &first)?;
            let of = |flag| page.items.iter().find(|found| found.flag == flag).map(|found| found.id);
            let [development, staging, production] = EnvironmentFlag::ALL.map(of);
            let (Some(development), Some(staging), Some(production)) = (development, staging, production)
            else {
                return Ok(None);
            };
            Ok(Some(Bootstrapped { organization, owner, development, staging, production }))
        })
        .await
}
