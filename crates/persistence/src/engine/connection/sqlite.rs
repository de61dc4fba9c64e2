//! Opening SQLite: a private file, a safe release, and the settings that make an answered write durable.

use std::{fmt, fs, io, path::Path};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
    sql_types::Text,
};

use super::Purpose;
use crate::error::StartError;

/// Opens a path or a `file:` URI and sets the connection up.
pub(super) fn open(
    url: &str,
    purpose: Purpose,
    failed: impl Fn(&dyn fmt::Display) -> StartError,
) -> Result<SqliteConnection, StartError> {
    let mut connection = SqliteConnection::establish(url).map_err(|error| failed(&error))?;
    let version = sqlite_version(&mut connection).map_err(|error| failed(&error))?;
    if !is_safe(&version) {
        return Err(StartError::UnsafeSqlite(version));
    }
    set_up(&mut connection, purpose).map_err(|error| failed(&error))?;
    Ok(connection)
}

/// Makes a missing database file readable for its owner only. SQLite gives its side files the same mode.
pub(super) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
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
        // connection; small, because the operating system caches the file for all of them. The log is moved into the file
        // when it has some 12 MB: a page that is written often then moves once for many commits.
        "pragma journal_mode = wal;
         pragma synchronous = full;
         pragma foreign_keys = on;
         pragma trusted_schema = off;
         pragma cell_size_check = on;
         pragma temp_store = memory;
         pragma mmap_size = 0;
         pragma cache_size = -1024;
         pragma journal_size_limit = 16777216;
         pragma wal_autocheckpoint = 3000;",
    )?;
    match purpose {
        Purpose::Reading => connection.batch_execute("pragma query_only = on"),
        // Room for what one grouped commit touches, index pages included.
        Purpose::Changing | Purpose::Migrating => connection.batch_execute("pragma cache_size = -4096"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::connection::Location;

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
