//! Pages by keyset: a page begins after the last row of the one before, so its cost does not grow with its number.

/// Where the next page begins: the sort column's text and the id of the last row shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyset {
    /// The sort column of the last row, as it is stored.
    pub key: String,
    /// The id of the last row; decides between equal keys.
    pub id: String,
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<K = Keyset> {
    /// Begins after this row; from the start when `None`.
    pub after: Option<K>,
    /// At most so many rows.
    pub limit: u16,
}

impl<K> PageRequest<K> {
    /// One row more than asked for tells whether there is another page.
    pub(crate) fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, K = Keyset> {
    /// Its rows, in the order asked for.
    pub items: Vec<T>,
    /// Where the next one begins; `None` on the last.
    pub next: Option<K>,
}

impl<T, K> Page<T, K> {
    /// Cuts off the row too many, and turns each row into what is shown.
    pub(crate) fn cut<R, E>(
        mut rows: Vec<R>,
        limit: u16,
        key: impl FnOnce(&R) -> K,
        show: impl FnMut(R) -> Result<T, E>,
    ) -> Result<Self, E> {
        let has_more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = rows.last().filter(|_| has_more).map(key);
        let items = rows.into_iter().map(show).collect::<Result<_, _>>()?;
        Ok(Self { items, next })
    }
}
