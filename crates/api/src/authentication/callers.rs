//! Whether users and keys are still there, remembered for a few seconds: that long a removed user or a revoked key may
//! go on, on a node that did not hear of it.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock, RwLockWriteGuard},
    time::{Duration, Instant},
};

use domain::ids::{ApiKeyId, UserId};
use persistence::{Store, api_keys};

use crate::{failure::Failure, tokens::Bearer};

/// With the time that asking anew may take, below the five seconds that are promised.
const REMEMBERED_FOR: Duration = Duration::from_millis(3_500);
/// While one request asks anew, others go by the old answer for so long.
const ASKING: Duration = Duration::from_millis(500);
/// Callers remembered at most.
const REMEMBERED: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Known {
    is_valid: bool,
    until: Instant,
}

/// What is known of callers.
#[derive(Default)]
pub struct Callers {
    known: RwLock<HashMap<Bearer, Known>>,
}

impl Callers {
    /// Whether the user was not removed, and its key not revoked.
    pub async fn is_valid(&self, bearer: Bearer, store: &Store) -> Result<bool, Failure> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&bearer).copied();
        if let Some(known) = known {
            if Instant::now() < known.until {
                return Ok(known.is_valid);
            }
            self.remember(bearer, known.is_valid, ASKING);
        }
        let is_valid = store.read_one(move |tx| api_keys::is_valid(tx, bearer.user, bearer.key)).await;
        let is_valid = is_valid.map_err(Failure::from)?;
        self.remember(bearer, is_valid, REMEMBERED_FOR);
        Ok(is_valid)
    }

    fn remember(&self, bearer: Bearer, is_valid: bool, time: Duration) {
        let (mut known, now) = (self.write(), Instant::now());
        if known.len() >= REMEMBERED {
            known.retain(|_, known| now < known.until);
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(bearer, Known { is_valid, until: now.checked_add(time).unwrap_or(now) });
    }

    /// Asks anew for a user and all of its keys.
    pub fn forget_user(&self, user: UserId) {
        self.write().retain(|bearer, _| bearer.user != user);
    }

    /// Asks anew for a key.
    pub fn forget_key(&self, user: UserId, key: ApiKeyId) {
        self.write().remove(&Bearer { user, key: Some(key) });
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<Bearer, Known>> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}
