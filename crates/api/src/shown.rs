//! Destinations as they are shown, already written: most of what is read was read before. An entry names the version that
//! it is of, and counts only while the database has that very version, so it is never out of date, whichever node made the
//! change.

use std::{collections::HashMap, sync::Arc};

use domain::{destination::Destination, ids::DestinationId};
use moka::sync::Cache;
use persistence::{
    Reading, Scope,
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
    written: Cache<DestinationId, (Listed, Written)>,
}

impl Shown {
    /// Remembers nothing yet.
    pub fn new() -> Self {
        let weigh = |_: &DestinationId, (_, text): &(Listed, Written)| {
            u32::try_from(text.get().len().saturating_add(OVERHEAD)).unwrap_or(u32::MAX)
        };
        Self { written: Cache::builder().weigher(weigh).max_capacity(CAPACITY).build() }
    }

    /// A destination that the scope's user may see, and its version. One that is remembered is only asked for its version.
    pub fn one(
        &self,
        tx: &mut Reading<'_>,
        scope: &Scope,
        id: DestinationId,
    ) -> Result<(i64, Written), Failure> {
        if let Some((listed, text)) = self.written.get(&id)
            && destinations::listed(tx, scope, id)? == listed
        {
            return Ok((listed.version, text));
        }
        let destination = destinations::get_for(tx, scope, id)?;
        Ok((destination.version, self.remember(&destination)?))
    }

    /// The destinations of a page, in its order; those that are not remembered are read together. One deleted since
    /// the page was read is left out.
    pub fn write(&self, tx: &mut Reading<'_>, page: &[Listed]) -> Result<Vec<Written>, Failure> {
        let known: Vec<_> = page.iter().map(|listed| (listed.id, self.find(listed))).collect();
        let missing: Vec<_> = known.iter().filter(|(_, text)| text.is_none()).map(|(id, _)| *id).collect();
        let mut fresh = self.read(tx, &missing)?;
        Ok(known.into_iter().filter_map(|(id, text)| text.or_else(|| fresh.remove(&id))).collect())
    }

    fn find(&self, listed: &Listed) -> Option<Written> {
        let (remembered, text) = self.written.get(&listed.id)?;
        (remembered == *listed).then_some(text)
    }

    fn read(
        &self,
        tx: &mut Reading<'_>,
        missing: &[DestinationId],
    ) -> Result<HashMap<DestinationId, Written>, Failure> {
        if missing.is_empty() {
            return Ok(HashMap::new());
        }
        let remember = |destination: &Destination| Ok((destination.id, self.remember(destination)?));
        destinations::load(tx, missing)?.iter().map(remember).collect()
    }

    fn remember(&self, destination: &Destination) -> Result<Written, Failure> {
        let text = to_raw_value(&DestinationView::from(destination)).map_err(Failure::internal)?;
        let text = Written::from(text);
        self.written.insert(destination.id, (Listed::from(destination), text.clone()));
        Ok(text)
    }
}
