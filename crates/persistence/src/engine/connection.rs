//! The connection, one variant per database, and what the rest of the crate may ask of it without knowing which.

mod location;
mod postgres;
mod sqlite;

use diesel::{PgConnection, SqliteConnection, connection::SimpleConnection};

pub(crate) use self::location::Location;

/// A connection to any of the databases; queries are written once against `MultiBackend`.
#[derive(diesel::MultiConnection)]
pub(crate) enum DbConnection {
    /// PostgreSQL, by the bundled libpq.
    Postgres(PgConnection),
    /// SQLite, bundled.
    Sqlite(SqliteConnection),
}

/// Runs one body against the database that is connected, type-checked for each: for what the common backend
/// cannot express (batch inserts, upserts).
macro_rules! each {
    ($connection:expr, |$inner:ident| $body:expr) => {
        match $connection {
            crate::engine::connection::DbConnection::Postgres($inner) => $body,
            crate::engine::connection::DbConnection::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use each;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reads only; the database itself refuses a write.
    Reading,
    /// Reads and writes.
    Changing,
    /// Changes tables: may take as long as it takes.
    Migrating,
}

impl DbConnection {
    /// Whether it still answers. A lost connection to a server does not know that it is lost until it is used; a
    /// file is not lost.
    pub(crate) fn is_alive(&mut self) -> bool {
        match self {
            Self::Postgres(inner) => inner.batch_execute("select 1").is_ok(),
            Self::Sqlite(_) => true,
        }
    }
}
