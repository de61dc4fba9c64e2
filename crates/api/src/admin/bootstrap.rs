//! `admin bootstrap`: the first organization, its environments, its owner.

use clap::Args;
use domain::{
    destination::naming::Name,
    ids::{EnvironmentId, OrganizationId, UserId},
    organization::User,
};
use persistence::{
    Store, StoreError,
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

/// Makes an organization, all of it or nothing.
pub async fn create(store: &Store, organization: &str, owner: &str) -> Result<Bootstrapped, StoreError> {
    let now = clock::now();
    let environments: [EnvironmentId; 3] = std::array::from_fn(|_| EnvironmentId(clock::new_id()));
    let [development, staging, production] = environments;
    let user = User { id: UserId(clock::new_id()), name: owner.to_owned(), is_staff: false, created_at: now };
    let owner = user.id;
    let new = NewOrganization { name: organization.to_owned(), environments, owner };
    let made = store
        .change(move |tx| {
            principals::create_user(tx, &user, &operator_act())?;
            environments::create_organization(tx, new, &operator_act())
        })
        .await?;
    Ok(Bootstrapped { organization: made.id, owner, development, staging, production })
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
