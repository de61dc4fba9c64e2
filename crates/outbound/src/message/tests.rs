//! Every sample of every data model, stamped: complete, addressed, marked as a test, and closed in itself.

use std::collections::BTreeSet;

use super::*;
use domain::message::{data_models, find};

const MESSAGE: Uuid = Uuid::from_u128(1);
const DESTINATION: Uuid = Uuid::from_u128(2);

fn stamp(endpoint: Option<&str>) -> Stamp<'_> {
    Stamp {
        at: DateTime::from_timestamp_millis(1_774_000_000_123).unwrap(),
        message_id: MESSAGE,
        destination_id: DESTINATION,
        destination_name: "Night desk",
        destination_endpoint: endpoint,
    }
}

fn samples(fhir: bool) -> Vec<(String, Value)> {
    data_models()
        .filter(|model| model.is_fhir() == fhir)
        .flat_map(|model| model.events.iter().map(move |event| (model, event)))
        .map(|(model, event)| {
            (
                format!("{} {}", model.name, event.name),
                render(model, event, &stamp(Some("https://in.example.org"))),
            )
        })
        .collect()
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("reference") {
                found.push(target.clone());
            }
            members.values().for_each(|it| references(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| references(it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn a_redox_message_opens_with_its_meta() {
    let model = find("Patient Admin").unwrap();
    let message = render(model, model.event("NewPatient").unwrap(), &stamp(None));
    assert_eq!(message.as_object().unwrap().keys().next().unwrap(), "Meta");
    assert_eq!(
        message["Meta"],
        json!({
            "DataModel": "PatientAdmin",
            "EventType": "NewPatient",
            "EventDateTime": "2026-03-20T09:46:40.123Z",
            "Test": true,
            "Source": { "ID": "6f1d8a52-7c3e-4b90-a2d4-5e0b91c73f68", "Name": "Waypost" },
            "Destinations": [{ "ID": DESTINATION.to_string(), "Name": "Night desk" }],
            "Logs": [{ "ID": MESSAGE.to_string(), "AttemptID": MESSAGE.to_string() }],
            "FacilityCode": null,
        })
    );
}

#[test]
fn every_redox_sample_says_something_besides_meta() {
    let samples = samples(false);
    assert!(!samples.is_empty());
    for (name, message) in samples {
        assert!(message.as_object().unwrap().len() > 1, "{name}");
    }
}

#[test]
fn a_changed_member_keeps_its_place() {
    const BASE: Json = Json::Object(&[("a", Json::Integer(1)), ("b", Json::Null)]);
    let changed = Json::With { base: &BASE, members: &[("c", Json::Flag(true)), ("a", Json::Decimal(0.5))] };
    assert_eq!(serde_json::to_string(&value(&changed)).unwrap(), r#"{"a":0.5,"b":null,"c":true}"#);
}

#[test]
fn every_bundle_is_a_test_message_that_opens_with_its_header() {
    for (name, bundle) in samples(true) {
        assert_eq!(bundle["resourceType"], "Bundle", "{name}");
        assert_eq!(bundle["type"], "message", "{name}");
        assert_eq!(bundle["id"], MESSAGE.to_string(), "{name}");
        assert_eq!(bundle["timestamp"], "2026-03-20T09:46:40.123Z", "{name}");
        assert_eq!(bundle["meta"]["security"][0]["code"], "HTEST", "{name}");
        let header = &bundle["entry"][0]["resource"];
        assert_eq!(header["resourceType"], "MessageHeader", "{name}");
        assert_eq!(
            header["destination"],
            json!([{ "name": "Night desk", "endpoint": "https://in.example.org" }])
        );
        assert_eq!(header["source"]["name"], "Waypost", "{name}");
    }
}

#[test]
fn a_destination_without_endpoint_is_named_by_its_id() {
    let model = find("FHIR.Event.Result").unwrap();
    let bundle = render(model, model.default_event(), &stamp(None));
    let destination = &bundle["entry"][0]["resource"]["destination"][0];
    assert_eq!(destination["endpoint"], "urn:uuid:00000000-0000-0000-0000-000000000002");
}

#[test]
fn every_reference_of_a_bundle_leads_to_an_entry_and_every_entry_is_referred_to() {
    for (name, bundle) in samples(true) {
        let entries = bundle["entry"].as_array().unwrap();
        let urls: Vec<&str> = entries.iter().map(|it| it["fullUrl"].as_str().unwrap()).collect();
        assert_eq!(
            urls.iter().collect::<BTreeSet<_>>().len(),
            urls.len(),
            "{name}: a full URL is used twice"
        );
        let mut targets = Vec::new();
        references(&bundle, &mut targets);
        for target in &targets {
            assert!(urls.contains(&target.as_str()), "{name}: {target} is not in the bundle");
        }
        for url in urls.iter().skip(1) {
            assert!(targets.iter().any(|it| it == url), "{name}: nothing refers to {url}");
        }
        assert!(!entries[0]["resource"]["focus"].as_array().unwrap().is_empty(), "{name}");
    }
}

/// The elements R4 requires (1..1 or 1..*) of the resource types in use, besides those checked elsewhere.
fn required(kind: &str) -> &'static [&'static str] {
    match kind {
        "Account" => &["status"],
        "Appointment" => &["status", "participant"],
        "ChargeItem" => &["status", "code", "subject"],
        "Coverage" => &["status", "beneficiary", "payor"],
        "DeviceRequest" => &["intent", "codeCodeableConcept", "subject"],
        "DiagnosticReport" | "Observation" => &["status", "code"],
        "DocumentReference" => &["status", "content"],
        "Encounter" => &["status", "class"],
        "MedicationRequest" => &["status", "intent", "medicationCodeableConcept", "subject"],
        "MessageHeader" => &["eventUri", "source"],
        "Schedule" => &["actor"],
        "ServiceRequest" => &["status", "intent", "subject"],
        "Slot" => &["schedule", "status", "start", "end"],
        "Task" => &["status", "intent"],
        "Location" | "Organization" | "Patient" | "Practitioner" | "Specimen" => &[],
        other => panic!("{other} is not expected in a sample"),
    }
}

#[test]
fn every_resource_has_its_id_and_what_r4_requires() {
    for (name, bundle) in samples(true) {
        for entry in bundle["entry"].as_array().unwrap() {
            let resource = &entry["resource"];
            let id = resource["id"].as_str().unwrap();
            assert_eq!(entry["fullUrl"], format!("urn:uuid:{id}"), "{name}");
            assert!(Uuid::parse_str(id).is_ok(), "{name}: {id}");
            for element in required(resource["resourceType"].as_str().unwrap()) {
                assert!(
                    resource.get(element).is_some(),
                    "{name}: {} lacks {element}",
                    resource["resourceType"]
                );
            }
        }
    }
}

#[test]
fn no_fhir_resource_has_a_null_or_an_empty_list() {
    fn check(name: &str, value: &Value) {
        match value {
            Value::Null => panic!("{name}: null"),
            Value::Array(items) => {
                assert!(!items.is_empty(), "{name}: empty list");
                items.iter().for_each(|it| check(name, it));
            }
            Value::Object(members) => members.values().for_each(|it| check(name, it)),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    for (name, bundle) in samples(true) {
        check(&name, &bundle);
    }
}
