//! A piece of work for a database thread: a closure moves in, its result moves out once it may be told.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::connection::DbConnection;
use crate::error::StoreError;

/// Work that waits for a connection. Its result type is hidden, so that one queue takes every kind.
pub(crate) trait Job: Send {
    /// Whether nobody waits for the answer any more; then it need not be begun.
    fn is_abandoned(&self) -> bool;

    /// Does the work inside a transaction that the caller of this function has begun.
    fn run(self: Box<Self>, connection: &mut DbConnection) -> Box<dyn Answer>;

    /// Answers without having begun.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// The result of a job, held back until the transaction has ended.
pub(crate) trait Answer {
    /// Whether what the job wrote is to be kept.
    fn is_kept(&self) -> bool;

    /// Tells the result; `Err` replaces it when the transaction itself failed.
    fn deliver(self: Box<Self>, ended: Result<(), StoreError>);
}

/// Packs a closure, and gives the end at which its answer arrives.
pub(crate) fn pack<T, E, F>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(&mut DbConnection) -> Result<T, E> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Waiting { work, reply }), answer)
}

struct Waiting<F, T, E> {
    work: F,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Waiting<F, T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(&mut DbConnection) -> Result<T, E> + Send + 'static,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(self: Box<Self>, connection: &mut DbConnection) -> Box<dyn Answer> {
        let Self { work, reply } = *self;
        // The connection outlives the panic, but the caller of this function rolls back what the job did with it.
        let result = catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or_else(|_| {
            tracing::error!("a database job panicked; it was rolled back");
            Err(StoreError::Internal("a database job panicked".to_owned()).into())
        });
        Box::new(Done { result, reply })
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        send(self.reply, Err(error.into()));
    }
}

struct Done<T, E> {
    result: Result<T, E>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E: From<StoreError>> Answer for Done<T, E> {
    fn is_kept(&self) -> bool {
        self.result.is_ok()
    }

    fn deliver(self: Box<Self>, ended: Result<(), StoreError>) {
        let Self { result, reply } = *self;
        match ended {
            Ok(()) => send(reply, result),
            Err(error) => send(reply, Err(error.into())),
        }
    }
}

fn send<T, E>(reply: oneshot::Sender<Result<T, E>>, result: Result<T, E>) {
    if reply.send(result).is_err() {
        tracing::debug!("nobody waited for the answer of a database job");
    }
}
