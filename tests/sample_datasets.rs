//! Contract section 2, the dataset tester: a verified destination gets the sample messages of a data set.

use serde_json::{Value, json};

use crate::support::{
    Client, Endpoint, Reply, Server,
    reply::{ENDPOINT, TOKEN, at},
};

fn path(destination: &Value) -> String {
    format!("{}/sendSampleDataset", at(destination))
}

async fn verified(client: &Client, server: &Server, endpoint: &Endpoint) -> Value {
    let made = client.configured(server.development(), endpoint.url()).await;
    client.verify(&made, &json!({})).await.destination(200).clone()
}

#[tokio::test]
async fn the_events_of_a_data_set_are_sent_as_messages() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = verified(&client, &server, &endpoint).await;
    let answer = client.post(&path(&made), &json!({ "datasetId": "hl7v2-adt" })).await;
    let payload = answer.payload(200);
    assert_eq!(payload["destinationId"], made["id"]);
    assert_eq!(payload["sourceId"].as_str().map(str::len), Some(36), "{payload}");
    assert_eq!(payload["dataModels"], json!(["FHIR.Event.PatientAdmin"]));
    let models = client.get("/data-models").await.payload(200)["dataModels"].clone();
    let model =
        models.as_array().unwrap().iter().find(|model| model["name"] == "FHIR.Event.PatientAdmin").unwrap();
    let sent = endpoint.received().split_off(1);
    assert_eq!(sent.len(), model["eventTypes"].as_array().unwrap().len());
    for message in &sent {
        let bundle = message.json();
        assert_eq!(
            (&bundle["resourceType"], &bundle["type"]),
            (&json!("Bundle"), &json!("message")),
            "{bundle}"
        );
        assert_eq!(message.header("verification-token"), Some(TOKEN));
        assert!(bundle.to_string().contains(endpoint.url()), "it names its destination: {bundle}");
    }
    assert_eq!(client.reread(&made).await["status"], "verified");
}

#[tokio::test]
async fn an_unknown_data_set_is_refused() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = verified(&client, &server, &endpoint).await;
    for (body, fault) in [
        (json!({ "datasetId": "x12-999" }), "#/datasetId invalid-value"),
        (json!({}), "#/datasetId required"),
        (json!({ "datasetId": 7 }), "#/datasetId wrong-type"),
        (json!({ "datasetId": "hl7v2-adt", "colour": "red" }), "#/colour unknown-field"),
    ] {
        assert_eq!(client.post(&path(&made), &body).await.fault(), fault, "{body}");
    }
    assert_eq!(endpoint.received().len(), 1, "only the challenge");
}

#[tokio::test]
async fn only_a_verified_destination_gets_samples() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({ "datasetId": "hl7v2-adt" });
    let bare = client.create(server.staging(), &json!({ "name": "x" })).await;
    let refused = client.post(&path(&bare), &body).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let made = client.configured(server.staging(), ENDPOINT).await;
    let refused = client.post(&path(&made), &body).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let reader = server.caller("viewer", server.staging());
    reader.post(&path(&made), &body).await.problem(403, "forbidden");
    let elsewhere = server.caller("engineer", server.production());
    elsewhere.post(&path(&made), &body).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_refusal_of_the_endpoint_is_told() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeThenError).await;
    let made = verified(&client, &server, &endpoint).await;
    let answer = client.post(&path(&made), &json!({ "datasetId": "hl7v2-adt" })).await;
    answer.problem(422, "verification-failed");
    assert_eq!(endpoint.received().len(), 2, "it stops at the first refusal");
}
