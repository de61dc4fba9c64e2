//! What a form is drawn from: the strategies, their fields, and schemas that say yes and no as the server does.

use serde_json::{Value, json};

use super::{
    STRATEGIES, merge,
    samples::{Sample, samples},
};
use crate::support::{Client, Server};

async fn strategies(client: &Client) -> Value {
    client.get("/authcredentials/strategies").await.payload(200)["strategies"].clone()
}

#[tokio::test]
async fn each_strategy_lists_its_fields_and_their_schema() {
    let server = Server::start().await;
    let strategies = strategies(&server.client()).await;
    let keys: Vec<&String> = strategies.as_object().unwrap().keys().collect();
    assert_eq!(keys, STRATEGIES);
    for sample in samples() {
        let strategy = &strategies[sample.strategy];
        let mut available: Vec<&str> = strategy["availableFields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        let schema = &strategy["schema"];
        let properties = schema["properties"].as_object().unwrap();
        let mut described: Vec<&str> = properties.keys().map(String::as_str).collect();
        let mut known: Vec<&str> = sample.fields.as_object().unwrap().keys().map(String::as_str).collect();
        for names in [&mut available, &mut described, &mut known] {
            names.sort_unstable();
        }
        assert_eq!(available, known, "{}", sample.strategy);
        assert_eq!(described, known, "{}", sample.strategy);
        for (name, property) in properties {
            for member in ["title", "description"] {
                assert!(property[member].as_str().is_some_and(|text| !text.is_empty()), "{name}: {property}");
            }
            assert_eq!(
                property.get("writeOnly") == Some(&json!(true)),
                sample.secrets.contains(&name.as_str()),
                "{name}: {property}"
            );
        }
    }
    let oauth = &strategies["OAuth_2.0_2-legged"]["availableFields"];
    assert_eq!((&oauth[0], &oauth[1]), (&json!("grantType"), &json!("username")), "in the published order");
}

#[tokio::test]
async fn defaults_are_written_in_the_schema() {
    let server = Server::start().await;
    let strategies = strategies(&server.client()).await;
    for (strategy, field, default) in [
        ("OAuth_2.0_2-legged", "grantTypeName", json!("grant_type")),
        ("OAuth_2.0_2-legged", "clientIdName", json!("client_id")),
        ("OAuth_2.0_2-legged", "clientSecretName", json!("client_secret")),
        ("OAuth_2.0_2-legged", "accessTokenName", json!("access_token")),
        ("OAuth_2.0_2-legged", "expiresFieldName", json!("expires_in")),
        ("OAuth_2.0_2-legged", "contentType", json!("application/x-www-form-urlencoded")),
        ("SMART_Backend", "accessTokenName", json!("access_token")),
        ("OAuth_2.0_2-legged_JWT_GCP", "url", json!("https://oauth2.googleapis.com/token")),
    ] {
        let property = &strategies[strategy]["schema"]["properties"][field];
        assert_eq!(property["default"], default, "{strategy} {field}: {property}");
    }
}

/// Each field of a sample: left out, of every other type, empty, far too long.
fn variations(sample: &Sample) -> Vec<Value> {
    let values = [
        json!(null),
        json!(""),
        json!("x"),
        json!("x".repeat(20_000)),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(300),
        json!(1_000_000_000_000_i64),
        json!(true),
        json!([]),
        json!(["x"]),
        json!([1]),
        json!({}),
        json!({ "x": "y" }),
        json!("a\u{0}b"),
        json!("é"),
        json!("a b"),
    ];
    let mut all = vec![sample.fields.clone(), sample.least()];
    for name in sample.fields.as_object().unwrap().keys() {
        let mut without = sample.fields.clone();
        without.as_object_mut().unwrap().shift_remove(name);
        all.push(without);
        for value in &values {
            let mut with = sample.fields.clone();
            merge(&mut with, &json!({ name: value }));
            all.push(with);
        }
    }
    all
}

#[tokio::test]
async fn a_schema_says_yes_and_no_as_the_server_does() {
    let server = Server::start().await;
    let client = server.client();
    let strategies = strategies(&client).await;
    let (mut compared, mut findings) = (0, Vec::new());
    for sample in samples() {
        let schema = jsonschema::validator_for(&strategies[sample.strategy]["schema"]).unwrap();
        for fields in variations(&sample) {
            let body = server.body(server.staging(), sample.strategy, &fields);
            let answer = client.post("/authcredentials", &body).await;
            let is_valid = schema.is_valid(&without_nulls(&fields));
            let agree = match answer.status {
                201 => is_valid,
                422 => !is_valid || beyond_a_schema(&answer.faults(), sample.required),
                _ => panic!("{}", answer.text),
            };
            if !agree {
                let faults = answer.json["errors"].to_string();
                findings.push(format!("{}: {} {faults} {fields:.200}", sample.strategy, answer.status));
            }
            compared += 1;
        }
    }
    assert!(findings.is_empty(), "{} of {compared} differ:\n{}", findings.len(), findings.join("\n"));
    assert!(compared > 500, "{compared}");
}

/// A null in a create is as if it were not there.
fn without_nulls(fields: &Value) -> Value {
    let mut fields = fields.clone();
    fields.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    fields
}

/// Whether the faults are ones that JSON Schema has no words for: what a URL or a key must be, and fields that
/// need or exclude one another.
fn beyond_a_schema(faults: &[String], required: &[&str]) -> bool {
    faults.iter().all(|fault| {
        let (pointer, code) = fault.split_once(' ').unwrap();
        let name = pointer.trim_start_matches("#/");
        match code {
            "required" => name == "clientId" || !required.contains(&name),
            "address-not-allowed"
            | "conflicting-fields"
            | "https-required"
            | "invalid-url"
            | "surrounding-whitespace" => true,
            _ => matches!(name, "privateKey" | "headerName"),
        }
    })
}
