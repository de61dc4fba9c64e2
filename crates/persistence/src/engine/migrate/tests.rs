//! Migrations go up, down and up again, with rows in the tables too, and a newer database is refused.

use testkit::database::{Database, Raw, is_postgres};

use super::*;

fn located(database: &Database) -> Location {
    Location::parse(&database.address()).unwrap()
}

/// One migration up.
fn up(connection: &mut DbConnection) {
    match connection {
        DbConnection::Postgres(inner) => drop(inner.run_next_migration(POSTGRES).unwrap()),
        DbConnection::Sqlite(inner) => drop(inner.run_next_migration(SQLITE).unwrap()),
    }
}

/// One migration down.
fn down(connection: &mut DbConnection) {
    match connection {
        DbConnection::Postgres(inner) => drop(inner.revert_last_migration(POSTGRES).unwrap()),
        DbConnection::Sqlite(inner) => drop(inner.revert_last_migration(SQLITE).unwrap()),
    }
}

fn down_all(connection: &mut DbConnection) {
    match connection {
        DbConnection::Postgres(inner) => drop(inner.revert_all_migrations(POSTGRES).unwrap()),
        DbConnection::Sqlite(inner) => drop(inner.revert_all_migrations(SQLITE).unwrap()),
    }
}

/// Tables, columns, constraints and indexes, each as a line.
fn objects(raw: &mut Raw) -> Vec<String> {
    let of_ours = "not like '%schema_migrations%'";
    raw.texts(&if is_postgres() {
        format!(
            "select concat_ws(' ', table_name, column_name, data_type, is_nullable, collation_name) as value
             from information_schema.columns where table_schema = current_schema and table_name {of_ours}
             union all select indexdef from pg_indexes where schemaname = current_schema and tablename {of_ours}
             union all select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
             from pg_constraint where connamespace = current_schema::regnamespace and conname {of_ours}
             order by value"
        )
    } else {
        format!(
            "select name || sql as value from sqlite_master
             where sql is not null and name not like 'sqlite%' and name {of_ours} order by name"
        )
    })
}

#[test]
fn the_migrations_go_up_down_and_up_again() {
    let database = Database::fresh();
    let location = located(&database);
    run(&location).unwrap();
    let mut connection = location.open(Purpose::Changing).unwrap();
    let first = objects(&mut database.raw());
    assert!(first.iter().any(|object| object.contains("destinations")));
    down_all(&mut connection);
    assert_eq!(objects(&mut database.raw()), Vec::<String>::new());
    assert_eq!(standing(&mut connection), Ok(Standing::Behind));
    run(&location).unwrap();
    assert_eq!(objects(&mut database.raw()), first);
    assert_eq!(standing(&mut connection), Ok(Standing::Current));
    run(&location).unwrap();
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert_eq!(versions::<diesel::pg::Pg>(&POSTGRES), versions::<diesel::sqlite::Sqlite>(&SQLITE));
}

const BY_TOKEN: &str = "00000000-0000-0000-0000-00000000000a";
const BY_CREDENTIAL: &str = "00000000-0000-0000-0000-00000000000b";
const OTHER: &str = "00000000-0000-0000-0000-00000000000c";

/// `x'..'` and `0` as the database writes them.
fn spelled(sql: &str) -> String {
    let sql =
        sql.replace("BY_TOKEN", BY_TOKEN).replace("BY_CREDENTIAL", BY_CREDENTIAL).replace("OTHER", OTHER);
    if is_postgres() {
        sql.replace("x'01'", r"'\x01'").replace("x'02'", r"'\x02'").replace("FALSE", "false")
    } else {
        sql.replace("FALSE", "0")
    }
}

const ROWS: &str = "
    insert into organizations values (1, 'Labs', '2026-01-01T00:00:00.000Z');
    insert into environments values ('OTHER', 1, 'Staging', 'Staging', '2026-01-01T00:00:00.000Z');
    insert into destinations (id, environment_id, external_id, name, name_key, status, type, endpoint, settings,
        verification_method, token_envelope, token_fingerprint, token_version, token_updated_at, verified_at,
        verified_skipped, verified_fingerprint, configuration_revision, version, created_at, updated_at)
    values ('BY_TOKEN', 'OTHER', 'by-token', 'Labs', 'labs', 'verified', 'standard', 'https://labs.example.org',
        '{}', 'POST', x'01', 'f', 1, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', FALSE, 'r3', 3, 5,
        '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
        ('BY_CREDENTIAL', 'OTHER', 'by-credential', 'Labs', 'labs', 'verified', 'standard',
        'https://labs.example.org', '{}', 'POST', x'01', 'f', 1, '2026-01-01T00:00:00.000Z',
        '2026-01-02T00:00:00.000Z', FALSE, 'r3', 3, 5, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
    insert into verifications
    select id, id, 'passed', 'challenge', null, null, '[]', null, null, '2026-01-02T00:00:00.000Z', 9
    from destinations;
    insert into verification_leases select id, id, '2026-01-03T00:00:00.000Z' from destinations;";

const ATTACHED: &str = "
    insert into credentials values ('OTHER', 'OTHER', null, 'Key', 'key', 'ApiKey', '{}', 1, 1,
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
    insert into credential_secrets values ('OTHER', 'headerValue', x'02', 'f', 1, '2026-01-01T00:00:00.000Z');
    update destinations set credential_id = 'OTHER', credential_strategy = 'ApiKey' where id = 'BY_CREDENTIAL';";

/// Everything of the tables that the first migration made, but what the second one adds to them.
fn data(raw: &mut Raw) -> Vec<String> {
    let (hex, checks) = if is_postgres() {
        ("encode(token_envelope, 'hex')", "")
    } else {
        (
            "hex(token_envelope)",
            "union all select 'broken: ' || \"table\" from pragma_foreign_key_check
             union all select integrity_check from pragma_integrity_check where integrity_check <> 'ok'",
        )
    };
    raw.texts(&format!(
        "select concat_ws('|', external_id, id, environment_id, name, status, type, endpoint, {hex}, token_fingerprint,
            token_version, token_updated_at, verified_at, verified_fingerprint, configuration_revision, version,
            updated_at) as value from destinations
         union all select concat_ws('|', 'verification', id, destination_id, outcome, started_at) from verifications
         union all select concat_ws('|', 'lease', destination_id, verification_id, expires_at)
            from verification_leases
         {checks} order by value"
    ))
}

#[test]
fn a_database_with_rows_in_it_goes_to_credentials_and_back_and_loses_none() {
    let database = Database::fresh();
    let (location, mut raw) = (located(&database), database.raw());
    let mut connection = location.open(Purpose::Changing).unwrap();
    up(&mut connection);
    raw.execute(&spelled(ROWS));
    let before = data(&mut raw);
    assert_eq!(before.len(), 6, "{before:?}");

    up(&mut connection);
    assert_eq!(data(&mut raw), before);
    if !is_postgres() {
        raw.execute("pragma foreign_keys = on");
    }
    raw.execute(&spelled(ATTACHED));
    assert!(raw.try_execute("delete from credentials").is_err());
    let nowhere = "update destinations set credential_id = 'BY_TOKEN', credential_strategy = 'ApiKey'";
    assert!(raw.try_execute(&spelled(nowhere)).is_err());
    assert_eq!(data(&mut raw), before);

    down(&mut connection);
    let expected: Vec<String> = before
        .iter()
        .map(|line| match line.strip_prefix("by-credential|") {
            Some(_) => {
                let mut columns: Vec<&str> = line.split('|').collect();
                columns.retain(|column| !column.starts_with("r3"));
                let line = columns.join("|");
                // Without its proof, and so a revision and a version later.
                let verified = columns[columns.len() - 4];
                line.replace("|verified|", "|configured|").replace(&format!("{verified}|3|5|"), "4|6|")
            }
            None => line.clone(),
        })
        .collect();
    assert_ne!(expected, before);
    assert_eq!(data(&mut raw), expected);

    run(&location).unwrap();
    assert_eq!(data(&mut raw), expected);
    assert_eq!(standing(&mut connection), Ok(Standing::Current));
}

#[test]
fn a_database_of_a_newer_program_is_refused_in_one_line() {
    let database = Database::fresh();
    let location = located(&database);
    run(&location).unwrap();
    database.raw().execute("insert into __diesel_schema_migrations (version) values ('9999')");
    let error = run(&location).unwrap_err();
    assert_eq!(error, StartError::Newer("9999".to_owned()));
    assert_eq!(error.to_string().lines().count(), 1);
}
