//! Requests that meet: two rows that must fit together, changed at the same moment. On SQLite writes come one after
//! the other; on PostgreSQL each sees what was committed before each of its statements, and no more.

mod credentials;
mod held;
mod keys;
mod recording;

use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Server,
    client::Call,
    reply::{TOKEN, id, within},
};

/// Sends all of them at once.
async fn together(calls: impl IntoIterator<Item = Call>) -> Vec<Answer> {
    let calls: Vec<_> = calls.into_iter().map(|call| tokio::spawn(call.into_future())).collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

/// Status and code of an answer, which is neither a fault of the server nor a refusal to serve.
#[track_caller]
fn told(answer: &Answer) -> (u16, &str) {
    assert!(answer.status < 500, "{}", answer.text);
    (answer.status, answer.json["code"].as_str().unwrap_or_default())
}

/// The path of a credential.
fn of(credential: &Value) -> String {
    format!("/authcredentials/{}", id(credential))
}

/// The body of a credential of the simplest strategy.
fn basic(server: &Server, environment: &str) -> Value {
    let organization: u64 = server.organization().parse().unwrap();
    json!({
        "organization": organization, "environmentId": environment, "name": "c",
        "authStrategy": "Basic", "username": "u", "password": "p",
    })
}

async fn new_credential(server: &Server, environment: &str) -> Value {
    let answer = server.client().post("/authcredentials", &basic(server, environment)).await;
    answer.payload(201)["credential"].clone()
}

/// A configured destination that uses a credential.
async fn user_of(client: &Client, environment: &str, endpoint: &str, credential: &Value) -> Value {
    let body = json!({
        "name": "x", "endpoint": endpoint, "verificationToken": TOKEN, "authCredential": credential["id"],
    });
    client.post(&within(environment), &body).await.destination(201).clone()
}
