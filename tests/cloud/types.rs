//! The catalogue of cloud products: the contract's table, and schemas that say what the server enforces.

use serde_json::{Value, json};

use super::{NOWHERE, PRODUCTS, Product};
use crate::support::{Client, Server, reply::within};

async fn described(client: &Client) -> Vec<Value> {
    let payload = client.get("/destination-types").await.payload(200).clone();
    payload["destinationTypes"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_product_of_the_contract_is_described_in_its_order() {
    let server = Server::start().await;
    let types = described(&server.client()).await;
    assert_eq!((types.len(), &types[0]["type"]), (PRODUCTS.len() + 1, &json!("standard")));
    for (view, product) in types[1..].iter().zip(PRODUCTS) {
        assert_eq!(
            (&view["type"], &view["typeId"], &view["productId"]),
            (&json!("cloud"), &json!(product.type_id), &json!(product.product_id))
        );
        assert_eq!(view["authStrategies"], json!(product.strategies), "{view}");
        assert_eq!(view["dataModels"], product.data_models, "{view}");
        assert!(view["helpUrl"].as_str().is_some_and(|url| url.starts_with("https://")), "{view}");
        for member in ["label", "description"] {
            assert!(view[member].as_str().is_some_and(|text| !text.is_empty()), "{view}");
        }
        let schema = &view["settingsSchema"];
        assert_eq!(schema["required"], json!(product.required), "{schema}");
        let properties = schema["properties"].as_object().unwrap();
        let names: Vec<&str> = product.settings.iter().map(|(name, _)| *name).collect();
        assert_eq!(properties.keys().map(String::as_str).collect::<Vec<_>>(), names);
        for (name, property) in properties {
            let validator = jsonschema::draft202012::new(property).unwrap();
            assert!(validator.is_valid(&property["examples"][0]), "{name}: {property}");
            for member in ["title", "description"] {
                assert!(property[member].as_str().is_some_and(|text| text.len() > 3), "{name}: {property}");
            }
        }
    }
}

/// Values for any setting, of which each takes some.
const VALUES: &[&str] = &[
    "labs",
    "labs-inbound",
    "labs.inbound",
    "labs_inbound",
    "Labs",
    "LABS-1",
    "ab",
    "a",
    "1labs",
    "labs1",
    "1234567",
    "123456789012",
    "labs-",
    "-labs",
    "labs--in",
    "labs..in",
    "labs in",
    ".labs",
    "labs.",
    "192.168.5.4",
    "1.2.3",
    "us-east-1",
    "us-east-1a",
    "us",
    "eu-west-4",
    "US-EAST-1",
    "xn--labs",
    "sthree-labs",
    "amzn-s3-demo-labs",
    "labs-s3alias",
    "labs--x-s3",
    "labs.mrap",
    "goog-labs",
    "my-google-labs",
    "g00gle",
    "läbs",
    "labs/",
    "/labs",
    "a//b",
    "a/./b",
    "../a",
    "a./b",
    "year=2026/",
    "it's(1)!*",
    "labs%2f",
    "labs~+%",
    "labs\\",
    "labs\n",
    "labs]",
    "labs^",
    "labs?x",
    "labs#x",
    "contoso.servicebus.windows.net",
    "arn:aws:s3:::labs",
    "s3://labs",
    "a234567890123456789012345678901234567890123456789012345678901234",
    "a23456789012345678901234567890123456789012345678901234567890123",
    "a234567890123456789012345678901234567890.a234567890123456789012345678901234567890",
    "https://labs.example.org",
    "https://labs.example.org/",
    "HTTPS://labs.example.org/in",
    "https://labs.example.org/?x=1",
    "https://labs.example.org/#x",
    "ftp://labs.example.org/",
    "labs.example.org",
    "https://labs.example.org/123456789012/labs",
    "https://labs.example.org/123456789012/labs.fifo/",
    "https://labs.example.org/123456789012/labs..fifo",
    "https://labs.example.org/12345678901/labs",
    "https://labs.example.org/1234567890123/labs",
    "https://labs.example.org/123456789012/la%20bs",
    "https://labs.example.org/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4/",
    "https://labs.example.org/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4",
    "https://labs.example.org/datastore/0A1b2c3d4e5f60718293a4b5c6d7e8f9/r4",
    "https://labs.example.org/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9f/r4",
    "https://labs.example.org/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r5",
];

async fn takes(client: &Client, environment: &str, product: Product, name: &str, value: &str) -> bool {
    let mut settings = product.at(NOWHERE);
    settings[name] = json!(value);
    let answer = client.post(&within(environment), &product.body(&settings)).await;
    if answer.status != 201 {
        let place = format!("#/cloudProviderSettings/settings/{name} ");
        assert!(answer.fault().starts_with(&place), "{}", answer.text);
    }
    answer.status == 201
}

#[tokio::test]
async fn a_schema_says_of_every_value_what_the_server_does() {
    let server = Server::start().await;
    let client = server.client();
    let types = described(&client).await;
    let mut differences = Vec::new();
    let (mut taken, mut seen) = (0, std::collections::BTreeSet::new());
    for (view, product) in types[1..].iter().zip(PRODUCTS) {
        for (name, property) in view["settingsSchema"]["properties"].as_object().unwrap() {
            // Settings that products share are tried once.
            if !seen.insert(property.to_string()) {
                continue;
            }
            let validator = jsonschema::draft202012::new(property).unwrap();
            for value in VALUES {
                let taken_here = takes(&client, server.production(), product, name, value).await;
                taken += usize::from(taken_here);
                if validator.is_valid(&json!(value)) != taken_here {
                    differences.push(format!(
                        "{} {name} {value:?}: taken {taken_here}, {property}",
                        product.product_id
                    ));
                }
            }
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
    assert!(taken > 150, "{taken}");
}

#[tokio::test]
async fn the_api_description_has_the_settings_of_every_product() {
    let server = Server::start().await;
    let document = server.stranger().get("//openapi.json").await.json;
    let types = described(&server.client()).await;
    for (view, product) in types[1..].iter().zip(PRODUCTS) {
        let name = format!("CloudSettings.{}.{}", product.type_id, product.product_id);
        let component = &document["components"]["schemas"][&name];
        for member in ["properties", "required", "additionalProperties"] {
            assert_eq!(component[member], view["settingsSchema"][member], "{name}");
        }
    }
}
