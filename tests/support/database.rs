//! A look into the database file beside the running server, for what no route shows: the audit trail, leases.

use std::path::Path;

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
};
use serde_json::Value;

/// The file, opened for reading only.
pub(crate) struct Database(SqliteConnection);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

impl Database {
    pub(crate) fn open(data_dir: &Path) -> Self {
        let file = data_dir.join("waypost.db");
        let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON").unwrap();
        Self(connection)
    }

    /// Changes the file of a server that does not run, as somebody with access to it could.
    pub(crate) fn tamper(data_dir: &Path, statement: &str) {
        let file = data_dir.join("waypost.db");
        let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
        connection.batch_execute(statement).unwrap();
    }

    /// The rows of a query whose one column `value` is a JSON text: `json_object(...) AS value`.
    pub(crate) fn rows(&mut self, query: &str) -> Vec<Value> {
        let lines =
            sql_query(query).load::<Line>(&mut self.0).unwrap_or_else(|fault| panic!("{query}: {fault}"));
        lines.iter().map(|line| serde_json::from_str(&line.value).unwrap()).collect()
    }

    /// The number that a query counts.
    pub(crate) fn count(&mut self, from: &str) -> u64 {
        self.rows(&format!("SELECT json_array(count(*)) AS value FROM {from}"))[0][0].as_u64().unwrap()
    }

    /// The actions in the audit trail of a resource, oldest first.
    pub(crate) fn trail(&mut self, resource: &str) -> Vec<String> {
        let query = format!(
            "SELECT json_quote(action) AS value FROM audit_events WHERE resource_id = '{resource}' ORDER BY at, id"
        );
        self.rows(&query).iter().map(|action| action.as_str().unwrap().to_owned()).collect()
    }
}
