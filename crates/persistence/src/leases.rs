//! The table `verification_leases`: at most one attempt at a time per destination, on all nodes. A lease ends by
//! itself, so that a crash does not block a destination for long.

use std::sync::Arc;

use diesel::{
    dsl::sql, pg::Pg, prelude::*, query_builder::QueryFragment, query_dsl::methods, sql_types::Bool,
    upsert::excluded,
};
use domain::{
    ids::{DestinationId, VerificationId},
    refusal::Refusal,
    time::Timestamp,
};

use crate::{
    engine::{
        at_once::{Tried, at_once},
        connection::each,
        prepared::Prepared,
    },
    error::StoreError,
    schema::verification_leases,
    sql_types::{IdText, InstantText},
    store::{Changing, Reading, Store},
};

/// The lease of a destination, as an attempt wants it.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// Whose.
    pub destination: DestinationId,
    /// What for.
    pub attempt: VerificationId,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// Takes the lease that a plan is for, if it comes to one, and answers with what else it came to. The plan may be asked
/// more than once.
pub async fn begin<P, E, F>(store: &Store, lease: Lease, plan: F) -> Result<P, E>
where
    P: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: Fn(&mut Reading<'_>) -> Result<P, E> + Send + Sync + 'static,
{
    let plan = Arc::new(plan);
    match at_once(store, plan.clone(), move |tx, _| acquire(tx, &lease)).await? {
        Tried::Written(planned) => Ok(planned),
        Tried::Late(_) | Tried::Not => {
            let job = move |tx: &mut Changing<'_>| {
                let planned = plan(tx)?;
                acquire(tx, &lease)?;
                Ok(planned)
            };
            store.change(job).await
        }
    }
}

/// Takes a lease. While another attempt's has not ended, that is [`Refusal::VerificationInProgress`].
pub fn acquire(tx: &mut Changing<'_>, lease: &Lease) -> Result<(), StoreError> {
    let Lease { destination, attempt, from, until } = *lease;
    let lease = (
        verification_leases::destination_id.eq(IdText::from(destination)),
        verification_leases::verification_id.eq(IdText::from(attempt)),
        verification_leases::expires_at.eq(InstantText::from(until)),
    );
    let instead = (
        verification_leases::verification_id.eq(excluded(verification_leases::verification_id)),
        verification_leases::expires_at.eq(excluded(verification_leases::expires_at)),
    );
    // An insert that fails would end a transaction of PostgreSQL, and with it what others do in it.
    let has_ended = verification_leases::expires_at.le(InstantText::from(from));
    let taken = each!(&mut *tx.0, |inner| {
        let put = diesel::insert_into(verification_leases::table)
            .values(lease)
            .on_conflict(verification_leases::destination_id)
            .do_update()
            .set(instead);
        Prepared(methods::FilterDsl::filter(put, has_ended)).execute(inner)
    })?;
    if taken == 0 { Err(StoreError::Refused(Refusal::VerificationInProgress)) } else { Ok(()) }
}

/// Gives the lease back. `false` if it was no longer this attempt's: it ended, and another attempt may have begun.
pub fn release(
    tx: &mut Changing<'_>,
    destination: DestinationId,
    attempt: VerificationId,
) -> Result<bool, StoreError> {
    let own = verification_leases::table
        .filter(verification_leases::destination_id.eq(IdText::from(destination)))
        .filter(verification_leases::verification_id.eq(IdText::from(attempt)));
    Ok(diesel::delete(own).execute(tx.0)? > 0)
}

/// [`release`] if a row was written, in the statement of PostgreSQL that writes it.
pub(crate) fn releasing(
    destination: DestinationId,
    attempt: VerificationId,
) -> impl QueryFragment<Pg> + use<> {
    let own = verification_leases::table
        .filter(verification_leases::destination_id.eq(IdText::from(destination)))
        .filter(verification_leases::verification_id.eq(IdText::from(attempt)))
        .filter(sql::<Bool>("EXISTS (SELECT 1 FROM written)"));
    diesel::delete(own)
}
