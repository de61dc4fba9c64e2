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

    const ROWS: &str = "
        insert into organizations values (1, 'Labs', '2026-01-01T00:00:00.000Z');
        insert into environments values ('e', 1, 'Staging', 'Staging', '2026-01-01T00:00:00.000Z');
        insert into destinations (id, environment_id, external_id, name, name_key, status, type, endpoint, settings,
            verification_method, token_envelope, token_fingerprint, token_version, token_updated_at, verified_at,
            verified_skipped, verified_fingerprint, configuration_revision, version, created_at, updated_at)
        select id, 'e', id, 'Labs', 'labs', 'verified', 'standard', 'https://labs.example.org', '{}', 'POST', x'01',
            'f', 1, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 0, 'r3', 3, 5,
            '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'
        from (select 'by-token' as id union all select 'by-credential');
        insert into verifications
        select id, id, 'passed', 'challenge', null, null, '[]', null, null, '2026-01-02T00:00:00.000Z', 9
        from destinations;
        insert into verification_leases select id, id, '2026-01-03T00:00:00.000Z' from destinations;";

    const ATTACHED: &str = "
        insert into credentials values ('c', 'e', null, 'Key', 'key', 'ApiKey', '{}', 1, 1,
            '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
        insert into credential_secrets values ('c', 'headerValue', x'02', 'f', 1, '2026-01-01T00:00:00.000Z');
        update destinations set credential_id = 'c', credential_strategy = 'ApiKey' where id = 'by-credential';";

    /// Everything of the tables that the first migration made, but what the second one adds to them.
    fn data(connection: &mut DbConnection) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let query = "select concat_ws('|', id, environment_id, external_id, name, status, type, endpoint,
                hex(token_envelope), token_fingerprint, token_version, token_updated_at, verified_at,
                verified_skipped, verified_fingerprint, configuration_revision, version, updated_at) as line
                from destinations
            union all select concat_ws('|', 'verification', id, destination_id, outcome, started_at)
                from verifications
            union all select concat_ws('|', 'lease', destination_id, verification_id, expires_at)
                from verification_leases
            union all select 'broken: ' || \"table\" from pragma_foreign_key_check
            union all select integrity_check from pragma_integrity_check where integrity_check <> 'ok'
            order by line";
        let lines: Vec<Line> = sql_query(query).load(connection).unwrap();
        lines.into_iter().map(|line| line.line).collect()
    }

    #[test]
    fn a_database_with_rows_in_it_goes_to_credentials_and_back_and_loses_none() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("w.db"));
        let mut connection = location.open(Purpose::Changing).unwrap();
        each!(&mut connection, |inner| inner.run_next_migration(SQLITE).map(|_| ())).unwrap();
        connection.batch_execute(ROWS).unwrap();
        let before = data(&mut connection);
        assert_eq!(before.len(), 6, "{before:?}");

        run(&location).unwrap();
        assert_eq!(data(&mut connection), before);
        connection.batch_execute(ATTACHED).unwrap();
        assert!(connection.batch_execute("delete from credentials").is_err());
        let nowhere = "update destinations set credential_id = 'x', credential_strategy = 'ApiKey'";
        assert!(connection.batch_execute(nowhere).is_err());
        assert_eq!(data(&mut connection), before);

        each!(&mut connection, |inner| inner.revert_last_migration(SQLITE).map(|_| ())).unwrap();
        let proved = "|verified|standard|https://labs.example.org|01|f|1|2026-01-01T00:00:00.000Z|\
                      2026-01-02T00:00:00.000Z|0|r3|3|5|";
        let unproved = "|configured|standard|https://labs.example.org|01|f|1|2026-01-01T00:00:00.000Z|4|6|";
        let expected: Vec<String> = before
            .iter()
            .map(|line| {
                if line.starts_with("by-credential") { line.replace(proved, unproved) } else { line.clone() }
            })
            .collect();
        assert_ne!(expected, before);
        assert_eq!(data(&mut connection), expected);

        run(&location).unwrap();
        assert_eq!(data(&mut connection), expected);
        assert_eq!(standing(&mut connection), Ok(Standing::Current));
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
