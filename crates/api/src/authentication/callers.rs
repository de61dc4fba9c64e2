//! Whether users and keys are still there, remembered for a few seconds: that long a removed user or a revoked key may
//! go on, on a node that did not hear of it.

use std::{sync::Arc, time::Duration};

use domain::ids::{ApiKeyId, UserId};
use moka::future::Cache;
use persistence::{Store, StoreError, api_keys};

use crate::{failure::Failure, tokens::Bearer};

/// Below the five seconds that are promised.
const REMEMBERED_FOR: Duration = Duration::from_secs(4);
/// Callers remembered at most.
const REMEMBERED: u64 = 10_000;

/// What is known of callers.
pub struct Callers {
    known: Cache<Bearer, bool>,
}

impl Callers {
    /// Knows nobody yet.
    pub fn new() -> Self {
        let known = Cache::builder()
            .max_capacity(REMEMBERED)
            .time_to_live(REMEMBERED_FOR)
            .support_invalidation_closures()
            .build();
        Self { known }
    }

    /// Whether the user was not removed, and its key not revoked. Of requests that ask at the same moment one asks the
    /// database.
    pub async fn is_valid(&self, bearer: Bearer, store: &Store) -> Result<bool, Failure> {
        if let Some(known) = self.known.get(&bearer).await {
            return Ok(known);
        }
        let ask = store.read_one(move |tx| api_keys::is_valid(tx, bearer.user, bearer.key));
        let asked = self.known.try_get_with(bearer, ask).await;
        asked.map_err(|error: Arc<StoreError>| Failure::from(StoreError::clone(&error)))
    }

    /// Asks anew for a user and all of its keys.
    pub fn forget_user(&self, user: UserId) {
        // Fails only on a cache built without support for it.
        drop(self.known.invalidate_entries_if(move |bearer, _| bearer.user == user));
    }

    /// Asks anew for a key.
    pub async fn forget_key(&self, user: UserId, key: ApiKeyId) {
        self.known.invalidate(&Bearer { user, key: Some(key) }).await;
    }
}
