//! The products of Google Cloud, against services that check tokens as Google does: Cloud Storage is an emulator that
//! others wrote, Pub/Sub and the FHIR store follow the vendor's reference.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{PRODUCTS, Product, find, left_behind, refusal, verify};
use crate::{
    credentials::merge,
    support::{Client, Counterpart, Endpoint, Reply, Server, reply::id},
};

fn products() -> impl Iterator<Item = Product> {
    PRODUCTS.into_iter().filter(|product| product.type_id == "gcp")
}

/// Those that take any message.
fn unlike_fhir() -> impl Iterator<Item = Product> {
    products().filter(|product| product.data_models == "any")
}

async fn google(config: &Value) -> Counterpart {
    Counterpart::start("google_server.py", config).await
}

/// The key of a service account: `writer` or `reader`.
fn key(google: &Counterpart, who: &str) -> Value {
    json!({
        "authStrategy": "OAuth_2.0_2-legged_JWT_GCP", "serviceAccountEmail": google.text(&format!("/{who}")),
        "privateKey": google.text("/privateKey"), "keyId": google.text("/keyId"), "url": google.url("/token"),
        "scopes": "https://www.googleapis.com/auth/cloud-platform",
    })
}

fn settings(product: Product, google: &Counterpart, members: &Value) -> Value {
    let mut settings = product.at(&google.url(""));
    merge(&mut settings, members);
    settings
}

/// What was written to a service.
async fn stored(google: &Counterpart, product: Product) -> Vec<Value> {
    let service = match product.product_id {
        "pub-sub" => "pubsub",
        "healthcare-fhir" => "fhir",
        _ => "storage",
    };
    Client::new(&google.url(""), None).get("//stored").await.json[service].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_verify_writes_a_sample_and_says_where() {
    let server = Server::start().await;
    for product in unlike_fhir() {
        let google = google(&json!({})).await;
        let answer = verify(
            &server,
            product,
            &settings(product, &google, &json!({})),
            &key(&google, "writer"),
            &json!({}),
        )
        .await;
        let detail = left_behind(&answer);
        let verification = &answer.payload(200)["verification"];
        let written = stored(&google, product).await;
        assert_eq!(written.len(), 1, "{written:?}");
        let message: Value = serde_json::from_str(written[0]["body"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&message["Meta"]["DataModel"], &message["Meta"]["Test"]),
            (&json!("PatientAdmin"), &json!(true))
        );
        assert_eq!(message["Meta"]["Destinations"][0]["ID"], answer.destination(200)["id"]);
        let url = if product.product_id == "pub-sub" {
            assert!(
                detail.contains(&format!("topic labs as message {};", written[0]["id"].as_str().unwrap()))
            );
            "/v1/projects/labs-417203/topics/labs:publish".to_owned()
        } else {
            let day = verification["startedAt"].as_str().unwrap()[..10].replace('-', "/");
            let name = format!("inbound/{day}/{}.json", id(verification));
            assert_eq!(
                (&written[0]["name"], &written[0]["contentType"]),
                (&json!(name), &json!("application/json"))
            );
            assert!(detail.contains(&name) && detail.contains("bucket labs"), "{detail}");
            format!("/upload/storage/v1/b/labs/o?uploadType=media&name={name}")
        };
        assert_eq!(verification["request"], json!({ "method": "POST", "url": google.url(&url) }));
    }
}

#[tokio::test]
async fn a_fhir_store_takes_the_bundle_of_every_kind_of_event() {
    let (server, google, product) =
        (Server::start().await, google(&json!({})).await, find("gcp", "healthcare-fhir"));
    let models = server.client().get("/data-models").await.payload(200)["dataModels"].clone();
    let mut count = 0;
    for model in models.as_array().unwrap().iter().filter(|model| model["fhir"] == true) {
        let body = json!({ "dataModel": model["name"] });
        let settings = settings(product, &google, &json!({}));
        let answer = verify(&server, product, &settings, &key(&google, "writer"), &body).await;
        let written = stored(&google, product).await;
        count += 1;
        assert_eq!(written.len(), count);
        let last = written.last().unwrap();
        assert_eq!(
            (&last["contentType"], &last["sent"]["type"]),
            (&json!("application/fhir+json"), &json!("message"))
        );
        let name = format!("Bundle/{}", last["id"].as_str().unwrap());
        assert!(left_behind(&answer).contains(&name), "{}", answer.text);
    }
    assert!(count >= 5, "{count} models");
}

#[tokio::test]
async fn a_workload_identity_writes_without_any_key() {
    let server = Server::start().await;
    let issuer = server.stranger().get("//.well-known/openid-configuration").await.json["issuer"].clone();
    let keys = format!("{}/.well-known/jwks.json", server.url());
    let google = google(&json!({ "issuer": issuer, "issuerKeys": keys })).await;
    let mut fields = json!({ "audience": google.text("/audience"), "token_url": google.url("/sts") });
    for product in products() {
        let settings = settings(product, &google, &json!({}));
        left_behind(&verify(&server, product, &settings, &fields, &json!({})).await);
    }
    merge(&mut fields, &json!({ "scope": "https://www.googleapis.com/auth/drive" }));
    for product in products() {
        let (check, advice) =
            refusal(&server, product, &settings(product, &google, &json!({})), &fields).await;
        assert!(check == "send" && advice.contains("Set `scope` of"), "{check}: {advice}");
    }
}

#[tokio::test]
async fn any_sample_and_prefix_that_is_right_gets_through() {
    let server = Server::start().await;
    for product in unlike_fhir() {
        let google = google(&json!({})).await;
        let prefix = if product.product_id == "pub-sub" {
            json!({})
        } else {
            json!({ "fileNamePrefix": "a=b/it's(1)!*_-." })
        };
        for (members, body) in [
            (prefix, json!({ "dataModel": "FHIR.Event.Order" })),
            (json!({}), json!({ "dataModel": "Clinical Summary", "eventType": "PatientPush" })),
        ] {
            let settings = settings(product, &google, &members);
            left_behind(&verify(&server, product, &settings, &key(&google, "writer"), &body).await);
        }
        assert_eq!(stored(&google, product).await.len(), 2);
    }
}

/// The name that is nobody's, and the words that the advice has to have.
fn elsewhere(product: Product) -> (Value, &'static str) {
    match product.product_id {
        "pub-sub" => (json!({ "topicId": "no-such-labs" }), "There is no topic no-such-labs"),
        "healthcare-fhir" => (json!({ "location": "europe-west4" }), "`location`"),
        _ => (json!({ "bucketName": "no-such-labs" }), "There is no bucket no-such-labs"),
    }
}

fn role(product: Product) -> &'static str {
    match product.product_id {
        "pub-sub" => "roles/pubsub.publisher",
        "healthcare-fhir" => "roles/healthcare.fhirResourceEditor",
        _ => "roles/storage.objectCreator",
    }
}

#[tokio::test]
async fn what_google_refuses_is_told_with_the_setting_or_the_role_to_look_at() {
    let server = Server::start().await;
    let sound = google(&json!({})).await;
    let (busy, disabled) =
        (google(&json!({ "fault": "throttled" })).await, google(&json!({ "fault": "disabled" })).await);
    for product in products() {
        let (missing, said) = elsewhere(product);
        for (google, members, who, change, expected, words) in [
            (&sound, missing, "writer", json!({}), "send", said),
            (&sound, json!({}), "reader", json!({}), "send", role(product)),
            (&sound, json!({}), "writer", json!({ "scopes": "openid email" }), "send", "Set `scopes` of"),
            (&sound, json!({}), "writer", json!({ "keyId": "other" }), "authorize", "`keyId`"),
            (
                &sound,
                json!({}),
                "writer",
                json!({ "serviceAccountEmail": "x@y.iam.gserviceaccount.com" }),
                "authorize",
                "`serviceAccountEmail`",
            ),
            (&busy, json!({}), "writer", json!({}), "send", "throttled"),
            (
                &disabled,
                json!({}),
                "writer",
                json!({}),
                "send",
                ".googleapis.com in the Google Cloud console",
            ),
        ] {
            let mut fields = key(google, who);
            merge(&mut fields, &change);
            let (check, advice) =
                refusal(&server, product, &settings(product, google, &members), &fields).await;
            assert!(check == expected && advice.contains(words), "{words}: {check}: {advice}");
        }
        assert_eq!(stored(&sound, product).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn a_topic_with_a_schema_says_that_the_message_does_not_fit() {
    let (server, google) = (Server::start().await, google(&json!({ "fault": "schema" })).await);
    let product = find("gcp", "pub-sub");
    let settings = settings(product, &google, &json!({}));
    let (check, advice) = refusal(&server, product, &settings, &key(&google, "writer")).await;
    assert!(
        check == "send" && advice.contains("schema") && advice.contains("`dataModel`"),
        "{check}: {advice}"
    );
}

#[tokio::test]
async fn an_answer_that_is_not_googles_is_no_success() {
    let server = Server::start().await;
    for product in products() {
        for (status, body) in
            [(200, json!({ "ok": true })), (200, json!("fine")), (502, json!(null)), (302, json!(null))]
        {
            let google = google(&json!({})).await;
            let theirs = Endpoint::start(Reply::By(Arc::new(move |_| (status, body.clone())))).await;
            let (check, advice) =
                refusal(&server, product, &product.at(&theirs.at("")), &key(&google, "writer")).await;
            assert_eq!(check, "send", "{advice}");
            assert!(advice.contains("endpointUrl") || status == 502, "{status}: {advice}");
            assert_eq!(theirs.connections(), 1, "nothing is followed or tried again");
        }
    }
}
