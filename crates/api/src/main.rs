//! `waypost-server`: subcommands and wiring, nothing else. Where what is: `routes` (what is mounted), `operations`
//! (use cases that call outward), `wire` (bodies), `extract` (what handlers take), `problem` (every error code).

#![expect(unreachable_pub, reason = "in a program `pub` says: meant for other modules")]

mod admin;
mod authentication;
mod clock;
mod config;
mod copy_database;
mod cursor;
mod development;
mod document;
mod extract;
mod failure;
mod health;
mod housekeeping;
mod identity;
mod keys;
mod limits;
mod logging;
mod middleware;
mod openapi;
mod operations;
mod problem;
mod receiver;
mod reply;
mod rotate_keys;
mod routes;
mod schema_faults;
mod serve;
mod shown;
mod state;
mod tokens;
mod wire;
mod wiring;

use std::{io::Write, process::ExitCode};

use clap::{Parser, Subcommand, ValueEnum};

use crate::{
    config::RawSettings,
    wiring::{StartFailure, failure},
};

/// Answers some tenth faster than the system's, and gives back what a burst of requests has taken.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Waypost: a Platform API for data destinations.
#[derive(Parser)]
#[command(name = "waypost-server", version, about)]
struct Arguments {
    #[command(flatten)]
    settings: RawSettings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API.
    Serve,
    /// Apply the migrations that the database lacks, and end.
    Migrate,
    /// Print the API description.
    Openapi {
        /// Its form.
        #[arg(long, value_enum, default_value = "json")]
        format: DocumentFormat,
    },
    /// Seal every secret anew with the first of several master keys; the server keeps serving.
    RotateKeys,
    /// Sign access tokens with a new key from now on. Those that are out there stay good until they end; the servers
    /// learn of it by themselves.
    RotateTokenKey,
    /// Move an installation from SQLite to PostgreSQL: all of it or nothing, compared row by row. The servers should be
    /// stopped: what they write meanwhile is not copied.
    Copy {
        /// The database to read: sqlite://<path of a file>.
        #[arg(long)]
        from: String,
        /// The empty database to fill: postgres://<user>@<host>/<database>.
        #[arg(long)]
        to: String,
    },
    /// Check the configuration, and end.
    CheckConfig,
    /// Organizations, users, roles, tokens: on the database itself.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// A sample endpoint that answers challenges and shows what arrives.
    Receiver(receiver::ReceiverArgs),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DocumentFormat {
    Json,
    Yaml,
}

#[actix_web::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(text) => {
            // A reader that has gone away is no failure of ours.
            drop(std::io::stdout().lock().write_all(text.as_bytes()));
            ExitCode::SUCCESS
        }
        Err(StartFailure(line)) => {
            drop(writeln!(std::io::stderr().lock(), "waypost-server: {line}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs a command; answers with what is to be printed at its end.
async fn run(arguments: Arguments) -> Result<String, StartFailure> {
    match arguments.command {
        Command::Openapi { format } => {
            let document = openapi::document();
            match format {
                DocumentFormat::Json => openapi::to_json(&document).map_err(failure),
                DocumentFormat::Yaml => openapi::to_yaml(&document).map_err(failure),
            }
        }
        Command::Receiver(args) => receiver::run(args).await.map(|()| String::new()).map_err(failure),
        Command::Copy { from, to } => copy_database::run(from, to).await,
        Command::CheckConfig => {
            let settings = arguments.settings.check().map_err(failure)?;
            wiring::open_outbound(&settings, Vec::new())?;
            Ok("The configuration is fine.\n".to_owned())
        }
        Command::Serve => {
            let settings = installed(arguments.settings)?;
            serve::run(settings).await.map(|()| String::new())
        }
        Command::Migrate => {
            let settings = installed(arguments.settings)?;
            wiring::open_store(&settings).await?.close().await;
            Ok("The database is migrated.\n".to_owned())
        }
        Command::RotateKeys => {
            let settings = installed(arguments.settings)?;
            rotate_keys::run(settings).await
        }
        Command::RotateTokenKey => {
            let settings = installed(arguments.settings)?;
            rotate_keys::run_for_tokens(settings).await
        }
        Command::Admin(command) => {
            let settings = installed(arguments.settings)?;
            admin::run(command, settings).await.map(|text| text + "\n")
        }
    }
}

/// The checked configuration, with the log installed as it says.
fn installed(settings: RawSettings) -> Result<config::Settings, StartFailure> {
    let settings = settings.check().map_err(failure)?;
    let filter = logging::parse_filter(&settings.log).map_err(failure)?;
    logging::install(filter, settings.log_format);
    Ok(settings)
}
