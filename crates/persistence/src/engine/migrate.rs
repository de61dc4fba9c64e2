//! The embedded migrations: applying them, and telling how the database's version stands to the program's.

use diesel::{
    QueryableByName, RunQueryDsl, migration::MigrationSource, result::Error, sql_query, sql_types::Text,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{
    connection::{DbConnection, Location, Purpose, each},
    lanes,
};
use crate::error::{StartError, StoreError};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

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
    let mut connection = location.open(Purpose::Changing)?;
    let failed = |error: &dyn std::fmt::Display| StartError::Migration(error.to_string());
    // The harness opens its own transactions; inside this one they are savepoints.
    lanes::begin_changing(&mut connection).map_err(|error| failed(&error))?;
    if let Standing::Newer(version) = standing(&mut connection).map_err(|error| failed(&error))? {
        return Err(StartError::Newer(version));
    }
    let applied =
        each!(&mut connection, |inner| inner.run_pending_migrations(SQLITE).map(|versions| versions.len()))
            .map_err(|error| failed(&error))?;
    lanes::commit(&mut connection).map_err(|error| failed(&error))?;
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

/// Compares the versions in the database with those embedded. Only reads, unlike the harness.
pub(crate) fn standing(connection: &mut DbConnection) -> Result<Standing, StoreError> {
    let query = sql_query("select version from __diesel_schema_migrations order by version");
    let applied: Vec<VersionRow> = match query.load(connection) {
        Err(Error::DatabaseError(_, information)) if information.message().starts_with("no such table") => {
            Vec::new()
        }
        loaded => loaded?,
    };
    let embedded = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE)
        .map_err(|error| StoreError::Internal(error.to_string()))?;
    let known: Vec<String> =
        embedded.iter().map(|migration| migration.name().version().to_string()).collect();
    if let Some(unknown) = applied.iter().find(|row| !known.contains(&row.version)) {
        return Ok(Standing::Newer(unknown.version.clone()));
    }
    Ok(if applied.len() == known.len() { Standing::Current } else { Standing::Behind })
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;

    #[derive(QueryableByName, Debug, PartialEq)]
    struct Object {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        sql: String,
    }

    fn objects(connection: &mut DbConnection) -> Vec<Object> {
        let query = "select name, sql from sqlite_master
                     where sql is not null and name not like 'sqlite%' and name not like '%schema_migrations'
                     order by name";
        sql_query(query).load(connection).unwrap()
    }

    #[test]
    fn the_migrations_go_up_down_and_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("w.db"));
        run(&location).unwrap();
        let mut connection = location.open(Purpose::Changing).unwrap();
        let first = objects(&mut connection);
        assert!(first.iter().any(|object| object.name == "destinations"));
        each!(&mut connection, |inner| inner.revert_all_migrations(SQLITE).map(|_| ())).unwrap();
        assert_eq!(objects(&mut connection), []);
        assert_eq!(standing(&mut connection), Ok(Standing::Behind));
        run(&location).unwrap();
        assert_eq!(objects(&mut connection), first);
        assert_eq!(standing(&mut connection), Ok(Standing::Current));
        run(&location).unwrap();
    }

    #[test]
    fn a_database_of_a_newer_program_is_refused_in_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("w.db"));
        run(&location).unwrap();
        let mut connection = location.open(Purpose::Changing).unwrap();
        connection.batch_execute("insert into __diesel_schema_migrations (version) values ('9999')").unwrap();
        let error = run(&location).unwrap_err();
        assert_eq!(error, StartError::Newer("9999".to_owned()));
        assert_eq!(error.to_string().lines().count(), 1);
    }
}
