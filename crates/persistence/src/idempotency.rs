//! The table `idempotency_records`: what was answered to requests with an `Idempotency-Key`.

use diesel::prelude::*;
use domain::time::Timestamp;

use crate::{
    engine::connection::each,
    error::StoreError,
    schema::idempotency_records,
    sealing::Place,
    sql_types::InstantText,
    store::{Changing, Reading},
};

/// Where an answer is sealed for.
pub fn place(digest: &str) -> Place {
    Place { table: "idempotency_records", row: digest.to_owned(), column: "response" }
}

/// What there is under a caller's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing was: the request is under way now, and it is this one's to be answered.
    Taken,
    /// The same request was answered; the answer, sealed.
    Answered(Vec<u8>),
    /// The same request is under way.
    UnderWay,
    /// Another request had this key.
    OtherRequest,
}

/// Takes a key for a request, until `until` should it never be answered.
pub fn claim(
    tx: &mut Changing<'_>,
    digest: &str,
    request: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Claim, StoreError> {
    let ended = idempotency_records::table
        .filter(idempotency_records::digest.eq(digest))
        .filter(idempotency_records::expires_at.le(InstantText::from(now)));
    diesel::delete(ended).execute(tx.0)?;
    let row = (
        idempotency_records::digest.eq(digest),
        idempotency_records::request.eq(request),
        idempotency_records::expires_at.eq(InstantText::from(until)),
    );
    let inserted = each!(&mut *tx.0, |inner| diesel::insert_into(idempotency_records::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    if inserted > 0 {
        return Ok(Claim::Taken);
    }
    Ok(find(tx, digest, request)?.unwrap_or(Claim::UnderWay))
}

/// What there is under a key that has not ended.
fn find(tx: &mut Reading<'_>, digest: &str, request: &str) -> Result<Option<Claim>, StoreError> {
    let found: Option<(String, Option<Vec<u8>>)> = idempotency_records::table
        .filter(idempotency_records::digest.eq(digest))
        .select((idempotency_records::request, idempotency_records::response))
        .first(tx.0)
        .optional()?;
    Ok(found.map(|(first, response)| match response {
        _ if first != request => Claim::OtherRequest,
        Some(response) => Claim::Answered(response),
        None => Claim::UnderWay,
    }))
}

/// Keeps the answer, together with what it tells of, until `until`. [`StoreError::Stale`] if the request is no longer
/// this one's: it took so long that another one has taken over.
pub fn answer(
    tx: &mut Changing<'_>,
    digest: &str,
    request: &str,
    response: &[u8],
    until: Timestamp,
) -> Result<(), StoreError> {
    let own = idempotency_records::table
        .filter(idempotency_records::digest.eq(digest))
        .filter(idempotency_records::request.eq(request))
        .filter(idempotency_records::response.is_null());
    let change = (
        idempotency_records::response.eq(Some(response)),
        idempotency_records::expires_at.eq(InstantText::from(until)),
    );
    let kept = diesel::update(own).set(change).execute(tx.0)?;
    if kept == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

/// Gives a key back whose request came to nothing.
pub fn release(tx: &mut Changing<'_>, digest: &str, request: &str) -> Result<(), StoreError> {
    let own = idempotency_records::table
        .filter(idempotency_records::digest.eq(digest))
        .filter(idempotency_records::request.eq(request))
        .filter(idempotency_records::response.is_null());
    diesel::delete(own).execute(tx.0)?;
    Ok(())
}

/// Forgets records that have ended, at most so many, and says how many.
pub fn forget(tx: &mut Changing<'_>, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let ended: Vec<String> = idempotency_records::table
        .filter(idempotency_records::expires_at.lt(InstantText::from(now)))
        .order(idempotency_records::expires_at)
        .select(idempotency_records::digest)
        .limit(limit)
        .load(tx.0)?;
    if ended.is_empty() {
        return Ok(0);
    }
    let ended = idempotency_records::table.filter(idempotency_records::digest.eq_any(ended));
    Ok(diesel::delete(ended).execute(tx.0)?)
}
