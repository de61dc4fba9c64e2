//! The table `verification_leases`: at most one attempt at a time per destination, on all nodes. A lease ends by
//! itself, so that a crash does not block a destination for long.

use diesel::prelude::*;
use domain::{
    ids::{DestinationId, VerificationId},
    refusal::Refusal,
    time::Timestamp,
};

use crate::{
    error::{StoreError, Unique},
    schema::verification_leases,
    sql_types::{IdText, InstantText},
    store::Changing,
};

/// Takes the lease of a destination for an attempt, until a time. While another attempt's has not ended, that is
/// [`Refusal::VerificationInProgress`].
pub fn acquire(
    tx: &mut Changing<'_>,
    destination: DestinationId,
    attempt: VerificationId,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    let ended = verification_leases::table
        .filter(verification_leases::destination_id.eq(IdText::from(destination)))
        .filter(verification_leases::expires_at.le(InstantText::from(now)));
    diesel::delete(ended).execute(tx.0)?;
    let lease = (
        verification_leases::destination_id.eq(IdText::from(destination)),
        verification_leases::verification_id.eq(IdText::from(attempt)),
        verification_leases::expires_at.eq(InstantText::from(until)),
    );
    let inserted = diesel::insert_into(verification_leases::table).values(lease).execute(tx.0);
    match inserted.map_err(StoreError::from) {
        Ok(_) => Ok(()),
        Err(StoreError::Duplicate(Unique::VerificationLease)) => {
            Err(StoreError::Refused(Refusal::VerificationInProgress))
        }
        Err(other) => Err(other),
    }
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
