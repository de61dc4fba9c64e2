//! The databases that are measured, and how seeds get into them past the server.

use std::{fmt, path::Path, process::Command};

use clap::ValueEnum;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_query, sql_types::Text,
};

use crate::{Outcome, Plan};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// The embedded one.
    Sqlite,
    /// The server of `TEST_POSTGRES_URL`.
    Postgres,
}

/// A database that can be measured.
pub(crate) enum Engine {
    /// A new file per server.
    Sqlite,
    /// A schema of this server.
    Postgres(String),
}

/// Those there are.
pub(crate) fn all() -> Vec<Engine> {
    let url = std::env::var_os("TEST_POSTGRES_URL").and_then(|url| url.into_string().ok());
    let postgres = url.filter(|url| !url.is_empty()).map(Engine::Postgres);
    [Some(Engine::Sqlite), postgres].into_iter().flatten().collect()
}

const SCHEMA: &str = "waypost_bench";

impl Engine {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Sqlite => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    /// An empty database for a server that keeps its files in this folder; its address.
    pub(crate) fn empty(&self, folder: &Path) -> Outcome<String> {
        match self {
            Self::Sqlite => Ok(format!("sqlite://{}", folder.join("waypost.db").display())),
            Self::Postgres(url) => {
                let sql = format!(
                    "set client_min_messages = warning; drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}"
                );
                PgConnection::establish(url)?.batch_execute(&sql)?;
                let mark = if url.contains('?') { '&' } else { '?' };
                Ok(format!("{url}{mark}options=-csearch_path%3D{SCHEMA}"))
            }
        }
    }

    /// What the database server itself does per second: reading and inserting one row, eight clients of one thread,
    /// prepared. As often as the plan says; the medians.
    pub(crate) fn scale(&self, plan: &Plan) -> Outcome<Option<Scale>> {
        let Self::Postgres(url) = self else { return Ok(None) };
        pgbench(url, &["-i", "-q", "-s", "10"])?;
        PgConnection::establish(url)?.batch_execute(
            "drop table if exists bench_rows; create table bench_rows (id bigserial primary key, v text)",
        )?;
        let script = tempfile::NamedTempFile::new()?;
        std::fs::write(script.path(), "insert into bench_rows (v) values ('a row of the scale');\n")?;
        let script = script.path().display().to_string();
        let seconds = plan.seconds.to_string();
        let common = ["-c", "8", "-M", "prepared", "-n", "-T", seconds.as_str()];
        let median = |what: &[&str]| -> Outcome<f64> {
            let run = || pgbench(url, &[what, common.as_slice()].concat());
            let mut rates = (0..plan.rounds).map(|_| run()).collect::<Outcome<Vec<_>>>()?;
            rates.sort_by(f64::total_cmp);
            rates.get(rates.len() / 2).copied().ok_or_else(|| "no round".into())
        };
        Ok(Some(Scale { reads: median(&["-S"])?, inserts: median(&["-f", script.as_str()])? }))
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        })
    }
}

/// `pgbench` beside the service, on the same machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// Reads per second.
    pub(crate) reads: f64,
    /// Inserts per second.
    pub(crate) inserts: f64,
}

fn pgbench(url: &str, arguments: &[&str]) -> Outcome<f64> {
    let output = Command::new("pgbench").args(arguments).arg(url).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let tps = text.lines().find_map(|line| line.strip_prefix("tps = "));
    Ok(tps.and_then(|rest| rest.split(' ').next()).and_then(|number| number.parse().ok()).unwrap_or_default())
}

/// A connection past the server.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Raw {
    pub(crate) fn open(address: &str) -> Outcome<Self> {
        match address.strip_prefix("sqlite://") {
            Some(path) => {
                let mut connection = SqliteConnection::establish(path)?;
                connection.batch_execute("pragma busy_timeout = 30000")?;
                Ok(Self::Sqlite(connection))
            }
            None => Ok(Self::Postgres(PgConnection::establish(address)?)),
        }
    }

    pub(crate) fn execute(&mut self, sql: &str) -> Outcome<()> {
        match self {
            Self::Sqlite(inner) => inner.batch_execute(sql)?,
            Self::Postgres(inner) => inner.batch_execute(sql)?,
        }
        Ok(())
    }

    /// The rows of a query with one column of text named `value`.
    pub(crate) fn texts(&mut self, sql: &str) -> Outcome<Vec<String>> {
        let rows: Vec<Line> = match self {
            Self::Sqlite(inner) => sql_query(sql).load(inner)?,
            Self::Postgres(inner) => sql_query(sql).load(inner)?,
        };
        Ok(rows.into_iter().map(|line| line.value).collect())
    }
}
