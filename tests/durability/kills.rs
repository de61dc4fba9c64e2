//! The server is killed in the middle of writes, fifty times.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::each_change_has_its_event;
use crate::support::{
    Client, Server,
    client::Call,
    reply::{TOKEN, within},
};

const ROUNDS: usize = 50;
const WRITERS: usize = 8;
/// Of the destinations that a writer makes, each so-manieth is deleted again.
const DELETED: usize = 4;

/// How many writes were answered, and whether the end has come.
struct Promises {
    answered: watch::Sender<usize>,
    ended: AtomicBool,
}

/// What must be found of a destination: one of these, where `None` is that it is gone.
struct Promised {
    id: String,
    allowed: Vec<Option<String>>,
}

impl Promises {
    /// Sends a write and says whether it was answered as done; `None` when the server is gone.
    async fn keep(&self, call: Call) -> Option<Option<Value>> {
        let (status, body) = call.attempt().await?;
        if status == 200 || status == 201 {
            self.answered.send_modify(|count| *count += 1);
            return Some(Some(body));
        }
        assert!(self.ended.load(Ordering::SeqCst) || status == 503, "{status} {body}");
        Some(None)
    }
}

/// Creates, renames and deletes until the server is gone.
async fn write(client: Client, environment: String, writer: usize, promises: Arc<Promises>) -> Vec<Promised> {
    let mut promised = Vec::new();
    for number in 0_usize.. {
        let name = format!("w{writer} n{number}");
        let create = client.post(&within(&environment), &json!({ "name": name, "verificationToken": TOKEN }));
        let Some(made) = promises.keep(create).await else { break };
        let Some(made) = made else { continue };
        let id = made["payload"]["destination"]["id"].as_str().unwrap().to_owned();
        let next = format!("{name}, renamed");
        let path = format!("/destinations/{id}");
        let (then, call) = if number % DELETED == 0 {
            (None, client.delete(&path))
        } else {
            (Some(next.clone()), client.patch(&path, &json!({ "name": next })))
        };
        let done = promises.keep(call).await;
        let allowed = match &done {
            Some(Some(_)) => vec![then],
            Some(None) | None => vec![Some(name), then],
        };
        promised.push(Promised { id, allowed });
        if done.is_none() {
            break;
        }
    }
    promised
}

/// Every name in the database by id.
fn stored_names(server: &Server) -> HashMap<String, String> {
    let rows = server.database().rows("SELECT json_array(id, name) AS value FROM destinations");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter().map(|row| (text(&row[0]), text(&row[1]))).collect()
}

/// What a round of writing and killing left as promises.
async fn round(server: &mut Server, writes: usize) -> Vec<Promised> {
    let promises = Arc::new(Promises { answered: watch::Sender::new(0), ended: AtomicBool::new(false) });
    let environment = server.staging().to_owned();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            tokio::spawn(write(server.client(), environment.clone(), writer, Arc::clone(&promises)))
        })
        .collect();
    promises.answered.subscribe().wait_for(|count| *count >= writes).await.unwrap();
    promises.ended.store(true, Ordering::SeqCst);
    server.kill().await;
    let mut promised = Vec::new();
    for writer in writers {
        promised.extend(writer.await.unwrap());
    }
    promised
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_fifty_kills_and_nothing_is_half_done() {
    let mut server = Server::start_with(&[("WAYPOST_LOG", "warn")]).await;
    let mut promised: Vec<Promised> = Vec::new();
    for number in 1..=ROUNDS {
        // Of many lengths, so that the end comes at many places.
        promised.extend(round(&mut server, 10 + number * 37 % 60).await);
        server.restart().await;
        let stored = stored_names(&server);
        for Promised { id, allowed } in &promised {
            let found = stored.get(id);
            assert!(
                allowed.iter().any(|allowed| allowed.as_ref() == found),
                "round {number}: {found:?} of {id}, promised was one of {allowed:?}"
            );
        }
        each_change_has_its_event(&server);
    }
    assert!(promised.len() > ROUNDS * WRITERS / 2, "{} destinations only", promised.len());
}
