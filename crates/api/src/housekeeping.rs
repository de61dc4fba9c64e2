//! What a server does beside answering requests: looks after its keys, and forgets what has ended. Each piece of work
//! is small, and does no harm when several nodes do it.

use std::{sync::Arc, time::Duration};

use persistence::{StoreError, api_keys, audit::chain, idempotency, rates};

use crate::{authentication::signing_keys::SigningKeys, clock, state::State};

/// Between two sweeps.
const SWEEPS_APART: Duration = Duration::from_secs(60);
/// Rows that one transaction forgets.
const BATCH: i64 = 500;

/// Events that one transaction chains: few, for writers wait for it on SQLite.
const CHAINED: i64 = 200;
/// Between two looks for events to chain; and between two batches, while there are more.
const CHAINING_APART: Duration = Duration::from_secs(1);
const BETWEEN_BATCHES: Duration = Duration::from_millis(200);

/// Between two exchanges of counts with other nodes.
const COUNTS_APART: Duration = Duration::from_secs(1);

/// The work, until it is dropped.
pub struct Housekeeping(Vec<tokio::task::JoinHandle<()>>);

impl Housekeeping {
    /// Begins.
    pub fn start(state: &Arc<State>) -> Self {
        Self(vec![
            tokio::spawn(SigningKeys::watch(state.clone())),
            tokio::spawn(sweep(state.clone())),
            tokio::spawn(chain_events(state.clone())),
            tokio::spawn(exchange_counts(state.clone())),
        ])
    }
}

impl Drop for Housekeeping {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

/// Forgets what has ended.
async fn sweep(state: Arc<State>) {
    loop {
        tokio::time::sleep(SWEEPS_APART).await;
        let now = clock::now();
        let store = &state.store;
        until_done(|| store.change(move |tx| api_keys::forget_assertions(tx, now, BATCH))).await;
        until_done(|| store.change(move |tx| idempotency::forget(tx, now, BATCH))).await;
        let window = state.limits.window();
        let forgotten = store.change(move |tx| rates::forget(tx, window)).await;
        if let Err::<_, StoreError>(error) = forgotten {
            tracing::warn!(error = %error, "old counts of requests could not be forgotten");
        }
    }
}

/// Puts audit events into their chain. What is left over when the server stops, the next start finds.
async fn chain_events(state: Arc<State>) {
    loop {
        let chained = state.store.change(|tx| chain::extend(tx, CHAINED)).await;
        let pause = match chained {
            Ok(chained) if i64::try_from(chained).is_ok_and(|chained| chained == CHAINED) => BETWEEN_BATCHES,
            // Another node was at it.
            Ok(_) | Err(StoreError::Stale) => CHAINING_APART,
            Err(error) => {
                tracing::warn!(error = %error, "audit events could not be chained; it will be tried again");
                CHAINING_APART
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Tells the other nodes how often callers have called here, and learns it of them.
async fn exchange_counts(state: Arc<State>) {
    if !state.store.is_shared() {
        return;
    }
    loop {
        tokio::time::sleep(COUNTS_APART).await;
        let (window, untold) = state.limits.untold();
        if untold.is_empty() {
            continue;
        }
        match state.store.change(move |tx| rates::exchange(tx, window, &untold)).await {
            Ok(totals) => state.limits.learn(window, &totals),
            Err::<_, StoreError>(error) => {
                tracing::warn!(error = %error, "counts of requests could not be exchanged with other nodes");
            }
        }
    }
}

/// Repeats a batch until it finds nothing more to forget.
async fn until_done<F: Future<Output = Result<usize, StoreError>>>(batch: impl Fn() -> F) {
    loop {
        match batch().await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(error = %error, "what has ended could not be forgotten; it will be tried again");
                return;
            }
        }
    }
}
