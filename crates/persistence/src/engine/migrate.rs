//! The embedded migrations: applying them, and telling how the database's version stands to the program's.

use diesel::{
    QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    migration::MigrationSource,
    sql_query,
    sql_types::{Bool, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{
    connection::{DbConnection, Location, Purpose},
    transaction,
};
use crate::error::{StartError, StoreError};

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// On PostgreSQL, for this transaction; the lock is held by whoever migrates, and its number means nothing but this.
const TAKE_YOUR_TIME: &str = "set local statement_timeout = 0; set local lock_timeout = 0;
     select pg_advisory_xact_lock(7735161)";

/// How the database's version stands to the program's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Equal.
    Current,
    /// The program has migrations that the database does not.
    Behind,
    /// The database has this migration, which the program does not know.
    Newer(String),
}

/// [`apply`] by a connection and a transaction of its own.
pub(crate) fn run(location: &Location) -> Result<(), StartError> {
    let mut connection = location.open(Purpose::Migrating)?;
    transaction::begin_changing(&mut connection).map_err(StoreError::from)?;
    apply(&mut connection)?;
    Ok(transaction::commit(&mut connection).map_err(StoreError::from)?)
}

/// Applies what is missing, in the transaction that the connection is in: the harness opens its own, which are
/// savepoints there. Two processes that start at once do it one after the other.
pub(crate) fn apply(connection: &mut DbConnection) -> Result<(), StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Migration(error.to_string());
    if let DbConnection::Postgres(inner) = connection {
        inner.batch_execute(TAKE_YOUR_TIME).map_err(|error| failed(&error))?;
    }
    if let Standing::Newer(version) = standing(connection)? {
        return Err(StartError::Newer(version));
    }
    let applied = match connection {
        DbConnection::Postgres(inner) => {
            inner.run_pending_migrations(POSTGRES).map(|versions| versions.len())
        }
        DbConnection::Sqlite(inner) => inner.run_pending_migrations(SQLITE).map(|versions| versions.len()),
    };
    let applied = applied.map_err(|error| failed(&error))?;
    if applied > 0 {
        tracing::info!(applied, "the database is migrated");
    }
    Ok(())
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Compares the versions in the database with those embedded. Only reads, unlike the harness.
pub(crate) fn standing(connection: &mut DbConnection) -> Result<Standing, StoreError> {
    let has_versions: FoundRow = sql_query(match connection {
        DbConnection::Postgres(_) => "select to_regclass('__diesel_schema_migrations') is not null as found",
        DbConnection::Sqlite(_) => {
            "select count(*) > 0 as found from sqlite_master where name = '__diesel_schema_migrations'"
        }
    })
    .get_result(connection)?;
    let applied: Vec<VersionRow> = if has_versions.found {
        sql_query("select version from __diesel_schema_migrations order by version").load(connection)?
    } else {
        Vec::new()
    };
    let known = match connection {
        DbConnection::Postgres(_) => versions::<diesel::pg::Pg>(&POSTGRES)?,
        DbConnection::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(&SQLITE)?,
    };
    if let Some(unknown) = applied.iter().find(|row| !known.contains(&row.version)) {
        return Ok(Standing::Newer(unknown.version.clone()));
    }
    Ok(if applied.len() == known.len() { Standing::Current } else { Standing::Behind })
}

fn versions<B: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Result<Vec<String>, StoreError> {
    let embedded =
        MigrationSource::<B>::migrations(source).map_err(|error| StoreError::Internal(error.to_string()))?;
    Ok(embedded.iter().map(|migration| migration.name().version().to_string()).collect())
}

#[cfg(test)]
mod tests;
