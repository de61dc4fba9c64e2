//! A database per test: a file of SQLite, or, where `TEST_POSTGRES_URL` leads to a server, a schema of it. The same
//! tests run on both.

use std::{
    ffi::OsString,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_query, sql_types::Text,
};
use tempfile::TempDir;

/// An empty database of its own; gone when dropped.
pub struct Database(Kind);

enum Kind {
    File(TempDir),
    Schema { server: String, name: String },
}

/// Whether tests run on PostgreSQL.
pub fn is_postgres() -> bool {
    server().is_some()
}

fn server() -> Option<String> {
    let url = std::env::var_os("TEST_POSTGRES_URL").filter(|url| !url.is_empty());
    url.map(OsString::into_string).transpose().unwrap()
}

impl Database {
    /// A new one.
    pub fn fresh() -> Self {
        let Some(server) = server() else { return Self(Kind::File(tempfile::tempdir().unwrap())) };
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}_{nanos}", process::id());
        Raw::server(&server).execute(&format!("create schema {name}"));
        Self(Kind::Schema { server, name })
    }

    /// Its address, as `DATABASE_URL` takes it.
    pub fn address(&self) -> String {
        match &self.0 {
            Kind::File(folder) => format!("sqlite://{}", folder.path().join("waypost.db").display()),
            Kind::Schema { server, name } => {
                let mark = if server.contains('?') { '&' } else { '?' };
                // The name of the application tells this database's connections from all others.
                format!("{server}{mark}application_name={name}&options=-csearch_path%3D{name}")
            }
        }
    }

    /// The folder of its file, on SQLite.
    pub fn folder(&self) -> Option<PathBuf> {
        match &self.0 {
            Kind::File(folder) => Some(folder.path().to_owned()),
            Kind::Schema { .. } => None,
        }
    }

    /// Ends every connection to it, as an operator of the server can; how many there were. None on SQLite.
    pub fn cut(&self) -> usize {
        match &self.0 {
            Kind::File(_) => 0,
            Kind::Schema { server, name } => {
                let ended = Raw::server(server).texts(&format!(
                    "select cast(pg_terminate_backend(pid) as text) as value from pg_stat_activity
                     where application_name = '{name}'"
                ));
                ended.len()
            }
        }
    }

    /// A connection past the program, to look behind its back and to do damage.
    pub fn raw(&self) -> Raw {
        Raw::open(&self.address())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Kind::Schema { server, name } = &self.0 {
            // What was created since must go with it; a server that is gone has nothing left to drop.
            if let Ok(mut connection) = PgConnection::establish(server) {
                drop(connection.batch_execute(&format!(
                    "set client_min_messages = warning; drop schema {name} cascade"
                )));
            }
        }
    }
}

/// A connection for tests.
pub enum Raw {
    /// To a server.
    Postgres(PgConnection),
    /// To a file.
    Sqlite(SqliteConnection),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Raw {
    /// To any address that [`Database::address`] gives.
    pub fn open(address: &str) -> Self {
        let Some(path) = address.strip_prefix("sqlite://") else { return Self::server(address) };
        let mut connection = SqliteConnection::establish(path).unwrap();
        connection.batch_execute("pragma busy_timeout = 5000").unwrap();
        Self::Sqlite(connection)
    }

    fn server(url: &str) -> Self {
        let mut connection = PgConnection::establish(url).unwrap();
        connection.batch_execute("set time zone 'UTC'; set client_min_messages = warning").unwrap();
        Self::Postgres(connection)
    }

    /// Runs statements; what the database said if it refused them.
    pub fn try_execute(&mut self, sql: &str) -> Result<(), String> {
        let done = match self {
            Self::Postgres(inner) => inner.batch_execute(sql),
            Self::Sqlite(inner) => inner.batch_execute(sql),
        };
        done.map_err(|error| error.to_string())
    }

    /// Runs statements that must succeed.
    pub fn execute(&mut self, sql: &str) {
        self.try_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The rows of a query with one column of text named `value`.
    pub fn texts(&mut self, sql: &str) -> Vec<String> {
        let rows: diesel::QueryResult<Vec<Line>> = match self {
            Self::Postgres(inner) => sql_query(sql).load(inner),
            Self::Sqlite(inner) => sql_query(sql).load(inner),
        };
        let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().map(|line| line.value).collect()
    }

    /// How many rows there are `from` this.
    pub fn count(&mut self, from: &str) -> i64 {
        let found = self.texts(&format!("select cast(count(*) as text) as value from {from}"));
        found.first().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("nothing counted: {from}"))
    }
}
