//! A table as it is in both databases: reading its rows as JSON, the same from either, and writing them.

use aws_lc_rs::digest::{Context, SHA256};
use diesel::{
    QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Text},
};
use serde_json::Value;

use crate::{engine::connection::DbConnection, error::StoreError};

/// Rows that are in memory at a time.
const BATCH: u16 = 500;

/// A row of one column of text.
#[derive(QueryableByName)]
pub(super) struct Line {
    #[diesel(sql_type = Text)]
    pub(super) value: String,
}

/// A row as a JSON object, and its key as a JSON array of texts.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Text)]
    key: String,
}

/// Some rows, each a JSON object.
pub(super) struct Batch(Vec<Value>);

impl Batch {
    /// How many.
    pub(super) fn len(&self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }
}

/// A column by its name and PostgreSQL's type.
struct Column {
    name: String,
    kind: String,
}

/// A table of both databases.
pub(super) struct Table {
    /// Its name.
    pub(super) name: &'static str,
    columns: Vec<Column>,
    /// The columns of its primary key, in order.
    key: Vec<String>,
}

impl Table {
    /// Asks the source for the key, and the target for the columns, which has types for them.
    pub(super) fn describe(
        source: &mut DbConnection,
        target: &mut DbConnection,
        name: &'static str,
    ) -> Result<Self, StoreError> {
        let key: Vec<Line> =
            sql_query("select name as value from pragma_table_info(?) where pk > 0 order by pk")
                .bind::<Text, _>(name)
                .load(source)?;
        let columns: Vec<Line> = sql_query(
            "select column_name || ' ' || data_type as value from information_schema.columns
             where table_schema = current_schema and table_name = $1 order by ordinal_position",
        )
        .bind::<Text, _>(name)
        .load(target)?;
        let columns = columns.iter().filter_map(|line| {
            let (name, kind) = line.value.split_once(' ')?;
            Some(Column { name: name.to_owned(), kind: kind.to_owned() })
        });
        let key = key.into_iter().map(|line| line.value).collect();
        Ok(Self { name, columns: columns.collect(), key })
    }

    /// Whether there is any row.
    pub(super) fn has_rows(&self, connection: &mut DbConnection) -> Result<bool, StoreError> {
        let rows: Vec<Line> =
            sql_query(format!("select 'one' as value from {} limit 1", self.name)).load(connection)?;
        Ok(!rows.is_empty())
    }

    /// Hands over all rows in the order of their keys, some at a time.
    pub(super) fn walk(
        &self,
        connection: &mut DbConnection,
        mut each: impl FnMut(&Batch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut after: Option<Vec<String>> = None;
        loop {
            let (first, next) = (self.page_sql(connection, false), self.page_sql(connection, true));
            let mut query = sql_query(if after.is_some() { next } else { first }).into_boxed();
            for part in after.iter().flatten() {
                query = query.bind::<Text, _>(part.clone());
            }
            let rows: Vec<Row> = query.bind::<BigInt, _>(i64::from(BATCH)).load(connection)?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(serde_json::from_str(&last.key).map_err(|error| unexpected(&error))?);
            let is_last = rows.len() < usize::from(BATCH);
            let values =
                rows.iter().map(|row| serde_json::from_str(&row.content).map_err(|error| unexpected(&error)));
            let values = values.collect::<Result<_, _>>()?;
            each(&Batch(values))?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// Writes rows that [`Table::walk`] read from SQLite.
    pub(super) fn insert(&self, target: &mut DbConnection, batch: &Batch) -> Result<(), StoreError> {
        let name = self.name;
        sql_query(format!(
            "insert into {name} select * from json_populate_recordset(null::{name}, $1::json)"
        ))
        .bind::<Text, _>(Value::from(batch.0.clone()).to_string())
        .execute(target)?;
        Ok(())
    }

    /// The number of rows, and SHA-256 of all of them in hex.
    pub(super) fn checksum(&self, connection: &mut DbConnection) -> Result<(u64, String), StoreError> {
        let (mut rows, mut sum) = (0_u64, Context::new(&SHA256));
        self.walk(connection, |batch| {
            rows = rows.saturating_add(batch.len());
            for row in &batch.0 {
                sum.update(row.to_string().as_bytes());
                sum.update(b"\n");
            }
            Ok(())
        })?;
        let digest = sum.finish();
        let hex = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((rows, hex))
    }

    fn page_sql(&self, connection: &DbConnection, is_next: bool) -> String {
        let (row, key, marks) = match connection {
            DbConnection::Sqlite(_) => (
                format!("json_object({})", self.pairs(Column::in_sqlite)),
                format!("json_array({})", self.key_parts("cast(", " as text)")),
                self.key.iter().map(|_| "?".to_owned()).collect::<Vec<_>>(),
            ),
            DbConnection::Postgres(_) => (
                format!("json_build_object({})::text", self.pairs(Column::in_postgres)),
                format!("json_build_array({})::text", self.key_parts("", "::text")),
                self.typed_marks(),
            ),
        };
        let (name, columns) = (self.name, self.key.join(", "));
        let limit = match connection {
            DbConnection::Sqlite(_) => "?".to_owned(),
            DbConnection::Postgres(_) if is_next => format!("${}", self.key.len().saturating_add(1)),
            DbConnection::Postgres(_) => "$1".to_owned(),
        };
        let after =
            if is_next { format!("where ({columns}) > ({})", marks.join(", ")) } else { String::new() };
        format!("select {row} as content, {key} as key from {name} {after} order by {columns} limit {limit}")
    }

    fn pairs(&self, value: impl Fn(&Column) -> String) -> String {
        let pairs = self.columns.iter().map(|column| format!("'{}', {}", column.name, value(column)));
        pairs.collect::<Vec<_>>().join(", ")
    }

    fn key_parts(&self, before: &str, behind: &str) -> String {
        self.key.iter().map(|name| format!("{before}{name}{behind}")).collect::<Vec<_>>().join(", ")
    }

    /// `$1::text::uuid, $2::text::bigint, ...`
    fn typed_marks(&self) -> Vec<String> {
        let kind = |name: &String| {
            let column = self.columns.iter().find(|column| column.name == *name);
            column.map_or("text", |column| column.kind.as_str())
        };
        self.key.iter().zip(1..).map(|(name, number)| format!("${number}::text::{}", kind(name))).collect()
    }
}

impl Column {
    /// The SQL of this column's value as JSON shows it, in SQLite.
    fn in_sqlite(&self) -> String {
        let name = &self.name;
        match self.kind.as_str() {
            "boolean" => format!("json(case {name} when 1 then 'true' when 0 then 'false' end)"),
            // hex(null) is an empty text.
            "bytea" => format!("case when {name} is not null then '\\x' || lower(hex({name})) end"),
            "json" => format!("json({name})"),
            _ => name.clone(),
        }
    }

    /// The same in PostgreSQL.
    fn in_postgres(&self) -> String {
        let name = &self.name;
        match self.kind.as_str() {
            "bytea" => format!("'\\x' || encode({name}, 'hex')"),
            "timestamp with time zone" => {
                format!("to_char({name} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
            }
            _ => name.clone(),
        }
    }
}

fn unexpected(error: &serde_json::Error) -> StoreError {
    StoreError::Internal(format!("a row is not as expected: {error}"))
}
