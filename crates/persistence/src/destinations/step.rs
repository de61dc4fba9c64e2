//! A step of a destination's life with what is written beside it, all by one statement of PostgreSQL. There it is tried
//! without a transaction of its own; the write refuses a destination that is not as it was read, or that somebody else
//! holds. Only then is it taken again with the row held.

use std::sync::Arc;

use diesel::prelude::*;
use domain::{
    destination::{Applied, Created, Destination},
    ids::DestinationId,
    verification::Verification,
};

use super::{create, end_attempt, kept::OfDestinations, update_if_free};
use crate::{
    engine::{
        at_once::{Tried, at_once},
        connection::DbConnection,
    },
    error::StoreError,
    schema::destinations,
    sql_types::IdText,
    store::{Changing, Reading, Store},
};

/// What a plan comes to, and how it is stored.
pub trait Step: Send + 'static {
    /// Stores it, with the line that tells of it, by one statement of PostgreSQL; [`StoreError::Stale`] if the
    /// destination is not as it was when the step was taken, or held by somebody else.
    fn store(&self, tx: &mut Changing<'_>) -> Result<(), StoreError>;

    /// The destination as it is then.
    fn into_destination(self) -> Destination;
}

impl Step for Applied {
    fn store(&self, tx: &mut Changing<'_>) -> Result<(), StoreError> {
        update_if_free(tx, self)
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

/// The end of an attempt to verify: its lease is given back, and it is written down.
pub struct Ended {
    /// What it comes to for the destination.
    pub applied: Applied,
    /// The attempt.
    pub verification: Verification,
}

impl Step for Ended {
    fn store(&self, tx: &mut Changing<'_>) -> Result<(), StoreError> {
        end_attempt(tx, self)
    }

    fn into_destination(self) -> Destination {
        self.applied.destination
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
    let held = match at_once(store, plan.clone(), |tx, step: &S| step.store(tx)).await? {
        Tried::Written(step) => return Ok(step.into_destination()),
        Tried::Late(step) => Some(step.into_destination().id),
        Tried::Not => None,
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

/// Waits until nobody else changes the destination, and keeps it for this transaction.
pub fn hold(tx: &mut Changing<'_>, id: DestinationId) -> Result<(), StoreError> {
    let row = destinations::table.filter(destinations::id.eq(IdText::from(id))).select(destinations::version);
    if let DbConnection::Postgres(inner) = &mut *tx.0 {
        OfDestinations::kept(row).get_result::<i64>(inner).optional()?;
    }
    Ok(())
}
