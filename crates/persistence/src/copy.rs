//! Moves an installation from SQLite to PostgreSQL: every row of every table, all or nothing, and then reads both
//! databases from end to end and compares them. Secrets are copied as they are sealed; no key is needed.

mod table;

use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};

use self::table::{Batch, Table};
use crate::{
    engine::{
        connection::{DbConnection, Location, Purpose},
        migrate::{self, Standing},
        transaction,
    },
    error::{StartError, StoreError},
};

/// The tables in an order in which each follows those that it refers to.
const TABLES: [&str; 16] = [
    "organizations",
    "environments",
    "users",
    "api_keys",
    "used_assertions",
    "organization_roles",
    "environment_roles",
    "server_keys",
    "credentials",
    "credential_secrets",
    "destinations",
    "verifications",
    "verification_leases",
    "audit_events",
    "idempotency_records",
    "request_counts",
];

/// What was copied of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The table.
    pub table: &'static str,
    /// Its rows, in both databases.
    pub rows: u64,
    /// SHA-256 of its rows in the order of their keys, in hex; the same in both databases.
    pub checksum: String,
}

/// Why nothing was copied. `Display` is one plain line for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// One of the databases cannot be opened or migrated.
    #[error("{0}")]
    Start(#[from] StartError),
    /// Only this way is there one.
    #[error("copy goes from sqlite://<path of a file> to postgres://...")]
    Direction,
    /// The file that would be copied does not exist.
    #[error("there is no database at {0}")]
    Missing(String),
    /// The source was not migrated by this program, or by another release of it.
    #[error("{0} is not at the migrations of this program: run `waypost-server migrate` on it first")]
    NotCurrent(String),
    /// The target holds rows.
    #[error("the target has rows in {0}: copy writes only into an empty database")]
    NotEmpty(&'static str),
    /// The target does not hold what the source does.
    #[error("{0} differs between the databases after copying; nothing was kept")]
    Differs(&'static str),
    /// A statement failed.
    #[error("copying failed, nothing was kept: {0}")]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for CopyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Copies, and tells `progress` of the rows copied so far of each table. The source is read in one transaction, and may be
/// in use; what is written to it meanwhile is not copied. Blocks its thread.
pub fn copy(
    from: &str,
    to: &str,
    mut progress: impl FnMut(&'static str, u64),
) -> Result<Vec<Copied>, CopyError> {
    let (from, to) = (Location::parse(from)?, Location::parse(to)?);
    let (Location::File(path), Location::Server(_)) = (&from, &to) else { return Err(CopyError::Direction) };
    if !path.exists() {
        return Err(CopyError::Missing(from.to_string()));
    }
    let mut source = from.open(Purpose::Reading)?;
    if migrate::standing(&mut source)? != Standing::Current {
        return Err(CopyError::NotCurrent(from.to_string()));
    }
    migrate::run(&to)?;
    let mut target = to.open(Purpose::Migrating)?;
    transaction::begin_reading(&mut source)?;
    transaction::begin_changing(&mut target)?;
    // Dropping the connection undoes everything.
    let copied = copy_all(&mut source, &mut target, &mut progress)?;
    transaction::commit(&mut target)?;
    transaction::rollback(&mut source)?;
    Ok(copied)
}

fn copy_all(
    source: &mut DbConnection,
    target: &mut DbConnection,
    progress: &mut impl FnMut(&'static str, u64),
) -> Result<Vec<Copied>, CopyError> {
    let tables = TABLES.map(|name| Table::describe(source, target, name));
    let tables = tables.into_iter().collect::<Result<Vec<_>, StoreError>>()?;
    for table in &tables {
        if table.has_rows(target)? {
            return Err(CopyError::NotEmpty(table.name));
        }
    }
    for table in &tables {
        let mut rows = 0_u64;
        table.walk(source, |batch: &Batch| {
            table.insert(target, batch)?;
            rows = rows.saturating_add(batch.len());
            progress(table.name, rows);
            Ok(())
        })?;
    }
    continue_numbers(source, target)?;
    for table in &tables {
        // PostgreSQL does it by itself within minutes; until then it plans as if the table were empty.
        target.batch_execute(&format!("analyze {}", table.name))?;
    }
    let mut copied = Vec::new();
    for table in &tables {
        let (here, there) = (table.checksum(source)?, table.checksum(target)?);
        if here != there {
            return Err(CopyError::Differs(table.name));
        }
        let (rows, checksum) = here;
        copied.push(Copied { table: table.name, rows, checksum });
    }
    Ok(copied)
}

/// Numbers of organizations go on after the last one ever given, even if that organization is gone.
fn continue_numbers(source: &mut DbConnection, target: &mut DbConnection) -> Result<(), StoreError> {
    let last = "select cast(seq as text) as value from sqlite_sequence where name = 'organizations'";
    let last: Option<table::Line> = sql_query(last).load(source)?.pop();
    if let Some(last) = last {
        let set =
            "select setval(pg_get_serial_sequence('organizations', 'id'), $1::text::bigint)::text as value";
        let _: table::Line = sql_query(set).bind::<Text, _>(last.value).get_result(target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use testkit::database::{Database, is_postgres};

    use super::*;

    #[test]
    fn every_table_is_copied_after_those_that_it_refers_to() {
        let database = Database::fresh();
        if is_postgres() {
            return; // The list is one; SQLite tells the tables.
        }
        migrate::run(&Location::parse(&database.address()).unwrap()).unwrap();
        let mut raw = database.raw();
        let tables = raw.texts(
            "select name as value from sqlite_master where type = 'table' and name not like 'sqlite%'
             and name not like '%schema_migrations' order by name",
        );
        let mut listed = TABLES.map(str::to_owned);
        listed.sort();
        assert_eq!(listed.as_slice(), tables.as_slice());
        for (place, table) in TABLES.iter().enumerate() {
            let query = format!("select \"table\" as value from pragma_foreign_key_list('{table}')");
            for referred in raw.texts(&query) {
                assert!(TABLES[..place].contains(&referred.as_str()), "{table} before {referred}");
            }
        }
    }
}
