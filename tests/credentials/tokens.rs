//! Fetched tokens: one fetch however many wait, a new one after a 401 and after a change, none of them on disk.

use std::future::IntoFuture;

use serde_json::{Value, json};

use super::at;
use crate::support::{Client, Counterpart, Server, reply::at as at_destination};

/// An authorization server that takes its time, and a credential for it.
async fn slow_server(server: &Server, delay: u32) -> (Counterpart, Value) {
    let config = json!({
        "clients": [{ "client_id": "waypost", "client_secret": "the secret", "token_endpoint_auth_method": "client_secret_post" }],
        "delay": delay,
    });
    let theirs = Counterpart::start("oidc-server.mjs", &config).await;
    let fields = json!({
        "grantType": "client_credentials", "url": theirs.url("/token"), "clientId": "waypost",
        "clientSecret": "the secret", "noBasic": true,
    });
    let body = server.body(server.development(), "OAuth_2.0_2-legged", &fields);
    let credential = server.client().store(&body).await;
    (theirs, credential)
}

async fn counts(theirs: &Counterpart) -> (u64, u64) {
    let counts = Client::new(&theirs.url(""), None).get("//counts").await.json;
    (counts["asked"].as_u64().unwrap(), counts["issued"].as_u64().unwrap())
}

async fn revoke(theirs: &Counterpart) {
    assert_eq!(Client::new(&theirs.url(""), None).call("POST", "//revoke").await.status, 204);
}

async fn users(server: &Server, theirs: &Counterpart, credential: &Value, count: usize) -> Vec<Value> {
    let client = server.client();
    let mut users = Vec::new();
    for _ in 0..count {
        users.push(client.attached(server.development(), &theirs.url("/resource"), credential).await);
    }
    users
}

/// Verifies all of them at once; how many passed, and the statuses of the rest.
async fn verify_all(client: &Client, users: &[Value]) -> (usize, Vec<u16>) {
    let attempts: Vec<_> = users
        .iter()
        .map(|user| {
            let call = client.post(&format!("{}/verify", at_destination(user)), &json!({}));
            tokio::spawn(call.into_future())
        })
        .collect();
    let (mut passed, mut others) = (0, Vec::new());
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        if answer.status == 200 {
            passed += 1;
        } else {
            others.push(answer.status);
        }
    }
    (passed, others)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_verifies_at_once_fetch_one_token() {
    let server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "30s")]).await;
    let (theirs, credential) = slow_server(&server, 300).await;
    let users = users(&server, &theirs, &credential, 500).await;
    let (passed, others) = verify_all(&server.client(), &users).await;
    assert_eq!((passed, others), (500, Vec::new()));
    assert_eq!(counts(&theirs).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_401_the_next_attempts_fetch_one_new_token() {
    let server = Server::start().await;
    let client = server.client();
    let (theirs, credential) = slow_server(&server, 100).await;
    let users = users(&server, &theirs, &credential, 30).await;
    assert_eq!(verify_all(&client, &users).await, (30, Vec::new()));
    revoke(&theirs).await;
    assert_eq!(verify_all(&client, &users[..1]).await, (0, vec![422]));
    assert_eq!(counts(&theirs).await, (1, 1), "an attempt does not ask twice");
    assert_eq!(verify_all(&client, &users).await, (30, Vec::new()));
    assert_eq!(counts(&theirs).await, (2, 2));
    assert_eq!(verify_all(&client, &users).await, (30, Vec::new()));
    assert_eq!(counts(&theirs).await, (2, 2));
    revoke(&theirs).await;
    let (passed, refused) = verify_all(&client, &users).await;
    assert!(!refused.is_empty() && refused.iter().all(|status| *status == 422), "{passed} {refused:?}");
    // None did if all had taken the old token out before the first was refused; never more than one.
    let fetched = counts(&theirs).await;
    assert!(
        fetched == (2, 2) || fetched == (3, 3),
        "{fetched:?}: of all who held it, at most one fetched another"
    );
    assert_eq!(verify_all(&client, &users).await, (30, Vec::new()));
    assert_eq!(counts(&theirs).await, (3, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_fetch_is_told_to_all_who_waited_and_not_remembered() {
    let server = Server::start().await;
    let client = server.client();
    let (theirs, credential) = slow_server(&server, 500).await;
    let users = users(&server, &theirs, &credential, 10).await;
    client.patch(&at(&credential), &json!({ "clientSecret": "wrong" })).await.credential(200);
    assert_eq!(verify_all(&client, &users).await, (0, vec![422; 10]));
    let (asked, issued) = counts(&theirs).await;
    assert!(asked < 10 && issued == 0, "{asked} {issued}");
    client.patch(&at(&credential), &json!({ "clientSecret": "the secret" })).await.credential(200);
    assert_eq!(verify_all(&client, &users).await, (10, Vec::new()));
    assert_eq!(counts(&theirs).await.1, 1);
}

#[tokio::test]
async fn a_changed_credential_does_not_use_the_token_of_the_older_one() {
    let server = Server::start().await;
    let client = server.client();
    let (theirs, credential) = slow_server(&server, 0).await;
    let users = users(&server, &theirs, &credential, 1).await;
    assert_eq!(verify_all(&client, &users).await, (1, Vec::new()));
    client.patch(&at(&credential), &json!({ "name": "Renamed" })).await.credential(200);
    assert_eq!(verify_all(&client, &users).await, (1, Vec::new()));
    assert_eq!(counts(&theirs).await.1, 1, "a name is no part of it");
    client.patch(&at(&credential), &json!({ "scopes": "system/Bundle.c" })).await.credential(200);
    assert_eq!(verify_all(&client, &users).await, (1, Vec::new()));
    assert_eq!(counts(&theirs).await.1, 2);
}

#[tokio::test]
async fn a_token_is_not_kept_over_a_restart() {
    let mut server = Server::start().await;
    let (theirs, credential) = slow_server(&server, 0).await;
    let users = users(&server, &theirs, &credential, 1).await;
    assert_eq!(verify_all(&server.client(), &users).await, (1, Vec::new()));
    server.send_term();
    assert_eq!(server.ended().await, Some(0));
    server.restart().await;
    assert_eq!(verify_all(&server.client(), &users).await, (1, Vec::new()));
    assert_eq!(counts(&theirs).await.1, 2);
}

#[tokio::test]
async fn two_credentials_with_the_same_fields_have_tokens_of_their_own() {
    let server = Server::start().await;
    let client = server.client();
    let (theirs, credential) = slow_server(&server, 0).await;
    let fields = json!({
        "grantType": "client_credentials", "url": theirs.url("/token"), "clientId": "waypost",
        "clientSecret": "the secret", "noBasic": true,
    });
    let twin = client.store(&server.body(server.development(), "OAuth_2.0_2-legged", &fields)).await;
    let mut all = users(&server, &theirs, &credential, 1).await;
    all.extend(users(&server, &theirs, &twin, 1).await);
    assert_eq!(verify_all(&client, &all).await, (2, Vec::new()));
    assert_eq!(counts(&theirs).await.1, 2);
}
