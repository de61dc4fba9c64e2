//! What a server does beside answering requests: looks after its keys, and forgets what has ended. Each piece of work
//! is small, and does no harm when several nodes do it.

use std::{sync::Arc, time::Duration};

use persistence::{StoreError, api_keys};

use crate::{authentication::signing_keys::SigningKeys, clock, state::State};

/// Between two sweeps.
const SWEEPS_APART: Duration = Duration::from_secs(60);
/// Rows that one transaction forgets.
const BATCH: i64 = 500;

/// The work, until it is dropped.
pub struct Housekeeping(Vec<tokio::task::JoinHandle<()>>);

impl Housekeeping {
    /// Begins.
    pub fn start(state: &Arc<State>) -> Self {
        Self(vec![tokio::spawn(SigningKeys::watch(state.clone())), tokio::spawn(sweep(state.clone()))])
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
