//! What was answered with 2xx is in the database, whatever ends: the server, its connections, the space on the disk.

mod disk;
mod kills;
mod outage;

use std::time::Duration;

use serde_json::json;

use crate::support::{Endpoint, Reply, Server, reply::at};

/// No change without its event, no event without its change, and a file that is whole.
pub(crate) fn each_change_has_its_event(server: &Server) {
    let mut database = server.database();
    let uneven = database.count(
        "destinations d LEFT JOIN (SELECT resource_id, count(*) AS events FROM audit_events GROUP BY resource_id) a
         ON a.resource_id = CAST(d.id AS text) WHERE d.version <> coalesce(a.events, 0)",
    );
    assert_eq!(uneven, 0, "destinations with more or fewer events than changes");
    let gone = "SELECT resource_id FROM audit_events WHERE action = 'destination.deleted'";
    let all = "SELECT CAST(id AS text) FROM destinations";
    let orphans = database.count(&format!(
        "audit_events WHERE resource_kind = 'destination' AND resource_id NOT IN ({all}) AND resource_id NOT IN ({gone})"
    ));
    assert_eq!(orphans, 0, "events without their change");
    let undead = database.count(&format!("destinations WHERE CAST(id AS text) IN ({gone})"));
    assert_eq!(undead, 0, "events of a deletion that was none");
    assert!(database.is_intact());
}

#[tokio::test]
async fn each_step_of_a_life_leaves_one_event() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeThenError).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    client.patch(&at(&made), &json!({ "name": "Renamed" })).await.destination(200);
    client.patch(&at(&made), &json!({ "name": "Renamed" })).await.destination(200);
    client.patch(&at(&made), &json!({ "name": "" })).await.fault();
    client.verify(&made, &json!({})).await.destination(200);
    client.verify(&made, &json!({})).await.problem(422, "verification-failed");
    client.delete(&at(&made)).header("x-request-id", "the-end").await.payload(200);
    let mut database = server.database();
    let trail = database.trail(made["id"].as_str().unwrap());
    insta::assert_snapshot!(trail.join("\n"), @r"
    destination.created
    destination.updated
    destination.verified
    destination.verification-failed
    destination.deleted
    ");
    let last = &database.rows(
        "SELECT json_object('request', request_id, 'actor', actor) AS value FROM audit_events WHERE action = 'destination.deleted'",
    )[0];
    assert_eq!(last["request"], "the-end");
    assert!(last["actor"].is_string());
}

#[tokio::test]
async fn a_verify_that_died_with_the_server_does_not_block_for_ever() {
    let mut server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "1s")]).await;
    let silent = Endpoint::start(Reply::Nothing).await;
    let made = server.client().configured(server.development(), silent.url()).await;
    let attempt = tokio::spawn({
        let call = server.client().post(&format!("{}/verify", at(&made)), &json!({}));
        async move { call.attempt().await }
    });
    silent.arrived(1).await;
    server.kill().await;
    assert!(attempt.await.unwrap().is_none());
    server.restart().await;
    let good = Endpoint::start(Reply::Challenge).await;
    let client = server.client();
    client.patch(&at(&made), &json!({ "endpoint": good.url() })).await.destination(200);
    for _ in 0..150 {
        let answer = client.verify(&made, &json!({})).await;
        if answer.status == 200 {
            return;
        }
        answer.problem(409, "verification-in-progress");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the lease of the dead attempt still blocks after 15 s");
}
