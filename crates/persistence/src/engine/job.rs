//! A piece of work for a database thread: a closure moves in, its result moves out once it may be told.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::connection::DbConnection;
use crate::error::StoreError;

/// Work that waits for a connection. Its result type is hidden, so that one queue takes every kind.
pub(crate) trait Job: Send {
    /// Whether nobody waits for the answer any more; then it need not be begun.
    fn is_abandoned(&self) -> bool;

    /// Does the work, in whatever transaction the caller of this function has begun, and keeps the result. Says
    /// whether it succeeded, that is whether what it wrote is to be kept. Work that only reads can be done again.
    fn run(&mut self, connection: &mut DbConnection) -> bool;

    /// Tells the result; `Err` replaces it when the database itself failed.
    fn deliver(self: Box<Self>, ended: Result<(), StoreError>);
}

/// Packs a closure, and gives the end at which its answer arrives.
pub(crate) fn pack<T, E, F>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut DbConnection) -> Result<T, E> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Waiting { work, result: None, reply }), answer)
}

/// Packs a closure that can run only once: work that writes.
pub(crate) fn pack_once<T, E, F>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(&mut DbConnection) -> Result<T, E> + Send + 'static,
{
    let mut work = Some(work);
    pack(move |connection: &mut DbConnection| match work.take() {
        Some(work) => work(connection),
        None => Err(StoreError::Internal("a write was run twice".to_owned()).into()),
    })
}

struct Waiting<F, T, E> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Waiting<F, T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut DbConnection) -> Result<T, E> + Send + 'static,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, connection: &mut DbConnection) -> bool {
        // The connection outlives the panic, but the caller of this function rolls back what the job did with it.
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(connection))).unwrap_or_else(|_| {
            tracing::error!("a database job panicked; it was rolled back");
            Err(StoreError::Internal("a database job panicked".to_owned()).into())
        });
        self.result.insert(result).is_ok()
    }

    fn deliver(self: Box<Self>, ended: Result<(), StoreError>) {
        let Self { result, reply, .. } = *self;
        let result = match ended {
            Ok(()) => result
                .unwrap_or_else(|| Err(StoreError::Internal("a database job was not run".to_owned()).into())),
            Err(error) => Err(error.into()),
        };
        if reply.send(result).is_err() {
            tracing::debug!("nobody waited for the answer of a database job");
        }
    }
}
