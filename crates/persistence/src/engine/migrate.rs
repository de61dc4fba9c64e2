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

/// Held on PostgreSQL by whoever migrates; the number means nothing but this.
const MIGRATION_LOCK: &str = "select pg_advisory_xact_lock(7735161)";

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

/// Applies what is missing, all of it or nothing. Two processes that start at once do it one after the other.
pub(crate) fn run(location: &Location) -> Result<(), StartError> {
    let mut connection = location.open(Purpose::Migrating)?;
    let failed = |error: &dyn std::fmt::Display| StartError::Migration(error.to_string());
    // The harness opens its own transactions; inside this one they are savepoints.
    transaction::begin_changing(&mut connection).map_err(|error| failed(&error))?;
    if let DbConnection::Postgres(inner) = &mut connection {
        inner.batch_execute(MIGRATION_LOCK).map_err(|error| failed(&error))?;
    }
    if let Standing::Newer(version) = standing(&mut connection).map_err(|error| failed(&error))? {
        return Err(StartError::Newer(version));
    }
    let applied = match &mut connection {
        DbConnection::Postgres(inner) => {
            inner.run_pending_migrations(POSTGRES).map(|versions| versions.len())
        }
        DbConnection::Sqlite(inner) => inner.run_pending_migrations(SQLITE).map(|versions| versions.len()),
    };
    let applied = applied.map_err(|error| failed(&error))?;
    transaction::commit(&mut connection).map_err(|error| failed(&error))?;
    if applied > 0 {
        tracing::info!(applied, "the database was migrated");
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
