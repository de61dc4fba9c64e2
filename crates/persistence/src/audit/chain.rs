//! The chain of the trail: each event gets a number without gaps, and a hash over the hash before it and the event. It
//! is put together a moment after the events, so that writers need not wait for each other; proving it finds an event
//! that was altered, taken out, put in, or moved.

use aws_lc_rs::digest;
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Text},
};
use serde_json::{Value, json};

use super::list::EventRow;
use crate::{
    engine::{connection::DbConnection, prepared::Prepared},
    error::{StoreError, Unique},
    schema::audit_events,
    sql_types::IdText,
    store::{Changing, Reading},
};

/// The hash before the first event.
const BEGINNING: &str = "";

/// The newest event in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0 while there is none.
    pub sequence: i64,
    /// Its hash.
    pub hash: String,
}

impl Head {
    /// Of a chain without events.
    pub fn beginning() -> Self {
        Self { sequence: 0, hash: BEGINNING.to_owned() }
    }

    /// The next one, when this event is put behind it.
    fn then(&self, row: &EventRow) -> Self {
        Self { sequence: self.sequence.saturating_add(1), hash: hash(&self.hash, row) }
    }
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The event of this number is missing; the next one that is there has another.
    Missing {
        /// The number.
        sequence: i64,
    },
    /// The hash of this event is not the one that it and those before it make.
    Differs {
        /// Its number.
        sequence: i64,
        /// Its id.
        id: String,
    },
}

/// The newest event in the chain.
pub fn head(tx: &mut Reading<'_>) -> Result<Head, StoreError> {
    let newest: Option<(Option<i64>, Option<String>)> = audit_events::table
        .filter(audit_events::sequence.is_not_null())
        .order(audit_events::sequence.desc())
        .select((audit_events::sequence, audit_events::hash))
        .first(tx.0)
        .optional()?;
    let newest = newest.and_then(|(sequence, hash)| sequence.zip(hash));
    Ok(newest.map_or_else(Head::beginning, |(sequence, hash)| Head { sequence, hash }))
}

/// Puts events that wait for it into the chain, at most so many, and says how many. Of two nodes that do it at once one
/// is [`StoreError::Stale`], and puts nothing in.
pub fn extend(tx: &mut Changing<'_>, limit: i64) -> Result<usize, StoreError> {
    let waiting: Vec<EventRow> = audit_events::table
        .filter(audit_events::sequence.is_null())
        .order(audit_events::id)
        .select(EventRow::as_select())
        .limit(limit)
        .load(tx.0)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut last = head(tx)?;
    let mut links = Vec::with_capacity(waiting.len());
    for row in &waiting {
        last = last.then(row);
        links.push((row.id.clone(), last.clone()));
    }
    match put(tx, links).map_err(StoreError::from) {
        Ok(put) if put == waiting.len() => Ok(put),
        Ok(_) | Err(StoreError::Duplicate(Unique::AuditSequence)) => Err(StoreError::Stale),
        Err(error) => Err(error),
    }
}

/// Gives events their places; says how many of them had none. One statement where each is a way to a server and back.
fn put(tx: &mut Changing<'_>, links: Vec<(IdText, Head)>) -> QueryResult<usize> {
    match &mut *tx.0 {
        DbConnection::Postgres(inner) => {
            let (ids, heads): (Vec<String>, Vec<Head>) =
                links.into_iter().map(|(id, head)| (id.0, head)).unzip();
            let (sequences, hashes): (Vec<i64>, Vec<String>) =
                heads.into_iter().map(|head| (head.sequence, head.hash)).unzip();
            diesel::sql_query(
                "update audit_events set sequence = link.sequence, hash = link.hash
                 from unnest($1::text[]::uuid[], $2::bigint[], $3::text[]) as link (id, sequence, hash)
                 where audit_events.id = link.id and audit_events.sequence is null",
            )
            .bind::<Array<Text>, _>(ids)
            .bind::<Array<BigInt>, _>(sequences)
            .bind::<Array<Text>, _>(hashes)
            .execute(inner)
        }
        DbConnection::Sqlite(inner) => {
            let mut put: usize = 0;
            for (id, head) in links {
                let own = audit_events::table.find(id).filter(audit_events::sequence.is_null());
                let link = (audit_events::sequence.eq(head.sequence), audit_events::hash.eq(head.hash));
                put = put.saturating_add(Prepared(diesel::update(own).set(link)).execute(inner)?);
            }
            Ok(put)
        }
    }
}

/// Checks the events behind `last`, at most so many. `None` at the end of the chain.
pub fn prove(
    tx: &mut Reading<'_>,
    last: &Head,
    limit: i64,
) -> Result<Option<Result<Head, Broken>>, StoreError> {
    let rows: Vec<EventRow> = audit_events::table
        .filter(audit_events::sequence.gt(last.sequence))
        .order(audit_events::sequence)
        .select(EventRow::as_select())
        .limit(limit)
        .load(tx.0)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut head = last.clone();
    for row in &rows {
        let next = head.then(row);
        if row.sequence != Some(next.sequence) {
            return Ok(Some(Err(Broken::Missing { sequence: next.sequence })));
        }
        if row.hash.as_deref() != Some(&next.hash) {
            return Ok(Some(Err(Broken::Differs { sequence: next.sequence, id: row.id.0.clone() })));
        }
        head = next;
    }
    Ok(Some(Ok(head)))
}

/// How many events wait for their place.
pub fn waiting(tx: &mut Reading<'_>) -> Result<i64, StoreError> {
    Ok(audit_events::table.filter(audit_events::sequence.is_null()).count().get_result(tx.0)?)
}

/// SHA-256 in hex over the hash before and the event, as a JSON array without white space, so that it can be computed
/// by anybody who has an export.
fn hash(before: &str, row: &EventRow) -> String {
    let changes: Value = serde_json::from_str(&row.changes.0).unwrap_or(Value::Null);
    let text = |id: &Option<crate::sql_types::IdText>| id.as_ref().map(|id| id.0.clone());
    let content = json!([
        before,
        row.id.0,
        row.at.0,
        text(&row.actor),
        row.request_id,
        row.organization_id,
        text(&row.environment_id),
        row.action,
        row.resource_kind,
        row.resource_id,
        changes,
    ]);
    let digest = digest::digest(&digest::SHA256, content.to_string().as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
