//! `waypost-server copy`: an installation moves from SQLite to PostgreSQL, nothing is lost, and every secret still opens.

use std::time::Duration;

use serde_json::json;
use testkit::database::{Database, is_postgres};

use crate::{
    key_rotation::fill,
    support::{
        Endpoint, Reply, Server,
        reply::{at, within},
        server::run,
        signer::{Signer, client_by_key, own_key},
    },
};

/// A server on a file, whatever the other tests run on.
async fn on_a_file(home: &tempfile::TempDir) -> (Server, String) {
    let address = format!("sqlite://{}", home.path().join("waypost.db").display());
    (Server::start_with(&[("DATABASE_URL", &address)]).await, address)
}

#[tokio::test]
async fn everything_moves_and_every_secret_still_opens() {
    if !is_postgres() {
        return; // There is nowhere to move to.
    }
    let home = tempfile::tempdir().unwrap();
    let (mut server, file) = on_a_file(&home).await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let mut made = fill(&server, &endpoint, 20).await;
    // One that has no secret, nor anything else that may be missing.
    let bare = server.client().post(&within(server.development()), &json!({ "name": "Draft" })).await;
    made.push(bare.destination(201).clone());
    server.client().verify(&made[0], &json!({})).await.destination(200);
    let mut before = Vec::new();
    for destination in &made {
        before.push(server.client().reread(destination).await);
    }
    let viewer = server.new_user(&[]);
    let role = ["role", "set", "--user", &viewer, "--environment", server.development(), "--role", "viewer"];
    server.admin(&role);
    let signer = Signer::es256("k");
    let pipeline = own_key(&server.client(), &signer).await;
    let head = |server: &Server| server.admin(&["audit", "verify"])["head"].as_str().unwrap().to_owned();
    while head(&server).starts_with("0:") {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let head = head(&server);
    server.send_term();
    assert_eq!(server.ended().await, Some(0));

    let target = Database::fresh();
    let arguments = ["copy", "--from", &file, "--to", &target.address()];
    let done = run(&arguments, &[]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.ends_with("Both databases hold the same rows.\n"), "{}", done.stdout);
    let again = run(&arguments, &[]);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stderr.contains("the target has rows in organizations"), "{again:?}");

    let key = server.data_dir().join("master.key").display().to_string();
    let moved =
        Server::start_with(&[("DATABASE_URL", &target.address()), ("WAYPOST_MASTER_KEY_FILE", &key)]).await;
    let client = moved.client();
    for destination in &before {
        assert_eq!(client.reread(destination).await, *destination);
        if destination["status"] != "in_progress" {
            client.verify(destination, &json!({})).await.destination(200);
        }
    }
    client_by_key(&moved, &signer, &pipeline).await.get("/me").await.payload(200);
    moved.admin(&["audit", "verify", "--expect", &head]);
    // Roles and numbers go on where they were.
    let viewer = moved.client_for(&viewer);
    viewer.get(&at(&made[0])).await.destination(200);
    viewer.patch(&at(&made[0]), &json!({ "name": "No" })).await.problem(403, "forbidden");
    let further = moved.admin(&["bootstrap", "--organization", "Second", "--owner", "Grace"]);
    assert_eq!(further["id"], 2, "{further}");
}

#[tokio::test]
async fn what_cannot_be_copied_is_refused_in_one_line_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let missing = format!("sqlite://{}", home.path().join("missing.db").display());
    for (from, to, told) in [
        (missing.as_str(), "postgres://waypost@127.0.0.1:1/w", "there is no database"),
        ("postgres://db/w", "sqlite://w.db", "copy goes from sqlite://"),
        ("sqlite://", "postgres://db/w", "the database address is empty"),
    ] {
        let done = run(&["copy", "--from", from, "--to", to], &[]);
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.stderr.contains(told) && done.stderr.lines().count() == 1, "{}", done.stderr);
    }
    assert!(!home.path().join("missing.db").exists());
}
