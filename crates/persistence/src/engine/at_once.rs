//! A write that is tried without a transaction of its own: on PostgreSQL that saves ways to the server and back, and syncs
//! to disk. What it was planned from is read before, and holds nobody up.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    error::StoreError,
    store::{Changing, Reading, Store},
};

/// What has become of it.
pub(crate) enum Tried<P> {
    /// The plan is carried out.
    Written(P),
    /// Nothing is written: what the plan was made from is not as it was, or somebody else holds it.
    Late(P),
    /// Nothing is written: there is but one writer, or the connection was lost before.
    Not,
}

/// Makes a plan and carries it out by `write`: one statement, that is [`StoreError::Stale`] if it came too late, and waits
/// for nobody. Both may be run again, as long as nothing is kept.
pub(crate) async fn at_once<P, E, F, W>(store: &Store, plan: Arc<F>, write: W) -> Result<Tried<P>, E>
where
    P: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: Fn(&mut Reading<'_>) -> Result<P, E> + Send + Sync + 'static,
    W: Fn(&mut Changing<'_>, &P) -> Result<(), StoreError> + Send + 'static,
{
    if !store.has_many_writers() {
        return Ok(Tried::Not);
    }
    let has_written = Arc::new(AtomicBool::new(false));
    let writes = has_written.clone();
    let tried = store.change_at_once(move |tx: &mut Changing<'_>| {
        writes.store(false, Ordering::Release);
        let planned = match plan(tx) {
            Ok(planned) => planned,
            Err(refused) => return Ok(Err(refused)),
        };
        writes.store(true, Ordering::Release);
        match write(tx, &planned) {
            Ok(()) => Ok(Ok(Tried::Written(planned))),
            Err(StoreError::Stale) => Ok(Ok(Tried::Late(planned))),
            Err(error) => Err(error),
        }
    });
    match tried.await {
        Ok(answer) => answer,
        Err(StoreError::Unavailable(_)) if !has_written.load(Ordering::Acquire) => Ok(Tried::Not),
        Err(error) => Err(error.into()),
    }
}
