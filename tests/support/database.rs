//! A look into the database beside the running server, for what no route shows: the audit trail, leases. On either
//! engine.

use serde_json::Value;
use testkit::database::Raw;

/// What SQLite calls the functions that make JSON, and what PostgreSQL does.
const FUNCTIONS: [(&str, &str); 3] = [
    ("json_object(", "json_build_object("),
    ("json_array(", "json_build_array("),
    ("json_quote(", "to_json("),
];

/// A connection for looking only.
pub(crate) struct Database(Raw);

impl Database {
    /// At an address as `DATABASE_URL` takes it.
    pub(crate) fn open(address: &str) -> Self {
        let mut raw = Raw::open(address);
        raw.execute(match raw {
            Raw::Postgres(_) => "set default_transaction_read_only = on",
            Raw::Sqlite(_) => "pragma query_only = on",
        });
        Self(raw)
    }

    /// The rows of a query whose one column `value` is JSON, made by SQLite's names: `json_object(...) AS value`.
    pub(crate) fn rows(&mut self, query: &str) -> Vec<Value> {
        let query = match self.0 {
            Raw::Sqlite(_) => query.to_owned(),
            Raw::Postgres(_) => {
                let translated =
                    FUNCTIONS.iter().fold(query.to_owned(), |text, (from, to)| text.replace(from, to));
                format!("SELECT CAST(value AS text) AS value FROM ({translated}) AS asked")
            }
        };
        self.0.texts(&query).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The number that a query counts.
    pub(crate) fn count(&mut self, from: &str) -> u64 {
        self.0.count(from).try_into().unwrap()
    }

    /// The actions in the audit trail of a resource, oldest first.
    pub(crate) fn trail(&mut self, resource: &str) -> Vec<String> {
        let query = format!(
            "SELECT json_quote(action) AS value FROM audit_events WHERE resource_id = '{resource}' ORDER BY at, id"
        );
        self.rows(&query).iter().map(|action| action.as_str().unwrap().to_owned()).collect()
    }

    /// The ids of the master keys that a column of envelopes needs: bytes 4 to 11 of each, in hex.
    pub(crate) fn master_keys(&mut self, table: &str, column: &str) -> Vec<String> {
        let bytes = format!("substr({column}, 4, 8)");
        let hex = match self.0 {
            Raw::Postgres(_) => format!("upper(encode({bytes}, 'hex'))"),
            Raw::Sqlite(_) => format!("hex({bytes})"),
        };
        self.0.texts(&format!("SELECT DISTINCT {hex} AS value FROM {table} WHERE {column} IS NOT NULL"))
    }

    /// Whether SQLite finds its file whole. A server of PostgreSQL looks after its own.
    pub(crate) fn is_intact(&mut self) -> bool {
        match self.0 {
            Raw::Postgres(_) => true,
            Raw::Sqlite(_) => {
                self.0.texts("SELECT integrity_check AS value FROM pragma_integrity_check") == ["ok"]
            }
        }
    }

    /// Every value in every table as text, bytes as they are where they are text. On SQLite search the files instead:
    /// they hold more than the tables do.
    pub(crate) fn dump(&mut self) -> String {
        let columns = self.rows(
            "SELECT json_array(table_name, column_name, data_type) AS value FROM information_schema.columns WHERE table_schema = current_schema()",
        );
        let mut all = String::new();
        for column in &columns {
            let part = |number: usize| column[number].as_str().unwrap();
            let text = match part(2) {
                "bytea" => format!("encode({}, 'escape')", part(1)),
                _ => format!("CAST({} AS text)", part(1)),
            };
            let values = self.0.texts(&format!(
                "SELECT {text} AS value FROM {} WHERE {} IS NOT NULL",
                part(0),
                part(1)
            ));
            all.push_str(&values.join("\n"));
        }
        assert!(!columns.is_empty() && !all.is_empty(), "there is something to search");
        all
    }
}
