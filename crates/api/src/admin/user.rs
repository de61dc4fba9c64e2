//! `admin user`: people and pipelines.

use clap::{Args, Subcommand};
use domain::{ids::UserId, organization::User};
use persistence::{Store, StoreError, principals};
use serde_json::json;

use super::{Output, Report, bootstrap::name, operator_act};
use crate::{
    clock,
    wiring::{StartFailure, failure},
};

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make a user; it may do nothing until it is given a role.
    Create(CreateArgs),
}

/// Arguments of `admin user create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name for people.
    #[arg(long)]
    name: String,
    /// The user works for the platform itself, and may do everything everywhere.
    #[arg(long)]
    staff: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// Runs the command.
pub async fn run(store: &Store, command: UserCommand) -> Result<Report, StartFailure> {
    let UserCommand::Create(args) = command;
    let name = name("--name", &args.name)?.as_str().to_owned();
    let user = User { id: UserId(clock::new_id()), name, is_staff: args.staff, created_at: clock::now() };
    let id = user.id;
    store
        .change(move |tx| principals::create_user(tx, &user, &operator_act()))
        .await
        .map_err(|error: StoreError| failure(error))?;
    Ok(Report::new(args.output, vec![("id", json!(id.to_string()))]))
}
