//! The table `request_counts`: how many requests callers have made in a window of time, by all nodes together.

use std::collections::HashMap;

use diesel::{prelude::*, upsert::excluded};

use crate::{engine::connection::each, error::StoreError, schema::request_counts, store::Changing};

/// Adds what this node has counted since it last did, and answers with what all nodes have, by caller.
pub fn exchange(
    tx: &mut Changing<'_>,
    window: i64,
    counted: &[(String, i64)],
) -> Result<HashMap<String, i64>, StoreError> {
    for (caller, requests) in counted {
        let row = (
            request_counts::caller.eq(caller),
            request_counts::time_window.eq(window),
            request_counts::requests.eq(requests),
        );
        let sum = request_counts::requests + excluded(request_counts::requests);
        each!(&mut *tx.0, |inner| diesel::insert_into(request_counts::table)
            .values(row)
            .on_conflict((request_counts::caller, request_counts::time_window))
            .do_update()
            .set(request_counts::requests.eq(sum))
            .execute(inner))?;
    }
    let callers: Vec<&String> = counted.iter().map(|(caller, _)| caller).collect();
    let all: Vec<(String, i64)> = request_counts::table
        .filter(request_counts::time_window.eq(window))
        .filter(request_counts::caller.eq_any(callers))
        .select((request_counts::caller, request_counts::requests))
        .load(tx.0)?;
    Ok(all.into_iter().collect())
}

/// Forgets windows before this one.
pub fn forget(tx: &mut Changing<'_>, before: i64) -> Result<usize, StoreError> {
    Ok(diesel::delete(request_counts::table.filter(request_counts::time_window.lt(before))).execute(tx.0)?)
}
