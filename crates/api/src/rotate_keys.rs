//! `waypost-server rotate-keys`: seals every secret anew with the first master key, in batches, while servers serve.
//!
//! Start the servers with `new,old`, run this, then start them with `new` alone. It can be stopped at any time and
//! simply run again.

use persistence::rotation::{self, Cursor};

use crate::{
    authentication::signing_keys,
    config::Settings,
    wiring::{Foundation, StartFailure, failure},
};

/// Secrets that one write transaction seals anew.
const BATCH: u16 = 100;
/// Secrets that are stored with an older key while this runs need another look; more looks than this say that a
/// server still seals with the older key.
const MOST_LOOKS: usize = 5;

/// Runs the command; answers with what was done.
pub async fn run(mut settings: Settings) -> Result<String, StartFailure> {
    let foundation = Foundation::open(&mut settings).await?;
    let outcome = rotate(&foundation).await;
    foundation.store.close().await;
    outcome
}

/// Runs `rotate-token-key`; answers with what was done.
pub async fn run_for_tokens(mut settings: Settings) -> Result<String, StartFailure> {
    let foundation = Foundation::open(&mut settings).await?;
    let outcome = signing_keys::replace(&foundation.store, foundation.sealer.keyring()).await;
    foundation.store.close().await;
    outcome.map_err(failure)?;
    Ok("Access tokens are signed with a new key from now on.\n".to_owned())
}

async fn rotate(foundation: &Foundation) -> Result<String, StartFailure> {
    let (store, keyring) = (&foundation.store, foundation.sealer.keyring());
    let mut done: usize = 0;
    for _ in 0..MOST_LOOKS {
        let mut cursor: Option<Cursor> = None;
        loop {
            let progress = rotation::rotate_batch(store, keyring, cursor, BATCH).await.map_err(failure)?;
            done = done.saturating_add(progress.rewrapped);
            if let Some((place, error)) = progress.failed.first() {
                let (table, row, column) = (place.table, &place.row, place.column);
                return Err(StartFailure(format!("the secret in {table}.{column} of row {row}: {error}")));
            }
            cursor = progress.next;
            if cursor.is_none() {
                break;
            }
        }
        let remaining = rotation::remaining(store, keyring).await.map_err(failure)?;
        if remaining.is_empty() {
            return Ok(format!(
                "{done} secrets were sealed anew; none needs an older master key any more.\n"
            ));
        }
    }
    let advice = "secrets are still being sealed with an older master key: start every server with the new key first, \
                  then run this again";
    Err(StartFailure(format!("WAYPOST_MASTER_KEY: {advice}")))
}
