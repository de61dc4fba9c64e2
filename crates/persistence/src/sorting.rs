//! What the lists of an environment share: their sort orders, the condition that begins a page after the last row
//! of the one before, and the search for a text within names.

use crate::page::Keyset;

/// The order of a list; equal ones by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The oldest first.
    #[default]
    CreatedAt,
    /// The newest first.
    CreatedAtDescending,
    /// By name, whatever its case.
    Name,
    /// By name, backwards.
    NameDescending,
    /// The longest unchanged first.
    UpdatedAt,
    /// The last changed first.
    UpdatedAtDescending,
}

impl Sort {
    /// Where the page after this row begins.
    pub(crate) fn keyset(self, id: &str, name_key: &str, created_at: &str, updated_at: &str) -> Keyset {
        let key = match self {
            Self::CreatedAt | Self::CreatedAtDescending => created_at,
            Self::Name | Self::NameDescending => name_key,
            Self::UpdatedAt | Self::UpdatedAtDescending => updated_at,
        };
        Keyset { key: key.to_owned(), id: id.to_owned() }
    }
}

/// The pattern of texts that contain this one; its escape is the backslash.
pub(crate) fn containing(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// Sorts a boxed query on `$table`, which has the columns `id`, `name_key`, `created_at` and `updated_at`, and
/// begins after the keyset.
macro_rules! sorted {
    ($table:ident, $query:expr, $sort:expr, $after:expr) => {{
        use $crate::sorting::{Sort, ordered};
        match $sort {
            Sort::CreatedAt => ordered!($table, $query, $after, created_at, InstantText, asc, ge, gt),
            Sort::CreatedAtDescending => {
                ordered!($table, $query, $after, created_at, InstantText, desc, le, lt)
            }
            Sort::Name => ordered!($table, $query, $after, name_key, String::from, asc, ge, gt),
            Sort::NameDescending => ordered!($table, $query, $after, name_key, String::from, desc, le, lt),
            Sort::UpdatedAt => ordered!($table, $query, $after, updated_at, InstantText, asc, ge, gt),
            Sort::UpdatedAtDescending => {
                ordered!($table, $query, $after, updated_at, InstantText, desc, le, lt)
            }
        }
    }};
}

/// Orders by `$column` and the id, and begins after the keyset. The bound on the column alone lets the database
/// start in the middle of its index; the rest of the condition decides among equal keys.
macro_rules! ordered {
    ($table:ident, $query:expr, $after:expr, $column:ident, $key:expr, $direction:ident, $from:ident, $beyond:ident) => {{
        let query = $query.order(($table::$column.$direction(), $table::id.$direction()));
        match $after {
            None => query,
            Some(after) => {
                let (key, id) = ($key(after.key.clone()), IdText(after.id.clone()));
                let beyond = $table::$column.$beyond(key.clone()).or($table::id.$beyond(id));
                query.filter($table::$column.$from(key).and(beyond))
            }
        }
    }};
}

pub(crate) use {ordered, sorted};
