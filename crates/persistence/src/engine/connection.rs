//! The connection, one variant per database; where it leads; and how it is opened and set up.

use std::{
    fmt,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
    sql_types::Text,
};

use crate::error::StartError;

/// A connection to any of the databases; queries are written once against `MultiBackend`.
#[derive(diesel::MultiConnection)]
pub(crate) enum DbConnection {
    /// SQLite, bundled.
    Sqlite(SqliteConnection),
}

/// Runs one body against the database that is connected, type-checked for each: for what the common backend
/// cannot express (batch inserts, upserts, migrations).
macro_rules! each {
    ($connection:expr, |$inner:ident| $body:expr) => {
        match $connection {
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
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A file of SQLite.
    File(PathBuf),
    /// In the memory of this process, under a name of its own; gone with its last connection.
    Memory(u64),
}

impl Location {
    /// Reads `sqlite://<path>`, `sqlite://:memory:`, or a bare path.
    pub(crate) fn parse(address: &str) -> Result<Self, StartError> {
        static MEMORIES: AtomicU64 = AtomicU64::new(1);
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
        let failed = |cause: String| StartError::Open { location: self.to_string(), cause };
        let url = match self {
            Self::File(path) => {
                create_private(path).map_err(|error| failed(error.to_string()))?;
                path.to_str().ok_or(StartError::Address("not UTF-8"))?.to_owned()
            }
            Self::Memory(name) => format!("file:/waypost-{name}?vfs=memdb"),
        };
        let mut connection = SqliteConnection::establish(&url).map_err(|error| failed(error.to_string()))?;
        let version = sqlite_version(&mut connection).map_err(|error| failed(error.to_string()))?;
        if !is_safe(&version) {
            return Err(StartError::UnsafeSqlite(version));
        }
        set_up(&mut connection, purpose).map_err(|error| failed(error.to_string()))?;
        Ok(DbConnection::Sqlite(connection))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Memory(_) => f.write_str(":memory:"),
        }
    }
}

/// Makes a missing database file readable for its owner only. SQLite gives its side files the same mode.
fn create_private(path: &PathBuf) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = Text)]
    version: String,
}

fn sqlite_version(connection: &mut SqliteConnection) -> diesel::QueryResult<String> {
    let row: VersionRow = sql_query("select sqlite_version() as version").get_result(connection)?;
    Ok(row.version)
}

/// Releases before 3.51.3 can lose committed pages when one connection checkpoints while another resets the WAL.
fn is_safe(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    parts.as_slice() >= [3, 51, 3].as_slice()
}

fn set_up(connection: &mut SqliteConnection, purpose: Purpose) -> diesel::QueryResult<()> {
    // First of all, so that switching to WAL already waits for another process instead of failing.
    connection.batch_execute("pragma busy_timeout = 5000")?;
    connection.batch_execute(
        // FULL syncs the log at each commit: an answered write survives a power cut. The cache is in KiB and per
        // connection; small, because the operating system caches the file for all of them.
        "pragma journal_mode = wal;
         pragma synchronous = full;
         pragma foreign_keys = on;
         pragma trusted_schema = off;
         pragma cell_size_check = on;
         pragma temp_store = memory;
         pragma mmap_size = 0;
         pragma cache_size = -1024;
         pragma journal_size_limit = 16777216;",
    )?;
    match purpose {
        Purpose::Reading => connection.batch_execute("pragma query_only = on"),
        // Room for what one grouped commit touches, index pages included.
        Purpose::Changing => connection.batch_execute("pragma cache_size = -4096"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_that_can_lose_writes_is_told_from_a_safe_one() {
        for (version, safe) in [
            ("3.51.2", false),
            ("3.51.3", true),
            ("3.53.2", true),
            ("4.0.0", true),
            ("3.7", false),
            ("", false),
        ] {
            assert_eq!(is_safe(version), safe, "{version}");
        }
    }

    #[test]
    fn an_address_is_a_path_or_a_url_of_sqlite() {
        assert_eq!(Location::parse("sqlite:///srv/w.db"), Ok(Location::File("/srv/w.db".into())));
        assert_eq!(Location::parse("sqlite://data/w.db"), Ok(Location::File("data/w.db".into())));
        assert_eq!(Location::parse("data/w.db"), Ok(Location::File("data/w.db".into())));
        for address in ["", "sqlite://", "postgres://db/w", "sqlite://w.db?mode=ro", "file:w.db"] {
            assert!(Location::parse(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_connection_for_reading_refuses_a_write_and_the_file_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.db");
        let location = Location::File(path.clone());
        let mut writer = location.open(Purpose::Changing).unwrap();
        writer.batch_execute("create table t (a integer) strict").unwrap();
        let mut reader = location.open(Purpose::Reading).unwrap();
        assert!(reader.batch_execute("insert into t values (1)").is_err());
        #[cfg(unix)]
        for file in ["w.db", "w.db-wal"] {
            let mode = std::os::unix::fs::PermissionsExt::mode(
                &std::fs::metadata(folder.path().join(file)).unwrap().permissions(),
            );
            assert_eq!(mode & 0o077, 0, "{file}");
        }
    }
}
