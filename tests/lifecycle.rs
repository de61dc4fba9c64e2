//! Contract section 2, the state machine: every row of it over HTTP.

use serde_json::{Value, json};

use crate::support::{
    Client, Endpoint, Reply, Server,
    reply::{ENDPOINT, TOKEN, at, failed_check, within},
};

/// A destination in development that a real message has verified.
async fn verified(client: &Client, server: &Server, endpoint: &Endpoint) -> Value {
    let made = client.configured(server.development(), endpoint.url()).await;
    let answer = client.verify(&made, &json!({})).await;
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    answer.destination(200).clone()
}

fn status_and_step(destination: &Value) -> (&str, Option<&str>) {
    (destination["status"].as_str().unwrap(), destination["setupState"]["step"].as_str())
}

#[tokio::test]
async fn progress_is_saved_step_by_step() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create(server.staging(), &json!({ "name": "Labs" })).await;
    assert_eq!(status_and_step(&made), ("in_progress", Some("type")));
    let steps = [
        (json!({ "verificationToken": TOKEN }), "in_progress", "type"),
        (json!({ "type": "standard" }), "in_progress", "configure"),
        (json!({ "type": null }), "in_progress", "type"),
        (json!({ "type": "cloud" }), "in_progress", "type"),
        (json!({ "type": "standard", "verificationToken": null }), "in_progress", "configure"),
        (json!({ "endpoint": ENDPOINT }), "configured", "credential"),
        (json!({ "verificationToken": TOKEN }), "configured", "verify"),
    ];
    for (patch, status, step) in steps {
        let answer = client.patch(&at(&made), &patch).await;
        assert_eq!(status_and_step(answer.destination(200)), (status, Some(step)), "{patch}");
        assert_eq!(answer.destination(200)["typeLocked"], json!(status == "configured"), "{patch}");
    }
}

#[tokio::test]
async fn the_type_follows_from_the_configuration() {
    let server = Server::start().await;
    let client = server.client();
    let standard = client.create(server.staging(), &json!({ "name": "x", "endpoint": ENDPOINT })).await;
    assert_eq!(standard["type"], "standard");
    let cloud = client.create(server.staging(), &json!({ "name": "x", "cloudProviderSettings": {} })).await;
    assert_eq!((&cloud["type"], &cloud["status"]), (&json!("cloud"), &json!("in_progress")));
    let turned = client.patch(&at(&cloud), &json!({ "endpoint": ENDPOINT })).await;
    assert_eq!(
        (&turned.destination(200)["type"], &turned.destination(200)["status"]),
        (&json!("standard"), &json!("configured"))
    );
}

#[tokio::test]
async fn the_type_is_locked_once_the_configuration_is_complete() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.configured(server.staging(), ENDPOINT).await;
    for patch in [
        json!({ "type": "cloud" }),
        json!({ "type": null }),
        json!({ "endpoint": null }),
        json!({ "cloudProviderSettings": {} }),
        json!({ "cloudProviderSettings": {}, "name": "Sneaky" }),
    ] {
        client.patch(&at(&made), &patch).await.problem(409, "destination-type-locked");
    }
    assert_eq!(client.reread(&made).await, made);
    for patch in [
        json!({ "type": "standard" }),
        json!({ "endpoint": ENDPOINT }),
        json!({ "endpoint": "https://labs.example.org/other" }),
    ] {
        assert_eq!(
            client.patch(&at(&made), &patch).await.destination(200)["status"],
            "configured",
            "{patch}"
        );
    }
}

#[tokio::test]
async fn a_verify_needs_a_configuration_and_something_to_authenticate_with() {
    let server = Server::start().await;
    let client = server.client();
    for environment in [server.development(), server.staging(), server.production()] {
        let made = client.create(environment, &json!({ "name": "x" })).await;
        client.verify(&made, &json!({})).await.problem(409, "destination-not-configured");
        client
            .verify(&made, &json!({ "verificationToken": TOKEN }))
            .await
            .problem(409, "destination-not-configured");
        let bare = client.create(environment, &json!({ "name": "x", "endpoint": ENDPOINT })).await;
        client.verify(&bare, &json!({})).await.problem(409, "destination-auth-missing");
        assert_eq!(client.reread(&bare).await["verification"]["lastAttempt"], json!(null));
    }
}

#[tokio::test]
async fn a_passed_verify_ends_the_set_up() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let done = verified(&client, &server, &endpoint).await;
    assert_eq!((&done["setupState"], &done["typeLocked"]), (&json!(null), &json!(true)));
    assert_eq!(
        (&done["verification"]["skipped"], &done["verification"]["lastAttempt"]["outcome"]),
        (&json!(false), &json!("passed"))
    );
    assert!(done["verification"]["verifiedAt"].is_string());
    assert_eq!(client.reread(&done).await, done);
}

#[tokio::test]
async fn an_edit_of_what_was_proved_asks_for_a_new_proof() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let elsewhere = format!("{}/elsewhere", endpoint.url());
    for patch in [
        json!({ "endpoint": elsewhere }),
        json!({ "verificationToken": "another-token" }),
        json!({ "verificationMethod": "GET" }),
        json!({ "verificationToken": null }),
        json!({ "name": "Renamed too", "endpoint": elsewhere }),
        json!({ "setupState": { "destination": {} }, "verificationMethod": "GET" }),
    ] {
        let done = verified(&client, &server, &endpoint).await;
        let answer = client.patch(&at(&done), &patch).await;
        let after = answer.destination(200);
        assert_eq!(
            (&after["status"], &after["verification"]["verifiedAt"]),
            (&json!("configured"), &json!(null)),
            "{patch}"
        );
        assert_eq!(after["verification"]["lastAttempt"], done["verification"]["lastAttempt"], "{patch}");
    }
}

#[tokio::test]
async fn an_edit_that_proves_nothing_keeps_it_verified() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let done = verified(&client, &server, &endpoint).await;
    let same = json!({ "endpoint": endpoint.url(), "verificationToken": TOKEN, "verificationMethod": "POST", "type": "standard", "authCredential": null });
    for patch in [
        json!({ "name": "Renamed" }),
        json!({ "externalId": "labs" }),
        json!({}),
        same,
        json!({ "verificationMethod": null }),
    ] {
        let answer = client.patch(&at(&done), &patch).await;
        let after = answer.destination(200);
        assert_eq!(
            (&after["status"], &after["verification"]),
            (&json!("verified"), &done["verification"]),
            "{patch}"
        );
    }
}

#[tokio::test]
async fn a_failed_verify_of_an_edited_destination_leaves_it_configured() {
    let server = Server::start().await;
    let client = server.client();
    let (good, down) =
        (Endpoint::start(Reply::Challenge).await, Endpoint::start(Reply::Text(500, "down".to_owned())).await);
    let done = verified(&client, &server, &good).await;
    let failed = client.verify(&done, &json!({ "endpoint": down.url() })).await;
    assert_eq!(failed_check(&failed.problem(422, "verification-failed")["verification"]).0, "send");
    let after = client.reread(&done).await;
    assert_eq!((&after["status"], &after["endpoint"]), (&json!("configured"), &json!(down.url())));
    let back = client.verify(&done, &json!({ "endpoint": good.url() })).await;
    assert_eq!(back.destination(200)["status"], "verified");
}

#[tokio::test]
async fn an_endpoint_that_went_away_later_shows_in_the_last_attempt_only() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeThenError).await;
    let done = verified(&client, &server, &endpoint).await;
    let failed = client.verify(&done, &json!({})).await;
    failed.problem(422, "verification-failed");
    let after = client.reread(&done).await;
    assert_eq!((&after["status"], &after["setupState"]), (&json!("verified"), &json!(null)));
    assert_eq!(after["verification"]["verifiedAt"], done["verification"]["verifiedAt"]);
    assert_eq!(after["verification"]["lastAttempt"]["outcome"], "failed");
}

#[tokio::test]
async fn production_may_be_set_up_without_a_message() {
    let server = Server::start().await;
    let client = server.client();
    let skip = json!({ "skipVerification": true });
    let draft = client.create(server.production(), &json!({ "name": "x" })).await;
    client.verify(&draft, &skip).await.problem(409, "destination-not-configured");
    let bare = client.create(server.production(), &json!({ "name": "x", "endpoint": ENDPOINT })).await;
    client.verify(&bare, &skip).await.problem(409, "destination-auth-missing");
    let made = client.configured(server.production(), ENDPOINT).await;
    let answer = client.verify(&made, &skip).await;
    let (done, verification) = (answer.destination(200), &answer.payload(200)["verification"]);
    assert_eq!(
        (&done["status"], &done["verification"]["skipped"], &done["setupState"]),
        (&json!("verified"), &json!(true), &json!(null))
    );
    assert_eq!((&verification["outcome"], &verification["mode"]), (&json!("skipped"), &json!("skip")));
    assert!(verification["checks"].as_array().unwrap().iter().all(|check| check["outcome"] == "not_run"));
    for environment in [server.development(), server.staging()] {
        let made = client.configured(environment, ENDPOINT).await;
        client.verify(&made, &skip).await.problem(409, "verification-skip-not-allowed");
        assert_eq!(client.reread(&made).await["status"], "configured");
    }
}

#[tokio::test]
async fn only_staff_delete_in_production() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create(server.production(), &json!({ "name": "Live" })).await;
    client.delete(&at(&made)).await.problem(403, "production-delete-forbidden");
    assert_eq!(client.reread(&made).await, made);
    let staff = server.client_for(&server.new_user(&["--staff"]));
    staff.delete(&at(&made)).await.payload(200);
    client.get(&at(&made)).await.problem(404, "not-found");
    for environment in [server.development(), server.staging()] {
        let made = client.create(environment, &json!({ "name": "x" })).await;
        client.delete(&at(&made)).await.payload(200);
    }
    assert_eq!(client.get(&within(server.production())).await.payload(200)["destinations"], json!([]));
}
