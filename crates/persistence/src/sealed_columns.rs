//! Every column that holds envelopes, in whatever table: which master keys they need, which of them a key sealed,
//! and putting one in the place of another. A column is one line in [`ALL`], and an index that begins with the key.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Binary, Nullable, Text},
};

use crate::{
    engine::connection::DbConnection,
    error::StoreError,
    sealing::Place,
    store::{Changing, Reading},
};

/// A column of envelopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SealedColumn {
    /// Its table.
    pub(crate) table: &'static str,
    /// Its name.
    pub(crate) column: &'static str,
    /// The SQL of the row's part of the place that an envelope is bound to, as SQLite's index has it.
    row: &'static str,
    /// The same as PostgreSQL's index has it.
    row_as_text: &'static str,
}

/// How SQL is written where the databases differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    fn of(connection: &DbConnection) -> Self {
        match connection {
            DbConnection::Postgres(_) => Self::Postgres,
            DbConnection::Sqlite(_) => Self::Sqlite,
        }
    }

    /// SQL in which every `?` is a parameter, as this database takes it.
    fn parameters(self, sql: &str) -> String {
        match self {
            Self::Sqlite => sql.to_owned(),
            Self::Postgres => {
                let mut parts = sql.split('?');
                let first = parts.next().unwrap_or_default().to_owned();
                parts.zip(1..).fold(first, |text, (part, number)| format!("{text}${number}{part}"))
            }
        }
    }
}

/// Every one there is.
pub(crate) const ALL: [SealedColumn; 5] = [
    SealedColumn::by_id("destinations", "token_envelope"),
    SealedColumn::by_id("destinations", "signing_envelope"),
    SealedColumn {
        table: "credential_secrets",
        column: "envelope",
        row: "credential_id || '/' || name",
        row_as_text: "(credential_id::text || '/' || name)",
    },
    SealedColumn::by_id("server_keys", "sealed"),
    SealedColumn { table: "idempotency_records", column: "response", row: "digest", row_as_text: "digest" },
];

/// The ids of the master keys that stored secrets need, 16 hex digits each.
pub(crate) fn key_ids(tx: &mut Reading<'_>) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for sealed in ALL {
        found.extend(sealed.key_ids(tx)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// An envelope and the row it is in.
#[derive(QueryableByName)]
pub(crate) struct SealedValue {
    /// The row's part of its place.
    #[diesel(sql_type = Text)]
    pub(crate) row_key: String,
    /// The bytes.
    #[diesel(sql_type = Binary)]
    pub(crate) envelope: Vec<u8>,
}

#[derive(QueryableByName)]
struct KeyIdRow {
    #[diesel(sql_type = Nullable<Text>)]
    key_id: Option<String>,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    found: i64,
}

impl SealedColumn {
    /// Where the envelope of this row was sealed for.
    pub(crate) fn place(&self, row: String) -> Place {
        Place { table: self.table, row, column: self.column }
    }

    /// The ids of the master keys that this column's envelopes need, 16 hex digits each. Jumps through the index
    /// from one to the next, so that its cost follows the number of keys and not of rows.
    pub(crate) fn key_ids(&self, tx: &mut Reading<'_>) -> Result<Vec<String>, StoreError> {
        let (mut found, dialect) = (Vec::new(), Dialect::of(tx.0));
        // Before every id, for ids are not empty.
        let mut last = String::new();
        loop {
            let row: KeyIdRow =
                sql_query(self.next_key_sql(dialect)).bind::<Text, _>(last.as_str()).get_result(tx.0)?;
            let Some(key_id) = row.key_id else { return Ok(found) };
            found.push(key_id.to_lowercase());
            last = key_id;
        }
    }

    /// How many envelopes this master key sealed.
    pub(crate) fn count(&self, tx: &mut Reading<'_>, key_id: &str) -> Result<i64, StoreError> {
        let row: CountRow = sql_query(self.count_sql(Dialect::of(tx.0)))
            .bind::<Text, _>(key_id.to_uppercase())
            .get_result(tx.0)?;
        Ok(row.found)
    }

    /// Envelopes that this master key sealed, in the order of their rows, beginning after one.
    pub(crate) fn sealed_with(
        &self,
        tx: &mut Reading<'_>,
        key_id: &str,
        after: &str,
        limit: u16,
    ) -> Result<Vec<SealedValue>, StoreError> {
        let query = sql_query(self.batch_sql(Dialect::of(tx.0)))
            .bind::<Text, _>(key_id.to_uppercase())
            .bind::<Text, _>(after)
            .bind::<BigInt, _>(i64::from(limit));
        Ok(query.load(tx.0)?)
    }

    /// Puts an envelope in the place of the one that was read. `false` if that is no longer there.
    pub(crate) fn replace(
        &self,
        tx: &mut Changing<'_>,
        key_id: &str,
        read: &SealedValue,
        envelope: &[u8],
    ) -> Result<bool, StoreError> {
        let query = sql_query(self.replace_sql(Dialect::of(tx.0)))
            .bind::<Binary, _>(envelope)
            .bind::<Text, _>(key_id.to_uppercase())
            .bind::<Text, _>(read.row_key.as_str())
            .bind::<Binary, _>(read.envelope.as_slice());
        Ok(query.execute(tx.0)? > 0)
    }

    /// Of a table whose rows are known by `id`.
    const fn by_id(table: &'static str, column: &'static str) -> Self {
        Self { table, column, row: "id", row_as_text: "(id::text)" }
    }

    fn row(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Postgres => self.row_as_text,
            Dialect::Sqlite => self.row,
        }
    }

    /// Bytes 4 to 11 of an envelope in upper-case hex, as the index has them.
    fn key_id(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Postgres => format!("upper(encode(substr({}, 4, 8), 'hex'))", self.column),
            Dialect::Sqlite => format!("hex(substr({}, 4, 8))", self.column),
        }
    }

    fn next_key_sql(&self, dialect: Dialect) -> String {
        let (Self { table, column, .. }, key_id) = (self, self.key_id(dialect));
        dialect.parameters(&format!(
            "select min({key_id}) as key_id from {table} where {column} is not null and {key_id} > ?"
        ))
    }

    fn count_sql(&self, dialect: Dialect) -> String {
        let (Self { table, column, .. }, key_id) = (self, self.key_id(dialect));
        dialect.parameters(&format!(
            "select count(*) as found from {table} where {column} is not null and {key_id} = ?"
        ))
    }

    fn batch_sql(&self, dialect: Dialect) -> String {
        let (Self { table, column, .. }, key_id, row) = (self, self.key_id(dialect), self.row(dialect));
        dialect.parameters(&format!(
            "select {row} as row_key, {column} as envelope from {table}
             where {column} is not null and {key_id} = ? and {row} > ? order by {row} limit ?"
        ))
    }

    fn replace_sql(&self, dialect: Dialect) -> String {
        let (Self { table, column, .. }, key_id, row) = (self, self.key_id(dialect), self.row(dialect));
        dialect.parameters(&format!(
            "update {table} set {column} = ?
             where {column} is not null and {key_id} = ? and {row} = ? and {column} = ?"
        ))
    }
}

#[cfg(test)]
mod tests {
    use testkit::database::{Database, is_postgres};

    use super::*;
    use crate::{
        engine::{connection::Location, migrate},
        plans::assert_searches,
    };

    fn migrated() -> Database {
        let database = Database::fresh();
        migrate::run(&Location::parse(&database.address()).unwrap()).unwrap();
        database
    }

    #[test]
    fn every_column_of_bytes_in_the_database_is_listed() {
        let query = if is_postgres() {
            "select table_name || '.' || column_name as value from information_schema.columns
             where table_schema = current_schema and data_type = 'bytea'"
        } else {
            "select t.name || '.' || c.name as value from pragma_table_list t
             join pragma_table_info(t.name) c where c.type = 'BLOB' collate nocase"
        };
        let mut found = migrated().raw().texts(query);
        found.sort();
        let mut listed = ALL.map(|sealed| format!("{}.{}", sealed.table, sealed.column));
        listed.sort();
        assert_eq!(found, listed);
    }

    #[test]
    fn every_query_on_envelopes_searches_an_index() {
        let database = migrated();
        let dialect = if is_postgres() { Dialect::Postgres } else { Dialect::Sqlite };
        for sealed in ALL {
            for sql in [
                sealed.next_key_sql(dialect),
                sealed.count_sql(dialect),
                sealed.batch_sql(dialect),
                sealed.replace_sql(dialect),
            ] {
                assert_searches(&mut database.raw(), sealed.column, &sql);
            }
        }
    }
}
