//! Two nodes that start at the same moment, on a database that nobody has used yet.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use testkit::database::{Database, is_postgres};

use crate::support::{
    Server,
    reply::{at, within},
    server::run,
};

#[test]
fn nodes_that_migrate_an_empty_database_at_once_all_succeed() {
    if !is_postgres() {
        return;
    }
    for _ in 0..3 {
        let database = Database::fresh();
        let address = database.address();
        std::thread::scope(|scope| {
            let nodes: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let home = tempfile::tempdir().unwrap();
                        let data = home.path().display().to_string();
                        run(&["migrate"], &[("DATABASE_URL", &address), ("WAYPOST_DATA_DIR", &data)])
                    })
                })
                .collect();
            for node in nodes {
                let done = node.join().unwrap();
                assert_eq!(done.code, Some(0), "{done:?}");
            }
        });
        let mut raw = database.raw();
        assert!(raw.count("__diesel_schema_migrations") >= 2);
        assert_eq!(raw.count("destinations"), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_at_once_share_keys_and_one_organization() {
    if !is_postgres() {
        return;
    }
    let key = STANDARD.encode([3; 32]);
    for _ in 0..6 {
        let database = Database::fresh();
        let address = database.address();
        let env = [("DATABASE_URL", address.as_str()), ("WAYPOST_MASTER_KEY", key.as_str())];
        let mut nodes: Vec<Server> = (0..3).map(|_| Server::spawned(&env, None, &[])).collect();
        for node in &mut nodes {
            node.wait_until_ready().await;
        }
        assert_eq!(database.raw().count("organizations"), 1);
        assert_eq!(database.raw().count("server_keys where retired_at is null"), 4);
        let made = nodes[0].client().create(nodes[0].staging(), &json!({ "name": "x" })).await;
        for node in &nodes {
            assert_eq!(node.organization(), nodes[0].organization());
            for other in &nodes {
                let client = node.stranger().with_token(other.dev("WAYPOST_TOKEN"));
                client.get(&at(&made)).await.destination(200);
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_of_one_node_is_taken_by_the_other() {
    let Some((second, first)) = super::two_nodes(&[]).await else { return };
    let list = within(first.staging());
    for number in 0..5 {
        first.client().create(first.staging(), &json!({ "name": format!("{number}") })).await;
    }
    let page = first.client().get(&format!("{list}?_count=2")).await;
    page.payload(200);
    let cursor = page.json["meta"]["page"]["nextCursor"].as_str().unwrap();
    let next = second.client().get(&format!("{list}?_count=2&_cursor={cursor}")).await;
    let names: Vec<&Value> =
        next.payload(200)["destinations"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["2", "3"]);
}
