//! What the database makes of the queries on tenant data: each list, whatever its filter and order, and each query
//! that follows a credential searches an index, so that none of them reads a whole table.

use std::sync::{Arc, Mutex};

use diesel::{
    connection::{Connection, InstrumentationEvent, SimpleConnection},
    prelude::*,
    sql_query,
    sql_types::Text,
};
use domain::{
    access::Permission,
    audit::Act,
    credential::strategies,
    destination::{Status, draft::DestinationType, naming::ExternalId},
    ids::{AuditEventId, CredentialId, EnvironmentId, UserId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    Changing, Keyset, PageRequest, Reading, Scope, credentials, destinations,
    engine::{
        connection::{DbConnection, Location, Purpose},
        migrate,
    },
    error::StoreError,
    sorting::Sort,
};

const ENVIRONMENT: Uuid = Uuid::from_u128(1);
const USER: Uuid = Uuid::from_u128(2);
const CREDENTIAL: Uuid = Uuid::from_u128(3);
const DESTINATION: Uuid = Uuid::from_u128(4);

const SORTS: [Sort; 6] = [
    Sort::CreatedAt,
    Sort::CreatedAtDescending,
    Sort::Name,
    Sort::NameDescending,
    Sort::UpdatedAt,
    Sort::UpdatedAtDescending,
];

/// A connection that keeps the text of every query made on it.
struct Spied {
    connection: DbConnection,
    queries: Arc<Mutex<Vec<String>>>,
    scope: Scope,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

impl Spied {
    fn new(folder: &tempfile::TempDir) -> Self {
        let location = Location::File(folder.path().join("w.db"));
        migrate::run(&location).unwrap();
        let mut connection = location.open(Purpose::Changing).unwrap();
        let now = "2026-01-01T00:00:00.000Z";
        let rows = format!(
            "insert into organizations values (1, 'Labs', '{now}');
             insert into environments values ('{ENVIRONMENT}', 1, 'Staging', 'Staging', '{now}');
             insert into users values ('{USER}', 'Ada', 0, '{now}');
             insert into environment_roles values ('{ENVIRONMENT}', '{USER}', 'engineer');
             insert into credentials values ('{CREDENTIAL}', '{ENVIRONMENT}', 'key', 'Key', 'key', 'ApiKey',
                '{{}}', 1, 1, '{now}', '{now}');
             insert into destinations (id, environment_id, name, name_key, status, type, endpoint, settings,
                verification_method, verified_at, verified_skipped, verified_fingerprint, configuration_revision,
                version, created_at, updated_at, credential_id, credential_strategy)
             values ('{DESTINATION}', '{ENVIRONMENT}', 'Labs', 'labs', 'verified', 'standard',
                'https://labs.example.org/', '{{}}', 'POST', '{now}', 0, 'r1', 1, 1, '{now}', '{now}',
                '{CREDENTIAL}', 'ApiKey');"
        );
        connection.batch_execute(&rows).unwrap();
        let queries = Arc::new(Mutex::new(Vec::new()));
        let seen = queries.clone();
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                seen.lock().unwrap().push(query.to_string());
            }
        });
        let scope = Scope { user: UserId(USER), permission: Permission::DestinationsRead };
        Self { connection, queries, scope }
    }

    fn read<T>(&mut self, job: impl FnOnce(&mut Reading<'_>, &Scope) -> Result<T, StoreError>) -> T {
        job(&mut Reading(&mut self.connection), &self.scope).unwrap()
    }

    fn change<T>(&mut self, job: impl FnOnce(&mut Changing<'_>) -> Result<T, StoreError>) -> T {
        job(&mut Changing::on(&mut self.connection)).unwrap()
    }

    /// Asserts that no query since the last time reads the whole of a table, and forgets them. Not even an index
    /// from end to end: what holds one environment's rows is searched for.
    fn assert_all_search(&mut self, what: &str) {
        let queries: Vec<String> = self.queries.lock().unwrap().drain(..).collect();
        assert!(!queries.is_empty(), "{what}");
        for query in queries {
            // After the query, diesel tells the values that are bound to it.
            let sql = query.split(" -- binds").next().unwrap();
            let plan: Vec<Line> =
                sql_query(format!("explain query plan {sql}")).load(&mut self.connection).unwrap();
            for Line { detail } in plan {
                assert!(
                    !detail.starts_with("SCAN") || detail == "SCAN CONSTANT ROW",
                    "{what}: {sql}: {detail}"
                );
            }
        }
        self.queries.lock().unwrap().clear();
    }
}

fn pages() -> [PageRequest; 2] {
    let after = Keyset { key: "2026-01-01T00:00:00.000Z".to_owned(), id: DESTINATION.to_string() };
    [PageRequest { after: None, limit: 50 }, PageRequest { after: Some(after), limit: 50 }]
}

#[test]
fn every_list_of_destinations_searches_an_index() {
    use destinations::Filter;
    let folder = tempfile::tempdir().unwrap();
    let mut spied = Spied::new(&folder);
    let text = || Some("labs".to_owned());
    let filters = [
        Filter::default(),
        Filter { status: Some(Status::Verified), ..Filter::default() },
        Filter { destination_type: Some(DestinationType::Standard), ..Filter::default() },
        Filter { type_id: text(), ..Filter::default() },
        Filter { type_id: text(), product_id: text(), ..Filter::default() },
        Filter { credential: Some(CredentialId(CREDENTIAL)), ..Filter::default() },
        Filter { name: text(), ..Filter::default() },
        Filter { q: text(), ..Filter::default() },
    ];
    for filter in filters {
        for sort in SORTS {
            for page in pages() {
                spied.read(|tx, scope| {
                    destinations::page(tx, scope, EnvironmentId(ENVIRONMENT), &filter, sort, &page)
                });
                spied.assert_all_search(&format!("{filter:?} {sort:?}"));
            }
        }
    }
}

#[test]
fn every_list_of_credentials_searches_an_index() {
    use credentials::Filter;
    let folder = tempfile::tempdir().unwrap();
    let mut spied = Spied::new(&folder);
    let text = || Some("key".to_owned());
    let filters = [
        Filter::default(),
        Filter { strategy: strategies().next(), ..Filter::default() },
        Filter { name: text(), ..Filter::default() },
        Filter { q: text(), ..Filter::default() },
    ];
    for filter in filters {
        for sort in SORTS {
            for page in pages() {
                spied.read(|tx, scope| {
                    credentials::page(tx, scope, EnvironmentId(ENVIRONMENT), &filter, sort, &page)
                });
                spied.assert_all_search(&format!("{filter:?} {sort:?}"));
            }
        }
    }
}

#[test]
fn everything_that_follows_a_credential_searches_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let mut spied = Spied::new(&folder);
    let (id, environment) = (CredentialId(CREDENTIAL), EnvironmentId(ENVIRONMENT));
    let key = ExternalId::parse("key").unwrap();
    let credential = spied.read(|tx, scope| credentials::get_for(tx, scope, id));
    spied.assert_all_search("get");
    spied.read(|tx, scope| credentials::find_by_external_id(tx, scope, environment, &key)).unwrap();
    spied.assert_all_search("find by external id");
    spied.read(|tx, _| credentials::credential_ref(tx, environment, id)).unwrap();
    spied.assert_all_search("reference");
    let users = spied.read(|tx, _| credentials::users_of(tx, id, 10));
    assert_eq!(users.len(), 1);
    spied.assert_all_search("users");
    let now = Timestamp::from_millis(1_795_500_000_000).unwrap();
    let act = Act { event_id: AuditEventId(Uuid::from_u128(5)), actor: None, request_id: None, now };
    let taken = spied.change(|tx| credentials::take_back(tx, id, &act, || AuditEventId(Uuid::from_u128(6))));
    assert_eq!(taken, 1);
    spied.assert_all_search("take back");
    spied.connection.batch_execute("delete from destinations").unwrap();
    spied.queries.lock().unwrap().clear();
    let deleted = credential.delete(&[], &act).unwrap();
    spied.change(|tx| credentials::delete(tx, &deleted));
    spied.assert_all_search("delete");
}
