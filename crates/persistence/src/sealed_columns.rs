//! Every column that holds envelopes, in whatever table: which master keys they need, which of them a key sealed,
//! and putting one in the place of another. A column is one line in [`ALL`], and an index that begins with the key.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Binary, Nullable, Text},
};

use crate::{
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
    /// The SQL of the row's part of the place that an envelope is bound to, as the index has it.
    row: &'static str,
}

/// Every one there is.
pub(crate) const ALL: [SealedColumn; 4] = [
    SealedColumn { table: "destinations", column: "token_envelope", row: "id" },
    SealedColumn { table: "destinations", column: "signing_envelope", row: "id" },
    SealedColumn { table: "credential_secrets", column: "envelope", row: "credential_id || '/' || name" },
    SealedColumn { table: "server_keys", column: "sealed", row: "id" },
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
    rows: i64,
}

impl SealedColumn {
    /// Where the envelope of this row was sealed for.
    pub(crate) fn place(&self, row: String) -> Place {
        Place { table: self.table, row, column: self.column }
    }

    /// The ids of the master keys that this column's envelopes need, 16 hex digits each. Jumps through the index
    /// from one to the next, so that its cost follows the number of keys and not of rows.
    pub(crate) fn key_ids(&self, tx: &mut Reading<'_>) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        // Before every id, for ids are not empty.
        let mut last = String::new();
        loop {
            let row: KeyIdRow =
                sql_query(self.next_key_sql()).bind::<Text, _>(last.as_str()).get_result(tx.0)?;
            let Some(key_id) = row.key_id else { return Ok(found) };
            found.push(key_id.to_lowercase());
            last = key_id;
        }
    }

    /// How many envelopes this master key sealed.
    pub(crate) fn count(&self, tx: &mut Reading<'_>, key_id: &str) -> Result<i64, StoreError> {
        let row: CountRow =
            sql_query(self.count_sql()).bind::<Text, _>(key_id.to_uppercase()).get_result(tx.0)?;
        Ok(row.rows)
    }

    /// Envelopes that this master key sealed, in the order of their rows, beginning after one.
    pub(crate) fn sealed_with(
        &self,
        tx: &mut Reading<'_>,
        key_id: &str,
        after: &str,
        limit: u16,
    ) -> Result<Vec<SealedValue>, StoreError> {
        let query = sql_query(self.batch_sql())
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
        let query = sql_query(self.replace_sql())
            .bind::<Binary, _>(envelope)
            .bind::<Text, _>(key_id.to_uppercase())
            .bind::<Text, _>(read.row_key.as_str())
            .bind::<Binary, _>(read.envelope.as_slice());
        Ok(query.execute(tx.0)? > 0)
    }

    /// Bytes 4 to 11 of an envelope, as the index has them.
    fn key_id(&self) -> String {
        format!("hex(substr({}, 4, 8))", self.column)
    }

    fn next_key_sql(&self) -> String {
        let (Self { table, column, .. }, key_id) = (self, self.key_id());
        format!("select min({key_id}) as key_id from {table} where {column} is not null and {key_id} > ?")
    }

    fn count_sql(&self) -> String {
        let (Self { table, column, .. }, key_id) = (self, self.key_id());
        format!("select count(*) as rows from {table} where {column} is not null and {key_id} = ?")
    }

    fn batch_sql(&self) -> String {
        let (Self { table, column, row }, key_id) = (self, self.key_id());
        format!(
            "select {row} as row_key, {column} as envelope from {table}
             where {column} is not null and {key_id} = ? and {row} > ? order by {row} limit ?"
        )
    }

    fn replace_sql(&self) -> String {
        let (Self { table, column, row }, key_id) = (self, self.key_id());
        format!(
            "update {table} set {column} = ?
             where {column} is not null and {key_id} = ? and {row} = ? and {column} = ?"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        connection::{DbConnection, Location, Purpose},
        migrate,
    };

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    fn migrated(folder: &tempfile::TempDir) -> DbConnection {
        let location = Location::File(folder.path().join("w.db"));
        migrate::run(&location).unwrap();
        location.open(Purpose::Changing).unwrap()
    }

    #[test]
    fn every_column_of_bytes_in_the_database_is_listed() {
        let folder = tempfile::tempdir().unwrap();
        let query = "select t.name || '.' || c.name as detail from pragma_table_list t
                     join pragma_table_info(t.name) c where c.type = 'BLOB' collate nocase order by detail";
        let found: Vec<Line> = sql_query(query).load(&mut migrated(&folder)).unwrap();
        let found: Vec<String> = found.into_iter().map(|line| line.detail).collect();
        let mut listed = ALL.map(|sealed| format!("{}.{}", sealed.table, sealed.column));
        listed.sort();
        assert_eq!(found, listed);
    }

    #[test]
    fn every_query_on_envelopes_searches_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = migrated(&folder);
        for sealed in ALL {
            for sql in [sealed.next_key_sql(), sealed.count_sql(), sealed.batch_sql(), sealed.replace_sql()] {
                let plan: Vec<Line> =
                    sql_query(format!("explain query plan {sql}")).load(&mut connection).unwrap();
                let plan: Vec<String> = plan.into_iter().map(|line| line.detail).collect();
                assert_eq!(plan.len(), 1, "{sql}: {plan:?}");
                assert!(plan[0].starts_with(&format!("SEARCH {} USING", sealed.table)), "{sql}: {plan:?}");
            }
        }
    }
}
