//! A step of a destination's life that writes nothing beside it. On PostgreSQL it is tried without a transaction around
//! it, which saves three ways to the server and back: the write is one statement, and refuses a destination that is
//! not as it was read. Only then is it taken again with the row held.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use diesel::prelude::*;
use domain::{
    destination::{Applied, Created, Destination},
    ids::DestinationId,
};

use super::{create, kept::OfDestinations, update};
use crate::{
    engine::connection::DbConnection,
    error::StoreError,
    schema::destinations,
    sql_types::IdText,
    store::{Changing, Reading, Store},
};

/// What a plan comes to, and how it is stored.
pub trait Step: Send + 'static {
    /// Stores it, with the line that tells of it, by one statement of PostgreSQL; [`StoreError::Stale`] if the
    /// destination is not as it was when the step was taken.
    fn store(&self, tx: &mut Changing<'_>) -> Result<(), StoreError>;

    /// The destination as it is then.
    fn into_destination(self) -> Destination;
}

impl Step for Applied {
    fn store(&self, tx: &mut Changing<'_>) -> Result<(), StoreError> {
        update(tx, self)
    }

    fn into_destination(self) -> Destination {
        self.destination
    }
}

impl Step for Created {
    fn store(&self, tx: &mut Changing<'_>) -> Result<(), StoreError> {
        create(tx, self)
    }

    fn into_destination(self) -> Destination {
        self.destination
    }
}

/// Stores the step that `plan` takes, and answers with the destination as it is then. `plan` is asked again, with what
/// is stored by then, when somebody else was faster.
pub async fn step<S, E, F>(store: &Store, plan: F) -> Result<Destination, E>
where
    S: Step,
    E: From<StoreError> + Send + 'static,
    F: Fn(&mut Reading<'_>) -> Result<S, E> + Send + Sync + 'static,
{
    let plan = Arc::new(plan);
    let held = match store.has_many_writers() {
        false => None,
        true => match try_once(store, plan.clone()).await? {
            Tried::Stored(destination) => return Ok(*destination),
            Tried::Late(id) => Some(id),
            Tried::Lost => None,
        },
    };
    let job = move |tx: &mut Changing<'_>| {
        if let Some(id) = held {
            hold(tx, id)?;
        }
        let step = plan(tx)?;
        step.store(tx)?;
        Ok(step.into_destination())
    };
    store.change(job).await
}

/// What has become of a step that was tried without a transaction.
enum Tried {
    /// It is stored.
    Stored(Box<Destination>),
    /// Nothing is: the destination is not what it was.
    Late(DestinationId),
    /// Nothing is: the connection was lost before.
    Lost,
}

async fn try_once<S, E, F>(store: &Store, plan: Arc<F>) -> Result<Tried, E>
where
    S: Step,
    E: From<StoreError> + Send + 'static,
    F: Fn(&mut Reading<'_>) -> Result<S, E> + Send + Sync + 'static,
{
    let has_written = Arc::new(AtomicBool::new(false));
    let writes = has_written.clone();
    let tried = store.change_at_once(move |tx: &mut Changing<'_>| {
        let step = match plan(tx) {
            Ok(step) => step,
            Err(refused) => return Ok(Err(refused)),
        };
        writes.store(true, Ordering::Release);
        let stored = step.store(tx);
        let destination = step.into_destination();
        match stored {
            Ok(()) => Ok(Ok(Tried::Stored(Box::new(destination)))),
            Err(StoreError::Stale) => Ok(Ok(Tried::Late(destination.id))),
            Err(error) => Err(error),
        }
    });
    match tried.await {
        Ok(answer) => answer,
        Err(StoreError::Unavailable(_)) if !has_written.load(Ordering::Acquire) => Ok(Tried::Lost),
        Err(error) => Err(error.into()),
    }
}

/// Waits until nobody else changes the row, and keeps it for this transaction.
fn hold(tx: &mut Changing<'_>, id: DestinationId) -> Result<(), StoreError> {
    let row = destinations::table.filter(destinations::id.eq(IdText::from(id))).select(destinations::version);
    if let DbConnection::Postgres(inner) = &mut *tx.0 {
        OfDestinations::kept(row).get_result::<i64>(inner).optional()?;
    }
    Ok(())
}
