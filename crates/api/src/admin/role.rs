//! `admin role`: what a user is in an environment.

use clap::{Args, Subcommand};
use domain::{
    access::{EnvironmentRole, OrganizationRole, keeps_an_owner},
    ids::{EnvironmentId, OrganizationId, UserId},
};
use persistence::{Changing, Store, StoreError, principals, roles};
use serde_json::json;

use super::{Output, Report, operator_act};
use crate::wiring::{StartFailure, failure};

/// What to do with roles.
#[derive(Debug, Subcommand)]
pub enum RoleCommand {
    /// Give, change or take away a role.
    Set(SetArgs),
}

/// Arguments of `admin role set`.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Id of the user.
    #[arg(long, value_parser = parse_id::<UserId>)]
    user: UserId,
    /// Id of the environment that the role is in.
    #[arg(long, value_parser = parse_id::<EnvironmentId>, required_unless_present = "organization")]
    environment: Option<EnvironmentId>,
    /// Number of the organization that the role is in.
    #[arg(long, value_parser = parse_number, conflicts_with = "environment")]
    organization: Option<OrganizationId>,
    /// In an environment `engineer`, `support` or `viewer`; in an organization `owner`, `admin` or `member`; `none` to
    /// take it away.
    #[arg(long)]
    role: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// An id, for clap.
pub fn parse_id<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "a UUID in its hyphenated form".to_owned())
}

fn parse_number(text: &str) -> Result<OrganizationId, String> {
    text.parse().map_err(|_| "the number of an organization".to_owned())
}

/// The role of this name, or none at all.
fn parse_role<R: std::str::FromStr>(text: &str, expected: &str) -> Result<Option<R>, StartFailure> {
    if text == "none" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| StartFailure(format!("--role: takes {expected} or none")))
}

/// Runs the command.
pub async fn run(store: &Store, command: RoleCommand) -> Result<Report, StartFailure> {
    let RoleCommand::Set(args) = command;
    let mut members = vec![("id", json!(args.user.to_string()))];
    let set = match (args.environment, args.organization) {
        (Some(environment), _) => {
            members.push(("environmentId", json!(environment.to_string())));
            let role = parse_role::<EnvironmentRole>(&args.role, "engineer, support, viewer")?;
            let user = args.user;
            store.change(move |tx| roles::set_role(tx, user, environment, role, &operator_act())).await
        }
        (None, Some(organization)) => {
            members.push(("organizationId", json!(organization.0)));
            let role = parse_role::<OrganizationRole>(&args.role, "owner, admin, member")?;
            let user = args.user;
            store.change(move |tx| set_in_organization(tx, user, organization, role)).await
        }
        // clap asks for one of the two.
        (None, None) => Err(StoreError::NotFound),
    };
    set.map_err(|error| {
        let unknown = "--user, --environment or --organization: there is none of this id";
        let alone = "--role: this is the only owner of the organization; make somebody else an owner first";
        if error == StoreError::NotFound {
            StartFailure(unknown.to_owned())
        } else if error == StoreError::Forbidden {
            StartFailure(alone.to_owned())
        } else {
            failure(error)
        }
    })?;
    members.push(("role", json!(args.role)));
    Ok(Report::new(args.output, members))
}

/// [`StoreError::Forbidden`] if nobody would own the organization afterwards.
fn set_in_organization(
    tx: &mut Changing<'_>,
    user: UserId,
    organization: OrganizationId,
    role: Option<OrganizationRole>,
) -> Result<(), StoreError> {
    roles::keep_organization(tx, organization)?;
    let user = principals::keep(tx, user)?;
    if !user.may_join(organization) {
        return Err(StoreError::NotFound);
    }
    let before = roles::organization_role(tx, user.id, organization)?;
    if !keeps_an_owner(before, role, roles::has_other_owner(tx, user.id, organization)?) {
        return Err(StoreError::Forbidden);
    }
    roles::set_organization_role(tx, user.id, organization, role, &operator_act())
}
