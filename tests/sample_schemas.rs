//! Every message that is sent passes the schema its author published: FHIR R4 for the Bundles, as two libraries have it,
//! and Redox' own for its data models.

use serde_json::{Value, json};

use crate::{
    catalog::in_path,
    support::{Client, Endpoint, Reply, Server, counterpart::ask, reply::TOKEN},
};

/// Model and event type of each event there is, of FHIR or not.
async fn events(client: &Client, fhir: bool) -> Vec<(String, String)> {
    let models = client.get("/data-models").await.payload(200)["dataModels"].clone();
    let models = models.as_array().unwrap().iter().filter(|model| model["fhir"] == fhir);
    models
        .flat_map(|model| {
            let name = model["name"].as_str().unwrap();
            let events = model["eventTypes"].as_array().unwrap().iter();
            events.map(|event| (name.to_owned(), event.as_str().unwrap().to_owned()))
        })
        .collect()
}

/// What a verify sends for each event.
async fn sent(server: &Server, events: &[(String, String)]) -> Vec<Value> {
    let client = server.client();
    let theirs = Endpoint::start(Reply::Text(200, "ok".to_owned())).await;
    let made = client.configured(server.development(), theirs.url()).await;
    for (model, event) in events {
        let body = json!({ "dataModel": model, "eventType": event, "verificationToken": TOKEN });
        client.verify(&made, &body).await.destination(200);
    }
    theirs.received().iter().map(crate::support::endpoint::Received::json).collect()
}

/// The faults that a script finds in each of these messages.
async fn faults(script: &str, messages: &[Value]) -> Vec<Value> {
    let found = ask(script, &json!(messages)).await.unwrap();
    assert_eq!(found.as_array().unwrap().len(), messages.len(), "{script}");
    found.as_array().unwrap().clone()
}

#[tokio::test]
async fn every_bundle_that_is_sent_is_valid_fhir_r4() {
    let server = Server::start().await;
    let events = events(&server.client(), true).await;
    assert!(events.len() >= 30, "{} events", events.len());
    let bundles = sent(&server, &events).await;
    for script in ["fhir_r4.mjs", "fhir_r4.py"] {
        for (event, faults) in events.iter().zip(faults(script, &bundles).await) {
            assert_eq!(faults, json!([]), "{script}: {event:?}");
        }
    }
}

#[tokio::test]
async fn a_validator_of_fhir_finds_what_is_wrong() {
    let server = Server::start().await;
    let sound = server.client().get("/data-models/FHIR.Event.PatientAdmin/samples/patient-created").await;
    let sound = &sound.payload(200)["sample"];
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut bundle = sound.clone();
        change(&mut bundle);
        bundle
    };
    let both = [
        wrong(&|bundle| {
            bundle["entry"][0]["resource"].as_object_mut().unwrap().remove("source");
        }),
        wrong(&|bundle| bundle["entry"][0]["resource"]["weather"] = json!("rain")),
        wrong(&|bundle| bundle["entry"][0]["resource"]["focus"] = json!({ "reference": "Patient/1" })),
    ];
    // Each of the two knows something that the other does not.
    let codes = [wrong(&|bundle| bundle["type"] = json!("letter"))];
    let choices = [wrong(&|bundle| bundle["entry"][0]["resource"]["eventCoding"] = json!({ "code": "x" }))];
    for (script, own) in [("fhir_r4.mjs", codes), ("fhir_r4.py", choices)] {
        for found in faults(script, &[both.as_slice(), own.as_slice()].concat()).await {
            assert_ne!(found, json!([]), "{script}");
        }
    }
}

#[tokio::test]
async fn every_message_of_a_data_model_passes_the_schema_of_redox() {
    let server = Server::start().await;
    let client = server.client();
    let events = events(&client, false).await;
    assert!(events.len() >= 100, "{} events", events.len());
    let messages = sent(&server, &events).await;
    for (event, verdict) in events.iter().zip(faults("redox_schema.py", &messages).await) {
        assert!(verdict["edition"].is_string(), "{event:?} has no schema");
        // The published schema of this one event lacks the member that all others have.
        let known: &[&str] =
            if event.0 == "SSO" { &["Meta.Logs: Extra inputs are not permitted"] } else { &[] };
        assert_eq!(verdict["faults"], json!(known), "{event:?}");
    }
}

#[tokio::test]
async fn the_schema_of_redox_finds_what_is_wrong() {
    let server = Server::start().await;
    let path = format!("/data-models/{}/samples/NewPatient", in_path("PatientAdmin"));
    let sound = server.client().get(&path).await.payload(200)["sample"].clone();
    let (mut lacking, mut odd) = (sound.clone(), sound);
    lacking.as_object_mut().unwrap().remove("Patient");
    odd["Patient"]["Weather"] = json!("rain");
    for verdict in faults("redox_schema.py", &[lacking, odd]).await {
        assert_ne!(verdict["faults"], json!([]), "{verdict}");
    }
}
