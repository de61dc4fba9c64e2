//! `admin token`: an access token for a user, printed once.

use clap::Args;
use domain::ids::UserId;
use persistence::{StoreError, principals};
use serde_json::json;

use super::{Output, Report, role::parse_id};
use crate::tokens::Bearer;
use crate::wiring::{Foundation, StartFailure, failure};

/// Arguments of `admin token`.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// Id of the user.
    #[arg(long, value_parser = parse_id::<UserId>)]
    user: UserId,
    /// How long it is valid, at most 24h.
    #[arg(long, default_value = "5m", value_parser = parse_ttl)]
    ttl: i64,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

fn parse_ttl(text: &str) -> Result<i64, String> {
    let seconds = humantime::parse_duration(text).ok().and_then(|ttl| i64::try_from(ttl.as_secs()).ok());
    seconds
        .filter(|seconds| (1..=86_400).contains(seconds))
        .ok_or_else(|| "a duration from 1s to 24h".to_owned())
}

/// Runs the command.
pub async fn run(foundation: &Foundation, args: &TokenArgs) -> Result<Report, StartFailure> {
    let user = args.user;
    let found = foundation.store.read(move |tx| principals::find_user(tx, user)).await;
    found
        .map_err(|error: StoreError| failure(error))?
        .filter(|found| found.removed_at.is_none())
        .ok_or_else(|| StartFailure("--user: there is none of this id".to_owned()))?;
    let (token, expires_at) =
        foundation.tokens.issue(Bearer { user, key: None }, args.ttl).map_err(failure)?;
    let members = vec![("token", json!(token.expose())), ("expiresAt", json!(expires_at.to_string()))];
    Ok(Report::new(args.output, members))
}
