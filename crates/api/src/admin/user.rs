//! `admin user`: people and pipelines.

use clap::{Args, Subcommand};
use domain::{ids::UserId, organization::User};
use persistence::{PageRequest, Store, StoreError, principals, roles};
use serde_json::json;

use super::{Output, Report, bootstrap::name, operator_act, role::parse_id};
use crate::{
    clock,
    wiring::{StartFailure, failure},
};

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make a user; it may do nothing until it is given a role.
    Create(CreateArgs),
    /// Remove a user: it may do nothing any more, its roles and keys go, the audit trail stays.
    Remove(RemoveArgs),
    /// List the users, a line each: id, kind, name.
    List,
}

/// Arguments of `admin user remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// Id of the user.
    #[arg(long, value_parser = parse_id::<UserId>)]
    user: UserId,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
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
    match command {
        UserCommand::Create(args) => create(store, args).await,
        UserCommand::Remove(args) => remove(store, &args).await,
        UserCommand::List => list(store).await,
    }
}

async fn remove(store: &Store, args: &RemoveArgs) -> Result<Report, StartFailure> {
    let user = args.user;
    let removed = store
        .change(move |tx| {
            let found = principals::keep(tx, user)?;
            let owned = roles::owned_alone(tx, user)?;
            if owned.is_empty() {
                principals::remove_user(tx, &found, &operator_act())?;
            }
            Ok::<_, StoreError>(owned)
        })
        .await;
    let owned = match removed {
        Err(StoreError::NotFound) => return Err(StartFailure("--user: there is none of this id".to_owned())),
        removed => removed.map_err(failure)?,
    };
    if let Some(organization) = owned.first() {
        let line = format!(
            "--user: it is the only owner of organization {organization}; make somebody else an owner first"
        );
        return Err(StartFailure(line));
    }
    Ok(Report::new(args.output, vec![("id", json!(user.to_string()))]))
}

async fn list(store: &Store) -> Result<Report, StartFailure> {
    let (mut after, mut lines) = (None, Vec::new());
    loop {
        let page = PageRequest { after, limit: 200 };
        let found = store.read_one(move |tx| principals::all_users(tx, &page)).await;
        let found = found.map_err(|error: StoreError| failure(error))?;
        lines.extend(found.items.iter().map(|user| {
            let staff = if user.is_staff { " (staff)" } else { "" };
            format!("{}  {}{staff}  {}", user.id, user.kind.name(), user.name)
        }));
        after = found.next;
        if after.is_none() {
            return Ok(Report::lines(lines));
        }
    }
}

async fn create(store: &Store, args: CreateArgs) -> Result<Report, StartFailure> {
    let name = name("--name", &args.name)?.as_str().to_owned();
    let user = User::person(UserId(clock::new_id()), name, args.staff, clock::now());
    let id = user.id;
    store
        .change(move |tx| principals::create_user(tx, &user, &operator_act()))
        .await
        .map_err(|error: StoreError| failure(error))?;
    Ok(Report::new(args.output, vec![("id", json!(id.to_string()))]))
}
