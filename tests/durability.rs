//! What was answered with 2xx is on disk: the server is killed in the middle of writes, again and again.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tokio::sync::watch;

use crate::support::{
    Client, Endpoint, Reply, Server,
    database::Database,
    reply::{at, within},
};

const WRITERS: usize = 8;

/// How many writes were answered, and whether the end has come.
struct Promises {
    answered: watch::Sender<usize>,
    ended: AtomicBool,
}

/// Creates and renames until the server is gone; the last name answered for each destination, and the one that was
/// under way when it went.
async fn write(client: Client, environment: String, writer: usize, promises: Arc<Promises>) -> Vec<Promised> {
    let mut promised = Vec::new();
    for number in 0_usize.. {
        let name = format!("w{writer} n{number}");
        let Some((status, body)) =
            client.post(&within(&environment), &json!({ "name": name })).attempt().await
        else {
            break;
        };
        if status != 201 {
            assert!(promises.ended.load(Ordering::SeqCst) || status == 503, "{status} {body}");
            continue;
        }
        promises.answered.send_modify(|count| *count += 1);
        let id = body["payload"]["destination"]["id"].as_str().unwrap().to_owned();
        let next = format!("{name}, renamed");
        let renamed = client.patch(&format!("/destinations/{id}"), &json!({ "name": next })).attempt().await;
        match renamed {
            Some((200, _)) => {
                promises.answered.send_modify(|count| *count += 1);
                promised.push(Promised { id, name: next.clone(), maybe: next });
            }
            Some(_) => promised.push(Promised { id, name: name.clone(), maybe: name }),
            None => {
                promised.push(Promised { id, name, maybe: next });
                break;
            }
        }
    }
    promised
}

struct Promised {
    id: String,
    name: String,
    maybe: String,
}

/// Every name in the database by id.
fn stored_names(server: &Server) -> HashMap<String, String> {
    let rows =
        Database::open(&server.data_dir()).rows("SELECT json_array(id, name) AS value FROM destinations");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    rows.iter().map(|row| (text(&row[0]), text(&row[1]))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_a_kill_and_nothing_is_half_done() {
    let mut server = Server::start().await;
    for round in 1..=6 {
        let promises = Arc::new(Promises { answered: watch::Sender::new(0), ended: AtomicBool::new(false) });
        let environment = server.staging().to_owned();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                tokio::spawn(write(server.client(), environment.clone(), writer, Arc::clone(&promises)))
            })
            .collect();
        promises.answered.subscribe().wait_for(|count| *count >= 40 * round).await.unwrap();
        promises.ended.store(true, Ordering::SeqCst);
        server.kill().await;
        let mut promised = Vec::new();
        for writer in writers {
            promised.extend(writer.await.unwrap());
        }
        server.restart().await;
        let stored = stored_names(&server);
        for Promised { id, name, maybe } in &promised {
            let found = stored
                .get(id)
                .unwrap_or_else(|| panic!("round {round}: {id} ({name}) was answered and is lost"));
            assert!(found == name || found == maybe, "round {round}: {found} instead of {name}");
        }
        each_change_has_its_event(&server);
    }
}

fn each_change_has_its_event(server: &Server) {
    let mut database = Database::open(&server.data_dir());
    let uneven = database.count(
        "destinations d WHERE d.version <> (SELECT count(*) FROM audit_events a WHERE a.resource_id = d.id)",
    );
    assert_eq!(uneven, 0, "destinations with more or fewer events than changes");
    let orphans = database.count(
        "audit_events a WHERE a.resource_kind = 'destination' AND a.resource_id NOT IN (SELECT id FROM destinations)",
    );
    assert_eq!(orphans, 0, "events without their change");
    assert_eq!(
        database.rows("SELECT json_quote(integrity_check) AS value FROM pragma_integrity_check"),
        [json!("ok")]
    );
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
    let mut database = Database::open(&server.data_dir());
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
