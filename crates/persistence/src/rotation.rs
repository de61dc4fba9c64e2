//! Rotation of the master key: secrets sealed with older keys are wrapped anew with the active one, a few at a time,
//! while the server goes on. What is done stays done, so a rotation that was stopped is simply started again.

use crate::{
    error::StoreError,
    sealed_columns::{self, SealedColumn, SealedValue},
    sealing::{Keyring, Place, SealingError},
    store::Store,
};

/// Where the next batch begins. Good for one ring; a later run begins without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// How many pairs of a column and an older key are done.
    step: usize,
    /// The last row seen of the pair under way.
    after: String,
}

/// What a batch did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Secrets that need the active key now.
    pub rewrapped: usize,
    /// Secrets that somebody changed or deleted between reading and writing; left as they are.
    pub overtaken: usize,
    /// Secrets that do not open with the key they name; left as they are.
    pub failed: Vec<(Place, SealingError)>,
    /// Where the next batch begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// How many secrets still need a master key that is not the active one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remaining {
    /// The key, 16 hex digits. It may be one that is not in the ring.
    pub key_id: String,
    /// The secrets.
    pub secrets: i64,
}

/// Wraps up to `limit` secrets anew, in one write transaction. A secret that changes meanwhile is not touched: each
/// is replaced only if it still is what was read.
pub async fn rotate_batch(
    store: &Store,
    keyring: &Keyring,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Progress, StoreError> {
    let mut cursor = after.unwrap_or(Cursor { step: 0, after: String::new() });
    let steps = steps(keyring);
    while let Some((column, key_id)) = steps.get(cursor.step).cloned() {
        let (name, begin) = (key_id.clone(), cursor.after.clone());
        let read = store.read(move |tx| column.sealed_with(tx, &name, &begin, limit)).await?;
        let next = match read.last() {
            Some(last) if read.len() >= usize::from(limit) => {
                Cursor { step: cursor.step, after: last.row_key.clone() }
            }
            Some(_) | None => Cursor { step: cursor.step.saturating_add(1), after: String::new() },
        };
        if read.is_empty() {
            cursor = next;
            continue;
        }
        let progress = rewrap_all(store, keyring, column, key_id, read).await?;
        return Ok(Progress { next: (next.step < steps.len()).then_some(next), ..progress });
    }
    Ok(Progress::default())
}

/// The secrets that still need a key other than the active one, by key; empty when the older ones can go.
pub async fn remaining(store: &Store, keyring: &Keyring) -> Result<Vec<Remaining>, StoreError> {
    let active = keyring.active_key_id();
    let counted = store.read(|tx| {
        let mut found: Vec<Remaining> = Vec::new();
        for column in sealed_columns::ALL {
            for key_id in column.key_ids(tx)? {
                let secrets = column.count(tx, &key_id)?;
                match found.iter_mut().find(|known| known.key_id == key_id) {
                    Some(known) => known.secrets = known.secrets.saturating_add(secrets),
                    None => found.push(Remaining { key_id, secrets }),
                }
            }
        }
        Ok::<_, StoreError>(found)
    });
    let mut found = counted.await?;
    found.retain(|remaining| remaining.key_id != active);
    Ok(found)
}

/// Every column with every older key.
fn steps(keyring: &Keyring) -> Vec<(SealedColumn, String)> {
    let active = keyring.active_key_id();
    let older: Vec<String> = keyring.key_ids().into_iter().filter(|key_id| *key_id != active).collect();
    sealed_columns::ALL
        .into_iter()
        .flat_map(|column| older.iter().map(move |key_id| (column, key_id.clone())))
        .collect()
}

async fn rewrap_all(
    store: &Store,
    keyring: &Keyring,
    column: SealedColumn,
    key_id: String,
    read: Vec<SealedValue>,
) -> Result<Progress, StoreError> {
    let mut failed = Vec::new();
    let mut rewrapped = Vec::new();
    for value in read {
        let place = column.place(value.row_key.clone());
        match keyring.rewrap(&value.envelope, &place) {
            Ok(envelope) => rewrapped.push((value, envelope)),
            Err(error) => failed.push((place, error)),
        }
    }
    let tried = rewrapped.len();
    let replaced = store
        .change(move |tx| {
            let mut replaced = 0_usize;
            for (value, envelope) in &rewrapped {
                replaced =
                    replaced.saturating_add(usize::from(column.replace(tx, &key_id, value, envelope)?));
            }
            Ok::<_, StoreError>(replaced)
        })
        .await?;
    Ok(Progress { rewrapped: replaced, overtaken: tried.saturating_sub(replaced), failed, next: None })
}
