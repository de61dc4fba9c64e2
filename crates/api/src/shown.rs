//! Destinations as lists show them, already written: a page is mostly what some page before it was. An entry is one
//! version of one destination, so it is never out of date, whichever node made the change; it is only not asked for
//! any more, and goes when there is no room.

use std::{collections::HashMap, sync::Arc};

use domain::{destination::Destination, ids::DestinationId};
use moka::sync::Cache;
use persistence::{
    Reading,
    destinations::{self, Listed},
};
use serde_json::value::{RawValue, to_raw_value};

use crate::{failure::Failure, wire::destination::DestinationView};

/// Bytes that all entries may have together; one has about a kilobyte.
const CAPACITY: u64 = 4 * 1_024 * 1_024;
/// Bytes that an entry has beside its text.
const OVERHEAD: usize = 200;

/// A destination as JSON, in the form of [`DestinationView`].
pub type Written = Arc<RawValue>;

/// The destinations that were shown last.
pub struct Shown {
    written: Cache<Listed, Written>,
}

impl Shown {
    /// Remembers nothing yet.
    pub fn new() -> Self {
        let weigh = |_: &Listed, text: &Written| {
            u32::try_from(text.get().len().saturating_add(OVERHEAD)).unwrap_or(u32::MAX)
        };
        Self { written: Cache::builder().weigher(weigh).max_capacity(CAPACITY).build() }
    }

    /// The destinations of a page, in its order; those that are not remembered are read together. One deleted since
    /// the page was read is left out.
    pub fn write(&self, tx: &mut Reading<'_>, page: &[Listed]) -> Result<Vec<Written>, Failure> {
        let known: Vec<_> = page.iter().map(|listed| (listed.id, self.written.get(listed))).collect();
        let missing: Vec<_> = known.iter().filter(|(_, text)| text.is_none()).map(|(id, _)| *id).collect();
        let mut fresh = self.read(tx, &missing)?;
        Ok(known.into_iter().filter_map(|(id, text)| text.or_else(|| fresh.remove(&id))).collect())
    }

    fn read(
        &self,
        tx: &mut Reading<'_>,
        missing: &[DestinationId],
    ) -> Result<HashMap<DestinationId, Written>, Failure> {
        if missing.is_empty() {
            return Ok(HashMap::new());
        }
        let remember = |destination: &Destination| {
            let text = to_raw_value(&DestinationView::from(destination)).map_err(Failure::internal)?;
            let text = Written::from(text);
            self.written.insert(Listed::from(destination), text.clone());
            Ok((destination.id, text))
        };
        destinations::load(tx, missing)?.iter().map(remember).collect()
    }
}
