//! Contract section 4: what a wizard needs to draw its forms, and the samples that a verify sends.

use serde_json::{Value, json};

use crate::support::Server;

/// The 24 data models of the published API.
const MODELS: [&str; 24] = [
    "Claim",
    "Clinical Decisions",
    "Clinical Summary",
    "Device",
    "Enrichment",
    "Financial",
    "Flowsheet",
    "Inventory",
    "Media",
    "Medications",
    "Notes",
    "Order",
    "Organization",
    "PatientAdmin",
    "PatientEducation",
    "PatientSearch",
    "Provider",
    "Referral",
    "Research",
    "Results",
    "SSO",
    "Scheduling",
    "SurgicalScheduling",
    "Vaccination",
];

/// A name as it stands in a path.
pub(crate) fn in_path(name: &str) -> String {
    name.replace(' ', "%20")
}

#[tokio::test]
async fn a_standard_destination_is_described_with_the_schema_of_its_form() {
    let server = Server::start().await;
    let types = server.client().get("/destination-types").await.payload(200)["destinationTypes"].clone();
    let standard = &types[0];
    assert_eq!(standard["type"], "standard");
    for member in ["label", "description"] {
        assert!(standard[member].as_str().is_some_and(|text| !text.is_empty()), "{standard}");
    }
    assert_eq!((standard["authStrategies"].is_array(), &standard["dataModels"]), (true, &json!("any")));
    let schema = &standard["settingsSchema"];
    assert_eq!((&schema["type"], &schema["required"]), (&json!("object"), &json!(["endpoint"])), "{schema}");
    let endpoint = &schema["properties"]["endpoint"];
    assert!(
        endpoint["title"].is_string()
            && endpoint["description"].is_string()
            && endpoint["examples"].is_array(),
        "{schema}"
    );
}

#[tokio::test]
async fn every_data_model_of_the_published_api_is_there() {
    let server = Server::start().await;
    let models = server.client().get("/data-models").await.payload(200)["dataModels"].clone();
    let models = models.as_array().unwrap();
    let names = |fhir: bool| -> Vec<&str> {
        let mut names: Vec<&str> = models
            .iter()
            .filter(|model| model["fhir"] == fhir)
            .map(|model| model["name"].as_str().unwrap())
            .collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names(false), MODELS);
    assert!(
        names(true).len() >= 5 && names(true).iter().all(|name| name.starts_with("FHIR.Event.")),
        "{:?}",
        names(true)
    );
    assert!(
        models.iter().all(|model| model["eventTypes"].as_array().is_some_and(|events| !events.is_empty()))
    );
}

#[tokio::test]
async fn every_event_has_the_sample_that_a_verify_would_send() {
    let server = Server::start().await;
    let client = server.client();
    let models = client.get("/data-models").await.payload(200)["dataModels"].clone();
    let mut seen = 0;
    for model in models.as_array().unwrap() {
        let name = model["name"].as_str().unwrap();
        for event in model["eventTypes"].as_array().unwrap() {
            let event = event.as_str().unwrap();
            let answer =
                client.get(&format!("/data-models/{}/samples/{}", in_path(name), in_path(event))).await;
            let payload = answer.payload(200);
            let sample = payload.get("sample").unwrap_or_else(|| panic!("no sample: {payload}"));
            check_sample(sample, name, event, model["fhir"] == true);
            seen += 1;
        }
    }
    assert!(seen >= 80, "{seen} samples");
}

fn check_sample(sample: &Value, model: &str, event: &str, fhir: bool) {
    if fhir {
        assert_eq!(
            (&sample["resourceType"], &sample["type"]),
            (&json!("Bundle"), &json!("message")),
            "{model} {event}"
        );
        let header = &sample["entry"][0]["resource"];
        assert_eq!(header["resourceType"], "MessageHeader", "{model} {event}");
        assert!(
            header["eventUri"].is_string() || header["eventCoding"].is_object(),
            "{model} {event}: {header}"
        );
    } else {
        let meta = &sample["Meta"];
        assert_eq!(
            (&meta["DataModel"], &meta["EventType"], &meta["Test"]),
            (&json!(model), &json!(event), &json!(true))
        );
        assert!(sample.as_object().unwrap().len() > 1, "{model} {event} says something");
    }
}

#[tokio::test]
async fn an_unknown_model_or_event_is_not_found() {
    let server = Server::start().await;
    for path in [
        "Weather/samples/New",
        "Results/samples/Rain",
        "Results/samples/new",
        "%00/samples/x",
        "Results/samples/",
    ] {
        server.client().get(&format!("/data-models/{path}")).await.problem(404, "not-found");
    }
}
