//! Where the database is: reading its address, and opening a connection there.

use std::{
    fmt,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{DbConnection, Purpose, postgres, sqlite};
use crate::error::StartError;

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A file of SQLite.
    File(PathBuf),
    /// In the memory of this process, under a name of its own; gone with its last connection.
    Memory(u64),
    /// A server that speaks PostgreSQL's protocol, as a URL for libpq. It may hold a password.
    Server(String),
}

impl Location {
    /// Reads `sqlite://<path>`, `sqlite://:memory:`, a bare path, or `postgres://...`.
    pub(crate) fn parse(address: &str) -> Result<Self, StartError> {
        static MEMORIES: AtomicU64 = AtomicU64::new(1);
        if ["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme)) {
            return Ok(Self::Server(postgres::with_defaults(address)));
        }
        let path = match address.strip_prefix("sqlite://") {
            Some(path) if path.contains('?') => return Err(StartError::Address("one with parameters")),
            Some(path) => path,
            None if address.contains("://") => return Err(StartError::Address("of an unknown kind")),
            None => address,
        };
        match path {
            "" => Err(StartError::Address("empty")),
            ":memory:" => Ok(Self::Memory(MEMORIES.fetch_add(1, Ordering::Relaxed))),
            // SQLite would read the rest as a URI with parameters.
            path if path.starts_with("file:") => Err(StartError::Address("a file: URI")),
            path => Ok(Self::File(PathBuf::from(path))),
        }
    }

    /// Opens a connection and sets it up.
    pub(crate) fn open(&self, purpose: Purpose) -> Result<DbConnection, StartError> {
        match self {
            Self::File(path) => {
                sqlite::create_private(path).map_err(|error| self.failed(&error))?;
                let url = path.to_str().ok_or(StartError::Address("not UTF-8"))?;
                sqlite::open(url, purpose, |error| self.failed(error)).map(DbConnection::Sqlite)
            }
            Self::Memory(name) => {
                let url = format!("file:/waypost-{name}?vfs=memdb");
                sqlite::open(&url, purpose, |error| self.failed(error)).map(DbConnection::Sqlite)
            }
            Self::Server(url) => {
                postgres::open(url, purpose).map(DbConnection::Postgres).map_err(|error| self.failed(&error))
            }
        }
    }

    /// Whether several connections can write at a time. Else there is one, which groups commits.
    pub(crate) fn takes_many_writers(&self) -> bool {
        match self {
            Self::Server(_) => true,
            Self::File(_) | Self::Memory(_) => false,
        }
    }

    fn failed(&self, cause: &dyn fmt::Display) -> StartError {
        // What a server says may be several lines; the operator gets one.
        let cause = cause.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        StartError::Open { location: self.to_string(), cause }
    }
}

impl fmt::Debug for Location {
    /// As it is displayed: a URL may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Memory(_) => f.write_str(":memory:"),
            Self::Server(url) => f.write_str(&postgres::without_password(url)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_path_or_a_url_of_sqlite_or_of_postgresql() {
        let file = |path: &str| Some(Location::File(path.into()));
        assert_eq!(Location::parse("sqlite:///srv/w.db").ok(), file("/srv/w.db"));
        assert_eq!(Location::parse("sqlite://data/w.db").ok(), file("data/w.db"));
        assert_eq!(Location::parse("data/w.db").ok(), file("data/w.db"));
        for address in ["postgres://db/w", "postgresql://me@db:5433/w?sslmode=require"] {
            assert!(matches!(Location::parse(address), Ok(Location::Server(_))), "{address}");
        }
        for address in ["", "sqlite://", "mysql://db/w", "sqlite://w.db?mode=ro", "file:w.db"] {
            assert!(Location::parse(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_server_that_is_not_there_is_told_in_one_line_without_the_password() {
        let location = Location::parse("postgres://me:hush@127.0.0.1:1/w").unwrap();
        let error = location.open(Purpose::Reading).err().unwrap().to_string();
        assert!(error.contains("127.0.0.1") && !error.contains("hush"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}
