//! Credentials and the destinations that use them: the same environment only, none deleted under them, and a new
//! proof asked of each after a change. PUT by the caller's own key.

use serde_json::{Value, json};

use super::{at, listed, samples::samples};
use crate::support::{
    Client, Endpoint, Reply, Server,
    reply::{at as at_destination, id, within},
};

async fn basic(server: &Server, environment: &str) -> Value {
    let fields = json!({ "username": "waypost", "password": "p" });
    server.client().store(&server.body(environment, "Basic", &fields)).await
}

#[tokio::test]
async fn a_destination_takes_a_credential_of_its_own_environment_only() {
    let server = Server::start().await;
    let client = server.client();
    let foreign = basic(&server, server.production()).await;
    let own = basic(&server, server.staging()).await;
    let list = within(server.staging());
    for credential in [&foreign["id"], &json!("0192f1c0-0000-7000-8000-000000000000")] {
        let body = json!({ "name": "x", "authCredential": credential });
        assert_eq!(client.post(&list, &body).await.fault(), "#/authCredential unknown-reference");
        let made = client.create(server.staging(), &json!({ "name": "x" })).await;
        let patch = json!({ "authCredential": credential });
        assert_eq!(
            client.patch(&at_destination(&made), &patch).await.fault(),
            "#/authCredential unknown-reference"
        );
    }
    let made = client.create(server.staging(), &json!({ "name": "x", "authCredential": own["id"] })).await;
    assert_eq!(made["authCredential"], own["id"]);
    let found = client.get(&format!("{list}?authCredential={}", id(&own))).await;
    assert_eq!(found.payload(200)["destinations"].as_array().unwrap().len(), 1);
    let cleared = client.patch(&at_destination(&made), &json!({ "authCredential": null })).await;
    assert_eq!(cleared.destination(200)["authCredential"], json!(null));
}

#[tokio::test]
async fn a_cloud_product_takes_only_the_strategies_it_knows() {
    let server = Server::start().await;
    let client = server.client();
    let types = client.get("/destination-types").await.payload(200)["destinationTypes"].clone();
    for kind in types.as_array().unwrap().iter().filter(|kind| kind["type"] == "cloud") {
        let accepted = kind["authStrategies"].as_array().unwrap();
        for sample in samples() {
            let credential =
                client.store(&server.body(server.staging(), sample.strategy, &sample.fields)).await;
            let settings = json!({ "typeId": kind["typeId"], "productId": kind["productId"] });
            let body =
                json!({ "name": "x", "cloudProviderSettings": settings, "authCredential": credential["id"] });
            let answer = client.post(&within(server.staging()), &body).await;
            if accepted.contains(&json!(sample.strategy)) {
                assert_eq!(answer.destination(201)["authCredential"], credential["id"]);
            } else {
                let fault = answer.fault();
                assert!(fault.starts_with("#/authCredential "), "{kind} {}: {fault}", sample.strategy);
            }
        }
    }
}

#[tokio::test]
async fn a_credential_in_use_is_not_deleted_and_up_to_ten_users_are_named() {
    let server = Server::start().await;
    let client = server.client();
    let credential = basic(&server, server.staging()).await;
    let mut users = Vec::new();
    for number in 0..12 {
        let body = json!({ "name": format!("user {number}"), "authCredential": credential["id"] });
        users.push(client.create(server.staging(), &body).await);
        let refused = client.delete(&at(&credential)).await;
        let named = refused.problem(409, "credential-in-use")["destinations"].as_array().unwrap().clone();
        assert_eq!(named.len(), users.len().min(10), "{}", refused.text);
        for one in &named {
            let user = users.iter().find(|user| user["id"] == one["id"]).expect("a user of it");
            assert_eq!(one["name"], user["name"]);
        }
    }
    client.get(&at(&credential)).await.credential(200);
    for (number, user) in users.iter().enumerate() {
        if number % 2 == 0 {
            client.delete(&at_destination(user)).await.payload(200);
        } else {
            client.patch(&at_destination(user), &json!({ "authCredential": null })).await.destination(200);
        }
    }
    client.delete(&at(&credential)).await.payload(200);
}

/// What a change does to a verified destination that uses the credential.
async fn after(client: &Client, server: &Server, endpoint: &Endpoint, patch: &Value) -> (String, u64, usize) {
    let credential = basic(server, server.development()).await;
    let made = client.attached(server.development(), endpoint.url(), &credential).await;
    let done = client.verify(&made, &json!({})).await;
    assert_eq!(done.destination(200)["status"], "verified", "{}", done.text);
    client.patch(&at(&credential), patch).await.credential(200);
    let after = client.reread(&made).await;
    let version =
        client.reread_credential(&credential).await["secretVersions"]["password"]["version"].clone();
    let events = server.database().trail(id(&made)).len();
    (after["status"].as_str().unwrap().to_owned(), version.as_u64().unwrap(), events)
}

#[tokio::test]
async fn a_change_asks_every_verified_destination_for_a_new_proof() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    for (patch, expected) in [
        (json!({ "username": "other" }), ("configured", 1, 3)),
        (json!({ "password": "other" }), ("configured", 2, 3)),
        (json!({ "name": "y", "password": "other" }), ("configured", 2, 3)),
        (json!({ "password": "p", "username": "waypost" }), ("verified", 1, 2)),
        (json!({ "name": "Renamed", "externalId": null }), ("verified", 1, 2)),
    ] {
        let (status, version, events) = after(&client, &server, &endpoint, &patch).await;
        assert_eq!((status.as_str(), version, events), expected, "{patch}");
    }
}

#[tokio::test]
async fn all_that_use_it_are_taken_back_in_one_go_each_with_its_event() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let credential = basic(&server, server.development()).await;
    let other = basic(&server, server.development()).await;
    let mut users = Vec::new();
    for _ in 0..7 {
        let made = client.attached(server.development(), endpoint.url(), &credential).await;
        client.verify(&made, &json!({})).await.destination(200);
        users.push(made);
    }
    let bystander = client.attached(server.development(), endpoint.url(), &other).await;
    client.verify(&bystander, &json!({})).await.destination(200);
    let change = client
        .patch(&at(&credential), &json!({ "password": "quite-another-one" }))
        .header("x-request-id", "the-change");
    change.await.credential(200);
    let mut database = server.database();
    for user in &users {
        let now = client.reread(user).await;
        assert_eq!((&now["status"], &now["setupState"]["step"]), (&json!("configured"), &json!("verify")));
        let last = &database.rows(&format!(
            "SELECT json_object('action', action, 'request', request_id) AS value FROM audit_events WHERE resource_id = '{}' ORDER BY at DESC, id DESC LIMIT 1",
            id(user)
        ))[0];
        assert_eq!(last["request"], "the-change", "{last}");
    }
    let of_request = database.count("audit_events WHERE request_id = 'the-change'");
    assert_eq!(of_request, 8, "the credential and its seven users");
    assert_eq!(client.reread(&bystander).await["status"], "verified");
    let text = database
        .rows("SELECT json_array(changes) AS value FROM audit_events WHERE request_id = 'the-change'");
    assert!(!text.iter().any(|changes| changes.to_string().contains("another-one")), "{text:?}");
}

#[tokio::test]
async fn a_pass_under_an_older_secret_does_not_prove_the_newer_one() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let credential = basic(&server, server.development()).await;
    let made = client.attached(server.development(), endpoint.url(), &credential).await;
    let verify = client.post(&format!("{}/verify", at_destination(&made)), &json!({}));
    let verify = tokio::spawn(std::future::IntoFuture::into_future(verify));
    endpoint.arrived(1).await;
    client.patch(&at(&credential), &json!({ "password": "new" })).await.credential(200);
    endpoint.release();
    verify.await.unwrap().problem(409, "concurrent-update");
    assert_eq!(client.reread(&made).await["status"], "configured");
}

#[tokio::test]
async fn put_creates_then_updates_then_does_nothing() {
    let server = Server::start().await;
    let client = server.client();
    for sample in samples() {
        let path = format!("{}/key-{}", listed(server.staging()), sample.strategy);
        let mut body = server.body(server.staging(), sample.strategy, &sample.fields);
        let first = client.call("PUT", &path).json(&body).await;
        let made = first.credential(201).clone();
        assert_eq!(made["externalId"], json!(format!("key-{}", sample.strategy)));
        assert!(first.header("location").unwrap().ends_with(&at(&made)));
        for _ in 0..2 {
            let again = client.call("PUT", &path).json(&body).await;
            assert_eq!((again.credential(200), again.etag()), (&made, first.etag()), "the same body again");
        }
        super::merge(&mut body, &sample.change);
        let changed = client.call("PUT", &path).json(&body).await;
        assert_eq!(changed.credential(200)["id"], made["id"]);
        assert_ne!(changed.etag(), first.etag());
        let (field, value) = sample.change.as_object().unwrap().iter().next().unwrap();
        assert_eq!(&changed.credential(200)[field], value);
    }
    let path = format!("{}/key-Basic", listed(server.staging()));
    let other = server.body(server.staging(), "ApiKey", &json!({ "headerName": "x-k", "headerValue": "v" }));
    let faults = client.call("PUT", &path).json(&other).await.faults();
    assert!(faults.contains(&"#/authStrategy mismatch".to_owned()), "{faults:?}");
    let mut elsewhere =
        server.body(server.production(), "Basic", &json!({ "username": "u", "password": "p" }));
    assert_eq!(client.call("PUT", &path).json(&elsewhere).await.fault(), "#/environmentId mismatch");
    elsewhere["environmentId"] = json!(server.staging());
    elsewhere["externalId"] = json!("another");
    assert_eq!(client.call("PUT", &path).json(&elsewhere).await.fault(), "#/externalId mismatch");
    let in_production = format!("{}/key-Basic", listed(server.production()));
    let fresh = server.body(server.production(), "Basic", &json!({ "username": "u", "password": "p" }));
    client.call("PUT", &in_production).json(&fresh).await.credential(201);
}

#[tokio::test]
async fn an_external_id_is_unique_in_its_environment() {
    let server = Server::start().await;
    let client = server.client();
    let mut body = server.body(server.staging(), "Basic", &json!({ "username": "u", "password": "p" }));
    body["externalId"] = json!("labs");
    client.store(&body).await;
    client.post("/authcredentials", &body).await.problem(409, "duplicate-id");
    body.as_object_mut().unwrap().shift_remove("externalId");
    let other = client.store(&body).await;
    client.patch(&at(&other), &json!({ "externalId": "labs" })).await.problem(409, "duplicate-id");
    // A destination may have the same key: they are two kinds of thing.
    client.create(server.staging(), &json!({ "name": "x", "externalId": "labs" })).await;
}
