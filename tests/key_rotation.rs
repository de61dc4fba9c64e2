//! Contract section 6: master keys. Rotation on line, under load; a wrong or missing key ends the start with a plain
//! line and destroys nothing.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{
    Client, Endpoint, Reply, Server,
    reply::{TOKEN, at, id},
    server::run,
};

fn key(byte: u8) -> String {
    STANDARD.encode([byte; 32])
}

/// Every column that holds envelopes: bytes 4 to 11 of one name the master key.
const SEALED: [(&str, &str); 4] = [
    ("destinations", "token_envelope"),
    ("destinations", "signing_envelope"),
    ("credential_secrets", "envelope"),
    ("server_keys", "sealed"),
];

/// The master keys that the database needs.
fn needed(server: &Server) -> BTreeSet<String> {
    let mut database = server.database();
    SEALED.iter().flat_map(|(table, column)| database.master_keys(table, column)).collect()
}

/// Destinations with a token, a signing secret and a credential each.
pub(crate) async fn fill(server: &Server, endpoint: &Endpoint, count: usize) -> Vec<Value> {
    let client = server.client();
    let organization: u64 = server.organization().parse().unwrap();
    let mut made = Vec::new();
    for number in 0..count {
        let body = json!({
            "organization": organization, "environmentId": server.development(), "name": format!("c{number}"),
            "authStrategy": "Basic", "username": "waypost", "password": format!("password {number}"),
        });
        let credential = client.post("/authcredentials", &body).await.payload(201)["credential"].clone();
        let body = json!({
            "name": format!("d{number}"), "endpoint": endpoint.url(), "verificationToken": TOKEN,
            "authCredential": credential["id"],
        });
        let destination = client.create(server.development(), &body).await;
        client.call("POST", &format!("{}/changeWebhookSigningSecret", at(&destination))).await.payload(200);
        made.push(destination);
    }
    made
}

/// Uses and changes secrets until told to stop; how many requests.
async fn load(client: Client, mine: Vec<Value>, stop: Arc<AtomicBool>, requests: Arc<AtomicUsize>) {
    for round in 0_usize.. {
        for destination in &mine {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let credential = format!("/authcredentials/{}", destination["authCredential"].as_str().unwrap());
            client.verify(destination, &json!({})).await.destination(200);
            client.get(&credential).await.payload(200);
            client.patch(&credential, &json!({ "password": format!("changed {round}") })).await.payload(200);
            let token = json!({ "verificationToken": format!("changed-token-{round}") });
            client.patch(&at(destination), &token).await.destination(200);
            requests.fetch_add(4, Ordering::SeqCst);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_rotated_under_load_without_a_failed_request() {
    let (old, new) = (key(1), key(2));
    let mut server = Server::start_with(&[("WAYPOST_MASTER_KEY", &old)]).await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = fill(&server, &endpoint, 60).await;
    let before = needed(&server);
    assert_eq!(before.len(), 1, "{before:?}");
    server.send_term();
    assert_eq!(server.ended().await, Some(0));
    let both = format!("{new},{old}");
    server.set_env("WAYPOST_MASTER_KEY", &both);
    server.restart().await;
    let (stop, requests) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let loads: Vec<_> = made
        .chunks(15)
        .map(|mine| {
            tokio::spawn(load(server.client(), mine.to_vec(), Arc::clone(&stop), Arc::clone(&requests)))
        })
        .collect();
    while requests.load(Ordering::SeqCst) < 20 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let env: Vec<(String, String)> =
        server.env().iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let rotated = tokio::task::spawn_blocking(move || {
        let env: Vec<(&str, &str)> =
            env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        run(&["rotate-keys"], &env)
    })
    .await
    .unwrap();
    assert_eq!(rotated.code, Some(0), "{rotated:?}");
    stop.store(true, Ordering::SeqCst);
    for load in loads {
        load.await.unwrap();
    }
    let after = needed(&server);
    assert_eq!(after.len(), 1, "{after:?}");
    assert!(after.is_disjoint(&before), "no secret needs the older key: {rotated:?}");
    // The proof: without the older key everything still opens.
    server.send_term();
    assert_eq!(server.ended().await, Some(0));
    server.set_env("WAYPOST_MASTER_KEY", &new);
    server.restart().await;
    for destination in &made {
        server.client().verify(destination, &json!({})).await.destination(200);
    }
    let last = endpoint.last();
    assert!(last.header("authorization").is_some_and(|value| value.starts_with("Basic ")), "{last:?}");
    assert!(last.header("webhook-signature").is_some(), "{last:?}");
}

#[tokio::test]
async fn a_rotation_that_was_stopped_is_simply_started_again() {
    let (old, new) = (key(1), key(2));
    let mut server = Server::start_with(&[("WAYPOST_MASTER_KEY", &old)]).await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    fill(&server, &endpoint, 10).await;
    let before = needed(&server);
    server.set_env("WAYPOST_MASTER_KEY", &format!("{new},{old}"));
    for _ in 0..3 {
        let mut command = std::process::Command::new(crate::support::server::binary());
        command.arg("rotate-keys").env_clear().envs(server.env());
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30));
        let _ = child.kill();
        child.wait().unwrap();
    }
    for _ in 0..2 {
        let done = run(&["rotate-keys"], &server.env());
        assert_eq!(done.code, Some(0), "{done:?}");
        assert!(!done.stdout.contains(&new) && !done.stderr.contains(&new), "{done:?}");
    }
    assert!(needed(&server).is_disjoint(&before));
    server.send_term();
    server.ended().await;
}

#[tokio::test]
async fn a_wrong_or_missing_key_ends_the_start_with_one_line_and_destroys_nothing() {
    let (right, wrong) = (key(1), key(2));
    let mut server = Server::start_with(&[("WAYPOST_MASTER_KEY", &right)]).await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = fill(&server, &endpoint, 1).await;
    server.send_term();
    assert_eq!(server.ended().await, Some(0));
    for value in [
        wrong.as_str(),
        "",
        "nonsense",
        &format!("{wrong},{wrong}"),
        &format!("{right},"),
        &format!("{right},short"),
    ] {
        let mut env = server.env();
        env.retain(|(name, _)| *name != "WAYPOST_MASTER_KEY");
        env.push(("WAYPOST_MASTER_KEY", value));
        for command in ["serve", "rotate-keys"] {
            let done = run(&[command], &env);
            let is_plain = done.code.is_some_and(|code| code != 0)
                && done.stderr.trim_end().lines().count() == 1
                && done.stderr.to_lowercase().replace('_', " ").contains("master key")
                && !done.stderr.contains("panicked");
            assert!(is_plain, "{command} with {value:?}: {done:?}");
            assert!(value.is_empty() || !done.stderr.contains(value), "{done:?}");
        }
    }
    server.restart().await;
    server.client().verify(&made[0], &json!({})).await.destination(200);
}

#[tokio::test]
async fn a_sealed_value_does_not_open_in_another_row() {
    let mut server = Server::start_with(&[("WAYPOST_MASTER_KEY", &key(1))]).await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = fill(&server, &endpoint, 2).await;
    server.send_term();
    assert_eq!(server.ended().await, Some(0));
    let credentials: Vec<&str> = made.iter().map(|one| one["authCredential"].as_str().unwrap()).collect();
    server.tamper(&format!(
        "UPDATE credential_secrets SET envelope = (SELECT envelope FROM credential_secrets WHERE credential_id = '{}') WHERE credential_id = '{}'",
        credentials[0], credentials[1]
    ));
    server.restart().await;
    let client = server.client();
    client.verify(&made[0], &json!({})).await.destination(200);
    client.get(&format!("/authcredentials/{}", credentials[1])).await.payload(200);
    let refused = client.verify(&made[1], &json!({})).await;
    assert!(refused.status >= 400, "{}", refused.text);
    assert!(
        endpoint.received().iter().all(|sent| !String::from_utf8_lossy(&sent.body).contains(id(&made[1])))
    );
    let sent = endpoint.received().len();
    client.verify(&made[1], &json!({})).await;
    assert_eq!(endpoint.received().len(), sent, "nothing was sent with another's secret");
    // A new value heals the row.
    client
        .patch(&format!("/authcredentials/{}", credentials[1]), &json!({ "password": "new" }))
        .await
        .payload(200);
    client.verify(&made[1], &json!({})).await.destination(200);
}
