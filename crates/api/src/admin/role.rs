//! `admin role`: what a user is in an environment.

use clap::{Args, Subcommand};
use domain::{
    access::EnvironmentRole,
    ids::{EnvironmentId, UserId},
};
use persistence::{Store, StoreError, principals};
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
    /// Id of the environment.
    #[arg(long, value_parser = parse_id::<EnvironmentId>)]
    environment: EnvironmentId,
    /// `engineer`, `support`, `viewer`, or `none` to take it away.
    #[arg(long, value_parser = ["engineer", "support", "viewer", "none"])]
    role: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// An id, for clap.
pub fn parse_id<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "a UUID in its hyphenated form".to_owned())
}

/// Runs the command.
pub async fn run(store: &Store, command: RoleCommand) -> Result<Report, StartFailure> {
    let RoleCommand::Set(SetArgs { user, environment, role, output }) = command;
    let parsed = role.parse::<EnvironmentRole>().ok();
    let set =
        store.change(move |tx| principals::set_role(tx, user, environment, parsed, &operator_act())).await;
    set.map_err(|error| {
        let unknown = || StartFailure("--user or --environment: there is none of this id".to_owned());
        if error == StoreError::NotFound { unknown() } else { failure(error) }
    })?;
    let members = vec![
        ("id", json!(user.to_string())),
        ("environmentId", json!(environment.to_string())),
        ("role", json!(role)),
    ];
    Ok(Report::new(output, members))
}
