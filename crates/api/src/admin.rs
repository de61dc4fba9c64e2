//! `waypost-server admin`: what an operator does at the command line, on the database itself.

pub mod audit;
pub mod bootstrap;
pub mod role;
pub mod token;
pub mod user;

use clap::{Subcommand, ValueEnum};
use serde_json::{Map, Value};

use crate::{
    config::Settings,
    wiring::{Foundation, StartFailure},
};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Make an organization with its three environments and its owner.
    Bootstrap(bootstrap::BootstrapArgs),
    /// Users.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Roles in environments.
    #[command(subcommand)]
    Role(role::RoleCommand),
    /// The audit trail.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Print an access token of a user.
    Token(token::TokenArgs),
}

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// `name: value`, a line each; a token alone.
    Text,
    /// One flat JSON object.
    Json,
}

/// What a command found or made, by name.
pub struct Report {
    members: Vec<(&'static str, Value)>,
    lines: Vec<String>,
    output: Output,
}

impl Report {
    /// To be printed so.
    pub fn new(output: Output, members: Vec<(&'static str, Value)>) -> Self {
        Self { members, lines: Vec::new(), output }
    }

    /// Lines for people.
    pub fn lines(lines: Vec<String>) -> Self {
        Self { members: Vec::new(), lines, output: Output::Text }
    }

    fn text(&self) -> String {
        match self.output {
            Output::Json => {
                let object: Map<String, Value> =
                    self.members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
                Value::Object(object).to_string()
            }
            Output::Text => {
                let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let lines = self.members.iter().map(|(name, value)| format!("{name}: {}", plain(value)));
                lines.chain(self.lines.iter().cloned()).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Runs a command and answers with what is to be printed.
pub async fn run(command: AdminCommand, mut settings: Settings) -> Result<String, StartFailure> {
    let foundation = Foundation::open(&mut settings).await?;
    let report = match command {
        AdminCommand::Bootstrap(args) => bootstrap::run(&foundation.store, &args).await,
        AdminCommand::User(command) => user::run(&foundation.store, command).await,
        AdminCommand::Role(command) => role::run(&foundation.store, command).await,
        AdminCommand::Audit(command) => audit::run(&foundation.store, command).await,
        AdminCommand::Token(args) => token::run(&foundation, &args).await,
    };
    foundation.store.close().await;
    report.map(|report| report.text())
}

/// The circumstances of what an operator does.
pub fn operator_act() -> domain::audit::Act {
    domain::audit::Act {
        event_id: domain::ids::AuditEventId(crate::clock::new_id()),
        actor: None,
        request_id: None,
        now: crate::clock::now(),
    }
}
