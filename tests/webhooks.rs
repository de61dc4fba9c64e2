//! Contract section 2, the signing secret: shown once, and every message signed so that the reference libraries of
//! Standard Webhooks agree.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{
    Client, Endpoint, Reply, Server,
    counterpart::ask,
    endpoint::Received,
    reply::{TOKEN, at, id},
};

async fn new_secret(client: &Client, destination: &Value) -> String {
    let answer = client.post(&format!("{}/changeWebhookSigningSecret", at(destination)), &json!({})).await;
    answer.payload(200)["secret"].as_str().unwrap().to_owned()
}

/// What both reference libraries say of a message.
async fn verified(secret: &str, sent: &Received) -> [bool; 2] {
    let headers: BTreeMap<&str, &str> = sent
        .headers
        .iter()
        .filter(|(name, _)| name.starts_with("webhook-"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let question = json!({ "secret": secret, "headers": headers, "body": String::from_utf8(sent.body.clone()).unwrap() });
    [ask("verify_webhook.py", &question).await.is_ok(), ask("verify_webhook.mjs", &question).await.is_ok()]
}

#[tokio::test]
async fn every_message_is_signed_as_the_reference_libraries_expect() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    assert_eq!(made["hasWebhookSigningSecret"], false);
    client.verify(&made, &json!({})).await.destination(200);
    let unsigned = endpoint.last();
    assert!(unsigned.headers.iter().all(|(name, _)| !name.starts_with("webhook-")), "{unsigned:?}");
    let secret = new_secret(&client, &made).await;
    let bytes = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert!((24..=64).contains(&bytes.len()), "{}", bytes.len());
    let mut ids = Vec::new();
    for body in [
        json!({}),
        json!({ "verificationMethod": "GET" }),
        json!({ "dataModel": "Results" }),
        json!({ "dataModel": "FHIR.Event.PatientAdmin" }),
    ] {
        client.verify(&made, &body).await.destination(200);
        let sent = endpoint.last();
        assert_eq!(verified(&secret, &sent).await, [true, true], "{body}: {sent:?}");
        ids.push(sent.header("webhook-id").unwrap().to_owned());
        let mut altered = sent.clone();
        altered.body.push(b' ');
        assert_eq!(verified(&secret, &altered).await, [false, false], "{body}");
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "an id of its own for each message");
}

#[tokio::test]
async fn a_new_secret_takes_effect_at_once_and_is_shown_once() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    client.verify(&made, &json!({})).await.destination(200);
    let first = new_secret(&client, &made).await;
    let second = new_secret(&client, &made).await;
    assert_ne!(first, second);
    let now = client.reread(&made).await;
    assert_eq!((&now["status"], &now["hasWebhookSigningSecret"]), (&json!("verified"), &json!(true)));
    assert_eq!(now["secretVersions"]["webhookSigningSecret"]["version"], 2, "{now}");
    client.verify(&made, &json!({})).await.destination(200);
    let sent = endpoint.last();
    assert_eq!(verified(&second, &sent).await, [true, true]);
    assert_eq!(verified(&first, &sent).await, [false, false]);
    for path in [at(&made), format!("{}/verifications", at(&made))] {
        let answer = client.get(&path).await;
        assert!(!answer.text.contains("whsec_"), "{}", answer.text);
    }
    assert!(!server.log().contains("whsec_"));
    let trail = server.database().rows(&format!(
        "SELECT json_array(action, changes) AS value FROM audit_events WHERE resource_id = '{}'",
        id(&made)
    ));
    assert!(trail.len() >= 2, "{trail:?}");
    assert!(!trail.iter().any(|event| event.to_string().contains("whsec_")), "{trail:?}");
}

#[tokio::test]
async fn who_may_change_the_secret_and_of_what() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({ "name": "x", "endpoint": "https://labs.example.org/in", "verificationToken": TOKEN });
    let made = client.create(server.staging(), &body).await;
    let path = format!("{}/changeWebhookSigningSecret", at(&made));
    for role in ["viewer", "support"] {
        let reader = server.caller(role, server.staging());
        reader.call("POST", &path).await.problem(403, "forbidden");
    }
    let elsewhere = server.caller("engineer", server.production());
    elsewhere.call("POST", &path).await.problem(404, "not-found");
    assert_eq!(client.reread(&made).await["hasWebhookSigningSecret"], false);
    client.call("POST", &path).await.payload(200);
    let unknown = "/destinations/0192f1c0-0000-7000-8000-000000000000/changeWebhookSigningSecret";
    client.call("POST", unknown).await.problem(404, "not-found");
}
