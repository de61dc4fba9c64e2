//! Fetched tokens: remembered in memory until shortly before they end, one fetch at a time for each credential.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{ids::CredentialId, secret::SecretText};
use moka::{Expiry, future::Cache, ops::compute::Op};

use super::Denied;

/// Most credentials whose tokens are remembered.
const CAPACITY: u64 = 10_000;
/// A refresh token that was not used for so long is forgotten.
const REFRESH_IDLE: Duration = Duration::from_secs(24 * 60 * 60);
/// A token is given up at most so long before it ends; short-lived ones a tenth of their life before.
const MARGIN: Duration = Duration::from_secs(30);

/// A token and how long it lives.
#[derive(Debug)]
pub(super) struct Token {
    /// What the request bears.
    pub(super) value: SecretText,
    /// From when it was fetched.
    pub(super) lifetime: Duration,
    /// With which the next one may be fetched.
    pub(super) refresh: Option<SecretText>,
}

/// A credential in the version it has now: another version never uses the tokens of this one.
pub(super) type Key = (CredentialId, i64);

/// Remembers tokens.
pub(super) struct Tokens {
    fetched: Cache<Key, Arc<Token>>,
    refresh: Cache<Key, SecretText>,
}

struct BeforeTheEnd;

impl Expiry<Key, Arc<Token>> for BeforeTheEnd {
    fn expire_after_create(&self, _: &Key, token: &Arc<Token>, _: Instant) -> Option<Duration> {
        Some(token.lifetime.saturating_sub(MARGIN.min(token.lifetime / 10)))
    }
}

impl Tokens {
    pub(super) fn new() -> Self {
        Self {
            fetched: Cache::builder().max_capacity(CAPACITY).expire_after(BeforeTheEnd).build(),
            refresh: Cache::builder().max_capacity(CAPACITY).time_to_idle(REFRESH_IDLE).build(),
        }
    }

    /// The remembered token, or the one that `fetch` brings. However many ask at once, one fetches; a failure is
    /// told to all who waited for it, and not remembered.
    pub(super) async fn get_or_fetch(
        &self,
        key: Key,
        fetch: impl Future<Output = Result<Token, Denied>>,
    ) -> Result<Arc<Token>, Denied> {
        let init = async { fetch.await.map(Arc::new) };
        let token = self.fetched.try_get_with(key, init).await.map_err(|denied| Denied::clone(&denied))?;
        if let Some(refresh) = &token.refresh {
            self.refresh.insert(key, refresh.clone()).await;
        }
        Ok(token)
    }

    /// Forgets this very token; one that was fetched since stays.
    pub(super) async fn forget(&self, key: Key, token: &Arc<Token>) {
        let is_it = |entry: Option<moka::Entry<Key, Arc<Token>>>| {
            let same = entry.is_some_and(|entry| Arc::ptr_eq(entry.value(), token));
            std::future::ready(if same { Op::Remove } else { Op::Nop })
        };
        self.fetched.entry(key).and_compute_with(is_it).await;
        self.refresh.invalidate(&key).await;
    }

    /// The refresh token that came with the last one. It is handed out once: if it is refused, the next fetch does
    /// without.
    pub(super) async fn take_refresh(&self, key: Key) -> Option<SecretText> {
        self.refresh.remove(&key).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn token(lifetime: u64) -> Token {
        let value = SecretText::from("correct-horse".to_owned());
        Token { value, lifetime: Duration::from_secs(lifetime), refresh: None }
    }

    #[tokio::test]
    async fn however_many_wait_one_fetches() {
        let (tokens, fetches) = (Arc::new(Tokens::new()), Arc::new(AtomicUsize::new(0)));
        let key = (CredentialId(uuid::Uuid::from_u128(1)), 1);
        let ask = || {
            let (tokens, fetches) = (Arc::clone(&tokens), Arc::clone(&fetches));
            tokio::spawn(async move {
                let fetch = async {
                    fetches.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok(token(300))
                };
                tokens.get_or_fetch(key, fetch).await.unwrap()
            })
        };
        let waiting: Vec<_> = (0..500).map(|_| ask()).collect();
        for one in waiting {
            one.await.unwrap();
        }
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn only_the_very_token_that_was_refused_is_forgotten() {
        let tokens = Tokens::new();
        let key = (CredentialId(uuid::Uuid::from_u128(1)), 1);
        let first = tokens.get_or_fetch(key, async { Ok(token(300)) }).await.unwrap();
        tokens.forget(key, &first).await;
        let second = tokens.get_or_fetch(key, async { Ok(token(300)) }).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        tokens.forget(key, &first).await;
        let third = tokens.get_or_fetch(key, async { Ok(token(300)) }).await.unwrap();
        assert!(Arc::ptr_eq(&second, &third));
    }

    #[tokio::test]
    async fn a_failure_is_not_remembered_and_another_revision_has_its_own_token() {
        let tokens = Tokens::new();
        let id = CredentialId(uuid::Uuid::from_u128(1));
        assert!(tokens.get_or_fetch((id, 1), async { Err(Denied::new("no")) }).await.is_err());
        let first = tokens.get_or_fetch((id, 1), async { Ok(token(300)) }).await.unwrap();
        let second = tokens.get_or_fetch((id, 2), async { Ok(token(300)) }).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
    }
}
