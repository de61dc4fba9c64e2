//! Step 4 of a cloud destination: which message is sent when none is asked for, what a FHIR store takes and answers.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{PRODUCTS, find};
use crate::support::{
    Client, Endpoint, Reply, Server,
    reply::{at, checks, failed_check},
};

/// A FHIR store that stores all it gets.
async fn store() -> Endpoint {
    Endpoint::start(Reply::By(Arc::new(|request| {
        let mut stored = request.json();
        stored["id"] = json!("b-1");
        (201, stored)
    })))
    .await
}

async fn fhir(client: &Client, server: &Server, theirs: &Endpoint) -> Value {
    let product = find("aws", "healthlake");
    let fields = product.credential().fields;
    client.cloud(server, server.development(), product, &product.at(&theirs.at("")), &fields).await
}

#[tokio::test]
async fn a_fhir_store_gets_a_fhir_message_when_none_is_asked_for() {
    let server = Server::start().await;
    let client = server.client();
    let theirs = store().await;
    let made = fhir(&client, &server, &theirs).await;
    let answer = client.verify(&made, &json!({})).await;
    assert_eq!(answer.destination(200)["status"], "verified");
    let verification = &answer.payload(200)["verification"];
    assert_eq!(
        (&verification["mode"], &verification["dataModel"]),
        (&json!("sample"), &json!("FHIR.Event.PatientAdmin"))
    );
    assert!(verification["eventType"].is_string());
    assert_eq!(checks(verification)[6..], ["send passed", "challenge not_run"]);
    assert!(verification["checks"][6]["detail"].as_str().unwrap().contains("Bundle/b-1"), "{verification}");
    let sent = theirs.last();
    assert_eq!(
        (sent.method.as_str(), sent.target.as_str()),
        ("POST", "/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4/Bundle")
    );
    assert_eq!(sent.header("content-type"), Some("application/fhir+json"));
    assert_eq!(sent.header("application-name"), Some("Waypost"));
    assert!(sent.header("user-agent").is_some_and(|agent| agent.starts_with("Waypost/")));
    assert!(sent.header("authorization").unwrap().contains("/us-east-1/healthlake/aws4_request"));
    assert_eq!((&sent.json()["resourceType"], &sent.json()["type"]), (&json!("Bundle"), &json!("message")));
}

#[tokio::test]
async fn a_fhir_product_is_sent_nothing_that_is_not_fhir() {
    let server = Server::start().await;
    let client = server.client();
    for product in PRODUCTS.iter().filter(|product| product.data_models == "fhir") {
        let theirs = store().await;
        let fields = product.credential().fields;
        let made =
            client.cloud(&server, server.development(), *product, &product.at(&theirs.at("")), &fields).await;
        for (body, fault) in [
            (json!({ "dataModel": "PatientAdmin" }), "#/dataModel invalid-value"),
            (json!({ "dataModel": "Results", "eventType": "New" }), "#/dataModel invalid-value"),
            (json!({ "dataModel": "FHIR.Event.Weather" }), "#/dataModel invalid-value"),
            (json!({ "dataModel": "FHIR.Event.Order", "eventType": "rain" }), "#/eventType invalid-value"),
            (json!({ "eventType": "order-created" }), "#/dataModel required"),
        ] {
            assert_eq!(client.verify(&made, &body).await.fault(), fault, "{}", product.product_id);
        }
        assert_eq!(client.reread(&made).await, made);
        assert_eq!(theirs.connections(), 0);
    }
}

#[tokio::test]
async fn a_good_status_of_a_fhir_store_is_not_enough() {
    let server = Server::start().await;
    let client = server.client();
    let outcome = json!({ "resourceType": "OperationOutcome", "issue": [
        { "severity": "error", "code": "invalid", "diagnostics": "MessageHeader.event is odd" },
    ]});
    let batch = json!({ "resourceType": "Bundle", "type": "batch-response", "entry": [
        { "response": { "status": "201 Created" } },
        { "response": { "status": "400 Bad Request", "outcome": outcome } },
    ]});
    for (body, words) in [
        (outcome.clone(), "MessageHeader.event is odd"),
        (batch, "entry 1 got 400 Bad Request: MessageHeader.event is odd"),
        (json!({ "status": "ok" }), "`datastoreEndpoint`"),
    ] {
        let theirs = Endpoint::start(Reply::By(Arc::new(move |_| (200, body.clone())))).await;
        let made = fhir(&client, &server, &theirs).await;
        let answer = client.verify(&made, &json!({})).await;
        let (check, advice) = failed_check(&answer.problem(422, "verification-failed")["verification"]);
        assert!(check == "send" && advice.contains(words), "{words}: {check}: {advice}");
        assert_eq!(client.reread(&made).await["status"], "configured");
    }
}

#[tokio::test]
async fn a_verified_cloud_destination_is_sent_a_data_set() {
    let server = Server::start().await;
    let client = server.client();
    let theirs = store().await;
    let made = fhir(&client, &server, &theirs).await;
    let path = format!("{}/sendSampleDataset", at(&made));
    let body = json!({ "datasetId": "hl7v2-adt" });
    assert_eq!(client.post(&path, &body).await.status, 409, "it is not verified yet");
    client.verify(&made, &json!({})).await.destination(200);
    let answer = client.post(&path, &body).await;
    assert_eq!(answer.payload(200)["dataModels"], json!(["FHIR.Event.PatientAdmin"]));
    let sent = theirs.received().split_off(1);
    assert!(sent.len() > 1 && sent.iter().all(|message| message.json()["type"] == "message"));
    let mut ids: Vec<String> = sent.iter().map(|message| message.json()["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), sent.len(), "each message is its own");
}

#[tokio::test]
async fn what_only_a_standard_destination_has_is_refused() {
    let server = Server::start().await;
    let client = server.client();
    let theirs = store().await;
    let made = fhir(&client, &server, &theirs).await;
    let moved = client.verify(&made, &json!({ "endpoint": theirs.url() })).await;
    moved.problem(409, "destination-type-locked");
    client
        .verify(&made, &json!({ "skipVerification": true }))
        .await
        .problem(409, "verification-skip-not-allowed");
    assert_eq!(theirs.connections(), 0);
}

#[tokio::test]
async fn an_attempt_is_kept_like_any_other() {
    let server = Server::start().await;
    let client = server.client();
    let theirs = store().await;
    let made = fhir(&client, &server, &theirs).await;
    let verified = client.verify(&made, &json!({ "dataModel": "FHIR.Event.Order" })).await;
    let verification = verified.payload(200)["verification"].clone();
    let history = client.get(&format!("{}/verifications", at(&made))).await;
    assert_eq!(history.payload(200)["verifications"], json!([verification]));
    assert_eq!(client.reread(&made).await["verification"]["lastAttempt"]["outcome"], "passed");
}
