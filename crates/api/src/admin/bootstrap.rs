//! `admin bootstrap`: the first organization, its environments, its owner.

use clap::Args;
use domain::{
    destination::naming::Name,
    ids::{EnvironmentId, OrganizationId, UserId},
    organization::User,
};
use persistence::{
    Changing, Store, StoreError,
    environments::{self, NewOrganization},
    principals,
};
use serde_json::json;

use super::{Output, Report, operator_act};
use crate::{
    clock,
    wiring::{StartFailure, failure},
};

/// Arguments of `admin bootstrap`.
#[derive(Debug, Args)]
pub struct BootstrapArgs {
    /// Name of the organization.
    #[arg(long)]
    organization: String,
    /// Name of its owner, who also becomes engineer in all three environments.
    #[arg(long)]
    owner: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// An organization just made.
#[derive(Debug, Clone, Copy)]
pub struct Bootstrapped {
    /// The organization.
    pub organization: OrganizationId,
    /// Its owner.
    pub owner: UserId,
    /// Its development environment.
    pub development: EnvironmentId,
    /// Its staging environment.
    pub staging: EnvironmentId,
    /// Its production environment.
    pub production: EnvironmentId,
}

/// An organization about to be made.
struct Planned {
    owner: User,
    organization: String,
    environments: [EnvironmentId; 3],
}

impl Planned {
    fn new(organization: &str, owner: &str) -> Self {
        let (id, created_at) = (UserId(clock::new_id()), clock::now());
        Self {
            owner: User::person(id, owner.to_owned(), false, created_at),
            organization: organization.to_owned(),
            environments: std::array::from_fn(|_| EnvironmentId(clock::new_id())),
        }
    }

    fn make(self, tx: &mut Changing<'_>) -> Result<Bootstrapped, StoreError> {
        let (owner, [development, staging, production]) = (self.owner.id, self.environments);
        let new = NewOrganization { name: self.organization, environments: self.environments, owner };
        principals::create_user(tx, &self.owner, &operator_act())?;
        let organization = environments::create_organization(tx, new, &operator_act())?.id;
        Ok(Bootstrapped { organization, owner, development, staging, production })
    }
}

/// Makes an organization, all of it or nothing.
pub async fn create(store: &Store, organization: &str, owner: &str) -> Result<Bootstrapped, StoreError> {
    let planned = Planned::new(organization, owner);
    store.change(move |tx| planned.make(tx)).await
}

/// The same, if it is the first one; `None` if there is one already, of another node that started just now.
pub async fn create_first(
    store: &Store,
    organization: &str,
    owner: &str,
) -> Result<Option<Bootstrapped>, StoreError> {
    let planned = Planned::new(organization, owner);
    let make = move |tx: &mut Changing<'_>| match principals::is_empty_for_us(tx)? {
        true => planned.make(tx).map(Some),
        false => Ok(None),
    };
    store.change(make).await
}

/// Runs the command.
pub async fn run(store: &Store, args: &BootstrapArgs) -> Result<Report, StartFailure> {
    let organization = name("--organization", &args.organization)?;
    let owner = name("--owner", &args.owner)?;
    let made = create(store, organization.as_str(), owner.as_str()).await.map_err(failure)?;
    let members = vec![
        ("id", json!(made.organization.0)),
        ("ownerId", json!(made.owner.to_string())),
        ("developmentId", json!(made.development.to_string())),
        ("stagingId", json!(made.staging.to_string())),
        ("productionId", json!(made.production.to_string())),
    ];
    Ok(Report::new(args.output, members))
}

/// A name for people, as it is allowed everywhere.
pub fn name(flag: &str, text: &str) -> Result<Name, StartFailure> {
    Name::parse(text).map_err(|flaw| StartFailure(format!("{flag}: {}", flaw.detail)))
}
