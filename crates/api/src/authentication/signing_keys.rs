//! The keys that sign access tokens: loaded from the database, where every node finds the same ones, and replaced by
//! command or by age. A retired key checks for as long as a token it signed may live.

use std::{sync::Arc, time::Duration};

use persistence::{
    Store,
    sealing::{Keyring, Sealer},
    server_keys::{self, Purpose, ServerKey},
};
use tokio::{sync::Mutex, time::Instant};

use crate::{
    clock,
    keys::{self, KeyError, OpenKey},
    state::State,
    tokens::{self, Tokens},
};

/// The longest life of a token, 24 h, and some for clocks: so long a retired key is kept.
const KEPT_MILLIS: i64 = 25 * 60 * 60 * 1_000;
/// Between two looks at the database for keys that are not known.
const LOOKS_APART: Duration = Duration::from_secs(10);
/// Between two looks whether the keys are still the ones in use, and whether the one that signs is too old.
const WATCH: Duration = Duration::from_secs(60);

/// When the database was last asked.
pub struct SigningKeys {
    looked: Mutex<Option<Instant>>,
    max_age: Duration,
}

impl SigningKeys {
    /// Keys that sign are replaced at this age.
    pub fn new(max_age: Duration) -> Self {
        Self { looked: Mutex::new(None), max_age }
    }

    /// Loads the keys, unless that was done in the last ten seconds: a token may name any key.
    pub async fn refresh(&self, store: &Store, sealer: &Sealer, tokens: &Tokens) {
        let mut looked = self.looked.lock().await;
        if looked.is_some_and(|at| at.elapsed() < LOOKS_APART) {
            return;
        }
        *looked = Some(Instant::now());
        if let Err(error) = load_into(store, sealer.keyring(), tokens).await {
            tracing::warn!(error = %error, "the keys of access tokens could not be read");
        }
    }

    /// Keeps the keys up to date for as long as the server runs.
    pub async fn watch(state: Arc<State>) {
        loop {
            tokio::time::sleep(WATCH).await;
            let (store, keyring) = (&state.store, state.sealer.keyring());
            let kept = async {
                replace_if_older(store, keyring, state.signing_keys.max_age).await?;
                load_into(store, keyring, &state.tokens).await
            };
            if let Err(error) = kept.await {
                tracing::warn!(error = %error, "the keys of access tokens could not be looked after");
            }
        }
    }
}

async fn load_into(store: &Store, keyring: &Keyring, tokens: &Tokens) -> Result<(), KeyError> {
    let keys = store.read_one(|tx| server_keys::all(tx, Purpose::AccessToken)).await?;
    let keys = keys::open(keyring, keys)?;
    tokens.replace_keys(&keys).map_err(|_| KeyError::Unusable)
}

/// The keys of access tokens, the one in use first; makes the first one.
pub async fn load(store: &Store, keyring: &Keyring) -> Result<Vec<OpenKey>, KeyError> {
    let fresh = tokens::generate_key().map_err(|_| KeyError::Unusable)?;
    keys::load_or_make(store, keyring, Purpose::AccessToken, fresh).await
}

/// Signs with a new key from now on. Tokens of the old one stay good until they end; keys whose tokens have all ended
/// are forgotten. Of two that do it at once, one does.
pub async fn replace(store: &Store, keyring: &Keyring) -> Result<(), KeyError> {
    let fresh = tokens::generate_key().map_err(|_| KeyError::Unusable)?;
    let (id, now) = (clock::new_id(), clock::now());
    let sealed = keyring.seal(&fresh, &server_keys::place(id))?;
    let key = ServerKey { id, purpose: Purpose::AccessToken, sealed, created_at: now, retired_at: None };
    store
        .change(move |tx| {
            server_keys::forget_retired(tx, Purpose::AccessToken, now.plus_millis(-KEPT_MILLIS))?;
            server_keys::replace(tx, key, now)
        })
        .await?;
    Ok(())
}

async fn replace_if_older(store: &Store, keyring: &Keyring, age: Duration) -> Result<(), KeyError> {
    let keys = store.read_one(|tx| server_keys::all(tx, Purpose::AccessToken)).await?;
    let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let oldest = clock::now().millis().saturating_sub(age);
    let is_old = keys.iter().any(|key| key.retired_at.is_none() && key.created_at.millis() < oldest);
    if is_old {
        tracing::info!("the key of access tokens is old and is replaced");
        replace(store, keyring).await?;
    }
    Ok(())
}
