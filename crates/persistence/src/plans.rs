//! What the databases make of the queries on tenant data: each list, whatever its filter and order, each look-up, and
//! each query that follows a credential searches an index, so that none of them reads or sorts a whole table.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use diesel::{
    connection::{Connection, InstrumentationEvent, SimpleConnection},
    prelude::*,
};
use domain::{
    access::Permission,
    audit::Act,
    credential::strategies,
    destination::{Command, Status, draft::DestinationType, naming::ExternalId},
    ids::{
        ApiKeyId, AuditEventId, CredentialId, DestinationId, EnvironmentId, OrganizationId, UserId,
        VerificationId,
    },
    organization::Subject,
    time::Timestamp,
    verification::{Mode, Outcome, Verification},
};
use testkit::database::{Database, Raw, is_postgres};
use uuid::Uuid;

use crate::{
    Changing, Keyset, PageRequest, Reading, Scope, api_keys, audit,
    audit::chain,
    credentials,
    destinations::{self, Ended, Step},
    engine::{
        connection::{DbConnection, Location, Purpose},
        migrate,
    },
    environments,
    error::StoreError,
    idempotency,
    leases::{self, Lease},
    principals, rates, roles,
    sorting::Sort,
    verifications,
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

/// The index of the events that are not chained yet: all that is in it is wanted.
const WAITING: &str = "USING INDEX audit_events_unchained";

/// Asserts that a statement reads no table, and no index, from end to end, and sorts nothing: what holds one
/// environment's rows is searched for, in the order asked for.
pub(crate) fn assert_searches(raw: &mut Raw, what: &str, sql: &str) {
    let plan = match raw {
        Raw::Sqlite(_) => explained_by_sqlite(raw, sql),
        Raw::Postgres(_) => explained_by_postgres(raw, sql),
    };
    for line in plan {
        let is_whole = line.starts_with("SCAN") && line != "SCAN CONSTANT ROW" && !line.ends_with(WAITING)
            || line.contains("Seq Scan on");
        let is_sorted =
            line.contains("USE TEMP B-TREE FOR ORDER BY") || line.trim_start().starts_with("->  Sort");
        assert!(!is_whole && !is_sorted, "{what}: {sql}: {line}");
    }
}

fn explained_by_sqlite(raw: &mut Raw, sql: &str) -> Vec<String> {
    let Raw::Sqlite(connection) = raw else { return Vec::new() };
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    let plan: Vec<Line> = diesel::sql_query(format!("explain query plan {sql}")).load(connection).unwrap();
    plan.into_iter().map(|line| line.detail).collect()
}

/// The plan for any parameters, with scans and sorts made so dear that the planner takes them only where no index
/// serves: what it does with few rows says nothing about many.
fn explained_by_postgres(raw: &mut Raw, sql: &str) -> Vec<String> {
    let Raw::Postgres(connection) = raw else { return Vec::new() };
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        #[diesel(column_name = "QUERY PLAN")]
        detail: String,
    }
    let settings = "set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off;
                    set plan_cache_mode = force_generic_plan; deallocate all";
    connection.batch_execute(settings).unwrap();
    connection.batch_execute(&format!("prepare asked as {sql}")).unwrap();
    let parameters = (1..100).take_while(|number| sql.contains(&format!("${number}"))).map(|_| "null");
    let parameters: Vec<&str> = parameters.collect();
    let call = if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(", ")) };
    let plan: Vec<Line> = diesel::sql_query(format!("explain execute asked{call}")).load(connection).unwrap();
    plan.into_iter().map(|line| line.detail).collect()
}

/// A connection that keeps the text of every query made on it.
struct Spied {
    connection: DbConnection,
    database: Database,
    queries: Arc<Mutex<Vec<String>>>,
    /// Those that are prepared once for the life of the connection.
    kept: Arc<Mutex<HashSet<String>>>,
    scope: Scope,
}

impl Spied {
    fn new() -> Self {
        let database = Database::fresh();
        let location = Location::parse(&database.address()).unwrap();
        migrate::run(&location).unwrap();
        let mut connection = location.open(Purpose::Changing).unwrap();
        let now = "2026-01-01T00:00:00.000Z";
        let no = if is_postgres() { "false" } else { "0" };
        let rows = format!(
            "insert into organizations values (1, 'Labs', '{now}');
             insert into environments values ('{ENVIRONMENT}', 1, 'Staging', 'Staging', '{now}');
             insert into users (id, name, is_staff, created_at) values ('{USER}', 'Ada', {no}, '{now}');
             insert into environment_roles values ('{ENVIRONMENT}', '{USER}', 'engineer');
             insert into credentials values ('{CREDENTIAL}', '{ENVIRONMENT}', 'key', 'Key', 'key', 'ApiKey',
                '{{}}', 1, 1, '{now}', '{now}');
             insert into destinations (id, environment_id, external_id, name, name_key, status, type, endpoint,
                settings, verification_method, verified_at, verified_skipped, verified_fingerprint,
                configuration_revision, version, created_at, updated_at, credential_id, credential_strategy)
             values ('{DESTINATION}', '{ENVIRONMENT}', 'key', 'Labs', 'labs', 'verified', 'standard',
                'https://labs.example.org/', '{{}}', 'POST', '{now}', {no}, 'r1', 1, 1, '{now}', '{now}',
                '{CREDENTIAL}', 'ApiKey');"
        );
        connection.batch_execute(&rows).unwrap();
        let queries = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::new(Mutex::new(HashSet::new()));
        let (seen, prepared) = (queries.clone(), kept.clone());
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                seen.lock().unwrap().push(query.to_string());
            } else if let InstrumentationEvent::CacheQuery { sql, .. } = event {
                prepared.lock().unwrap().insert(sql.to_owned());
            }
        });
        let scope = Scope { user: UserId(USER), permission: Permission::DestinationsRead };
        Self { connection, database, queries, kept, scope }
    }

    fn read<T>(&mut self, job: impl FnOnce(&mut Reading<'_>, &Scope) -> Result<T, StoreError>) -> T {
        job(&mut Reading(&mut self.connection), &self.scope).unwrap()
    }

    fn change<T>(&mut self, job: impl FnOnce(&mut Changing<'_>) -> Result<T, StoreError>) -> T {
        job(&mut Changing::on(&mut self.connection)).unwrap()
    }

    /// Asserts of every query since the last time that it is prepared once and searches, and forgets them.
    fn assert_all_search(&mut self, what: &str) {
        let queries: Vec<String> = self.queries.lock().unwrap().drain(..).collect();
        assert!(!queries.is_empty(), "{what}");
        let mut raw = self.database.raw();
        for query in queries {
            // After the query, diesel tells the values that are bound to it.
            let sql = query.split(" -- binds").next().unwrap();
            // Their text has as many forms as there are rows to name; diesel prepares an UPDATE each time,
            // unless told.
            let may_vary = sql.contains(" IN (") || sql.starts_with("UPDATE") || sql.contains(" DO UPDATE ");
            assert!(may_vary || self.kept.lock().unwrap().contains(sql), "{what}: {sql}: prepared each time");
            assert_searches(&mut raw, what, sql);
        }
    }
}

fn pages() -> [PageRequest; 2] {
    let after = Keyset { key: "2026-01-01T00:00:00.000Z".to_owned(), id: DESTINATION.to_string() };
    [PageRequest { after: None, limit: 50 }, PageRequest { after: Some(after), limit: 50 }]
}

#[test]
fn every_list_of_destinations_searches_an_index() {
    use destinations::Filter;
    let mut spied = Spied::new();
    let text = || Some("labs".to_owned());
    let filters = [
        Filter::default(),
        Filter { status: Some(Status::Verified), ..Filter::default() },
        Filter { destination_type: Some(DestinationType::Standard), ..Filter::default() },
        Filter { type_id: text(), ..Filter::default() },
        Filter { type_id: text(), product_id: text(), ..Filter::default() },
        Filter { credential: Some(CredentialId(CREDENTIAL)), ..Filter::default() },
        Filter { external_id: ExternalId::parse("key").ok(), ..Filter::default() },
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
    let mut spied = Spied::new();
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
    let mut spied = Spied::new();
    let (id, environment) = (CredentialId(CREDENTIAL), EnvironmentId(ENVIRONMENT));
    let key = ExternalId::parse("key").unwrap();
    let credential = spied.read(|tx, scope| credentials::get_for(tx, scope, id));
    spied.assert_all_search("get");
    spied.read(|tx, scope| credentials::find_by_external_id(tx, scope, environment, &key)).unwrap();
    spied.assert_all_search("find by external id");
    spied.change(|tx| credentials::credential_ref(tx, environment, id)).unwrap();
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

#[test]
fn every_look_up_and_every_other_list_searches_an_index() {
    let mut spied = Spied::new();
    let (id, environment) = (DestinationId(DESTINATION), EnvironmentId(ENVIRONMENT));
    spied.read(|tx, scope| destinations::get_for(tx, scope, id));
    spied.read(|tx, scope| destinations::listed(tx, scope, id));
    spied.assert_all_search("get");
    let key = ExternalId::parse("key").unwrap();
    spied.read(|tx, scope| destinations::find_by_external_id(tx, scope, environment, &key)).unwrap();
    spied.assert_all_search("find by external id");
    for page in pages() {
        spied.read(|tx, scope| verifications::page(tx, scope, id, &page));
        spied.assert_all_search("history");
        spied.read(|tx, scope| environments::page(tx, scope.user, OrganizationId(1), &page));
        spied.assert_all_search("environments");
    }
    spied.read(|tx, scope| roles::standing(tx, scope.user, environment));
    spied.assert_all_search("standing");
}

#[test]
fn an_attempt_to_verify_searches_an_index() {
    let mut spied = Spied::new();
    let (id, now) = (DestinationId(DESTINATION), Timestamp::from_millis(1_795_500_000_000).unwrap());
    let attempt = VerificationId(Uuid::from_u128(8));
    let lease = Lease { destination: id, attempt, from: now, until: now.plus_millis(1) };
    spied.change(|tx| leases::acquire(tx, &lease));
    spied.assert_all_search("lease");
    let destination = spied.read(|tx, _| destinations::get_to_end(tx, id));
    let verification = Verification {
        id: attempt,
        destination: id,
        outcome: Outcome::Passed,
        mode: Mode::Challenge,
        data_model: None,
        event_type: None,
        checks: Vec::new(),
        request: None,
        response: None,
        started_at: now,
        duration_ms: 1,
    };
    let act = Act { event_id: AuditEventId(Uuid::from_u128(9)), actor: None, request_id: None, now };
    let command = Command::Record(Box::new(verification.clone()), destination.fingerprint());
    let applied = destination.apply(command, &act).unwrap();
    spied.change(|tx| Ended { applied, verification }.store(tx));
    spied.change(|tx| destinations::hold(tx, id));
    spied.assert_all_search("end");
}

#[test]
fn everything_about_people_and_their_keys_searches_an_index() {
    let mut spied = Spied::new();
    let (organization, environment) = (OrganizationId(1), EnvironmentId(ENVIRONMENT));
    let (user, now) = (UserId(USER), Timestamp::from_millis(1_795_500_000_000).unwrap());
    spied.read(|tx, scope| {
        let scope = Scope { permission: Permission::SignedIn, ..*scope };
        roles::admit(tx, &scope, organization)
    });
    spied.assert_all_search("admit");
    let by_user = PageRequest { after: Some(UserId(USER)), limit: 50 };
    spied.read(|tx, _| roles::members(tx, organization, &by_user));
    spied.read(|tx, _| roles::members_of_environment(tx, environment, &by_user));
    spied.read(|tx, _| roles::has_other_owner(tx, user, organization));
    spied.assert_all_search("members");
    for page in pages() {
        spied.read(|tx, _| principals::service_accounts(tx, organization, &page));
        spied.assert_all_search("service accounts");
        spied.read(|tx, _| api_keys::page(tx, user, &page));
        spied.assert_all_search("keys");
        for filter in [
            audit::Filter::default(),
            audit::Filter { actor: Some(user), from: Some(now), to: Some(now), ..audit::Filter::default() },
        ] {
            spied.read(|tx, _| audit::page(tx, organization, &filter, &page));
            spied.assert_all_search("trail");
        }
    }
    let subject = Subject { issuer: "i".to_owned(), subject: "s".to_owned() };
    assert_eq!(spied.read(|tx, _| principals::find_subject(tx, &subject)), None);
    let key = ApiKeyId(Uuid::from_u128(7));
    assert_eq!(spied.read(|tx, _| api_keys::of_client(tx, key)), None);
    for key in [None, Some(key)] {
        assert_eq!(spied.read(|tx, _| api_keys::is_valid(tx, user, key)), key.is_none());
    }
    spied.assert_all_search("who calls");
}

#[test]
fn what_is_done_beside_requests_searches_an_index() {
    let mut spied = Spied::new();
    let now = Timestamp::from_millis(1_795_500_000_000).unwrap();
    let key = ApiKeyId(Uuid::from_u128(7));
    assert!(spied.change(|tx| api_keys::use_assertion(tx, "digest", now)));
    assert!(!spied.change(|tx| api_keys::use_assertion(tx, "digest", now)));
    spied.change(|tx| api_keys::note_use(tx, key, now));
    assert_eq!(spied.change(|tx| api_keys::forget_assertions(tx, now.plus_millis(1), 10)), 1);
    let claim = |spied: &mut Spied, request| {
        spied.change(|tx| idempotency::claim(tx, "digest", request, now, now.plus_millis(1_000)))
    };
    assert_eq!(claim(&mut spied, "one"), idempotency::Claim::Taken);
    assert_eq!(claim(&mut spied, "one"), idempotency::Claim::UnderWay);
    assert_eq!(claim(&mut spied, "two"), idempotency::Claim::OtherRequest);
    spied.change(|tx| idempotency::answer(tx, "digest", "one", b"sealed", now));
    spied.change(|tx| idempotency::release(tx, "digest", "one"));
    assert_eq!(spied.change(|tx| idempotency::forget(tx, now.plus_millis(1), 10)), 1);
    spied.assert_all_search("assertions and idempotency keys");
    let counted = [("a".to_owned(), 2)];
    spied.change(|tx| rates::exchange(tx, 5, &counted));
    assert_eq!(spied.change(|tx| rates::exchange(tx, 5, &counted))["a"], 4);
    assert_eq!(spied.change(|tx| rates::forget(tx, 6)), 1);
    spied.assert_all_search("counts");
    spied.change(|tx| chain::extend(tx, 10));
    spied.read(|tx, _| chain::prove(tx, &chain::Head::beginning(), 10));
    spied.assert_all_search("chain");
}
