//! The products of Azure over https, with tokens of Entra: Blob Storage is an emulator that its vendor wrote (Azurite),
//! Event Hubs and the FHIR service follow the vendor's reference.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{PRODUCTS, Product, find, left_behind, refusal, verify};
use crate::{
    credentials::merge,
    support::{
        Client, Counterpart, Endpoint, Reply, Server,
        certificates::{Authority, Certificate},
        reply::id,
    },
};

/// Azure, and a server that trusts its certificate.
struct Cloud {
    server: Server,
    azure: Counterpart,
    authority: Authority,
}

impl Cloud {
    async fn start(config: &Value) -> Self {
        let authority = Authority::new();
        let ca = authority.file();
        let server = Server::start_with(&[("WAYPOST_EXTRA_CA_FILE", ca.to_str().unwrap())]).await;
        let azure = azure(&authority, config).await;
        Self { server, azure, authority }
    }

    async fn verify(&self, product: Product, members: &Value, fields: &Value, body: &Value) -> super::Answer {
        verify(&self.server, product, &settings(product, &self.azure, members), fields, body).await
    }

    /// The failed check and its advice, where this is Azure and settings and credential are so changed.
    async fn refusal(
        &self,
        azure: &Counterpart,
        product: Product,
        (members, change): (&Value, &Value),
    ) -> (String, String) {
        let mut fields = secret(azure, product, "writer");
        merge(&mut fields, change);
        refusal(&self.server, product, &settings(product, azure, members), &fields).await
    }
}

async fn azure(authority: &Authority, config: &Value) -> Counterpart {
    let (cert, key) = authority.pem(Certificate::Good);
    let mut config = config.clone();
    merge(&mut config, &json!({ "tls": { "cert": cert, "key": key } }));
    Counterpart::start("azure_server.mjs", &config).await
}

fn products() -> impl Iterator<Item = Product> {
    PRODUCTS.into_iter().filter(|product| product.type_id == "azure")
}

fn is_blob(product: Product) -> bool {
    matches!(product.product_id, "blob-storage" | "databricks")
}

/// The secret of an application: `writer` or `reader`, for a token that the product takes.
fn secret(azure: &Counterpart, product: Product, who: &str) -> Value {
    let audience = match product.product_id {
        "event-hubs" => "https://eventhubs.azure.net".to_owned(),
        "health-data-services" => azure.url(""),
        _ => "https://storage.azure.com".to_owned(),
    };
    json!({
        "grantType": "client_credentials", "url": azure.url(&format!("/{}/oauth2/v2.0/token", azure.text("/tenant"))),
        "clientId": azure.text(&format!("/{who}")), "clientSecret": azure.text("/secret"), "noBasic": true,
        "scopes": format!("{audience}/.default"),
    })
}

fn settings(product: Product, azure: &Counterpart, members: &Value) -> Value {
    let mut settings = product.at(&azure.url(""));
    if is_blob(product) {
        let account = azure.text("/account");
        let blobs = format!("https://127.0.0.1:{}/{account}", azure.told["blobs"]);
        merge(&mut settings, &json!({ "storageAccountName": account, "endpointUrl": blobs }));
    }
    merge(&mut settings, members);
    settings
}

/// What was written to the service of a product.
async fn stored(azure: &Counterpart, product: Product) -> Vec<Value> {
    let service = match product.product_id {
        "event-hubs" => "events",
        "health-data-services" => "bundles",
        _ => "blobs",
    };
    let base = format!("http://127.0.0.1:{}", azure.told["stored"]);
    Client::new(&base, None).get("//").await.json[service].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_verify_writes_a_sample_and_says_where() {
    let cloud = Cloud::start(&json!({})).await;
    let mut blobs = 0;
    for product in products().filter(|product| product.data_models == "any") {
        let fields = secret(&cloud.azure, product, "writer");
        let answer = cloud.verify(product, &json!({}), &fields, &json!({})).await;
        let detail = left_behind(&answer);
        let verification = &answer.payload(200)["verification"];
        let tls = &verification["checks"][4];
        assert_eq!((&tls["name"], &tls["outcome"]), (&json!("tls"), &json!("passed")));
        let written = stored(&cloud.azure, product).await;
        let last = if is_blob(product) {
            blobs += 1;
            assert_eq!(written.len(), blobs);
            let day = verification["startedAt"].as_str().unwrap()[..10].replace('-', "/");
            let name = format!("inbound/{day}/{}.json", id(verification));
            assert!(detail.contains(&name) && detail.contains("container labs"), "{detail}");
            let blob = written.into_iter().find(|blob| blob["name"] == name.as_str()).unwrap();
            assert_eq!(
                (&blob["contentType"], &blob["kind"]),
                (&json!("application/json"), &json!("BlockBlob"))
            );
            blob
        } else {
            assert!(detail.contains("event hub labs"), "{detail}");
            assert_eq!(written.len(), 1);
            written[0].clone()
        };
        let message: Value = serde_json::from_str(last["body"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&message["Meta"]["DataModel"], &message["Meta"]["Test"]),
            (&json!("PatientAdmin"), &json!(true))
        );
        assert_eq!(message["Meta"]["Destinations"][0]["ID"], answer.destination(200)["id"]);
    }
}

#[tokio::test]
async fn a_fhir_service_takes_the_bundle_of_every_kind_of_event() {
    let (cloud, product) = (Cloud::start(&json!({})).await, find("azure", "health-data-services"));
    let models = cloud.server.client().get("/data-models").await.payload(200)["dataModels"].clone();
    let mut count = 0;
    for model in models.as_array().unwrap().iter().filter(|model| model["fhir"] == true) {
        let fields = secret(&cloud.azure, product, "writer");
        let answer = cloud.verify(product, &json!({}), &fields, &json!({ "dataModel": model["name"] })).await;
        let written = stored(&cloud.azure, product).await;
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
async fn any_sample_prefix_and_way_to_authenticate_that_is_right_gets_through() {
    let cloud = Cloud::start(&json!({})).await;
    for product in products() {
        let prefix =
            if is_blob(product) { json!({ "fileNamePrefix": "a=b/it's(1)!*_-." }) } else { json!({}) };
        for (members, no_basic) in [(prefix, true), (json!({}), false)] {
            let mut fields = secret(&cloud.azure, product, "writer");
            merge(&mut fields, &json!({ "noBasic": no_basic }));
            let body = json!({ "dataModel": "FHIR.Event.Order" });
            left_behind(&cloud.verify(product, &members, &fields, &body).await);
        }
    }
}

#[tokio::test]
async fn what_azure_refuses_is_told_with_the_setting_or_the_role_to_look_at() {
    let cloud = Cloud::start(&json!({})).await;
    let busy = azure(&cloud.authority, &json!({ "fault": "throttled" })).await;
    let other = json!({ "scopes": "https://graph.microsoft.com/.default" });
    let reader = json!({ "clientId": cloud.azure.text("/reader") });
    for product in products() {
        let (missing, said, scope, role) = match product.product_id {
            "event-hubs" => (
                json!({ "eventHubName": "no-such-labs" }),
                "There is no event hub no-such-labs",
                "https://eventhubs.azure.net/.default",
                "Azure Event Hubs Data Sender",
            ),
            "health-data-services" => (json!({}), "", "/.default", "FHIR Data Contributor"),
            _ => (
                json!({ "containerName": "no-such-labs" }),
                "There is no container no-such-labs",
                "https://storage.azure.com/.default",
                "",
            ),
        };
        for (azure, members, change, expected, words) in [
            (&cloud.azure, &missing, &json!({}), "send", said),
            (&cloud.azure, &json!({}), &other, "send", scope),
            // Azurite lets whoever has a token write.
            (&cloud.azure, &json!({}), &reader, "send", role),
            (&cloud.azure, &json!({}), &json!({ "clientSecret": "wrong" }), "authorize", "`clientSecret`"),
            (&cloud.azure, &json!({}), &json!({ "clientId": "nobody" }), "authorize", "`clientId`"),
            (&cloud.azure, &json!({}), &json!({ "scopes": "openid" }), "authorize", "`scopes`"),
            (&busy, &json!({}), &json!({}), "send", if is_blob(product) { "" } else { "throttled" }),
        ] {
            if words.is_empty() {
                continue;
            }
            let (check, advice) = cloud.refusal(azure, product, (members, change)).await;
            assert!(check == expected && advice.contains(words), "{words}: {check}: {advice}");
        }
        assert_eq!(stored(&cloud.azure, product).await, Vec::<Value>::new(), "{}", product.product_id);
    }
}

/// What Blob Storage answers where Azurite does not: status, code, and what the advice has to say.
const OTHERS: [(u16, &str, &str); 9] = [
    (403, "AuthorizationPermissionMismatch", "Storage Blob Data Contributor"),
    (403, "AuthorizationFailure", "firewall"),
    (403, "AccountIsDisabled", "subscription"),
    (409, "ContainerBeingDeleted", "`containerName`"),
    (409, "BlobImmutableDueToPolicy", "policy"),
    (400, "AccountRequiresHttps", "https"),
    (503, "ServerBusy", "throttled"),
    (302, "", "redirect"),
    (200, "", "`endpointUrl`"),
];

#[tokio::test]
async fn what_blob_storage_says_beyond_that_is_told_too() {
    let cloud = Cloud::start(&json!({})).await;
    for product in products().filter(|product| is_blob(*product)) {
        for (status, code, words) in OTHERS {
            let theirs = Endpoint::start(Reply::Whole(Arc::new(move |_| {
                let body = format!("<Error><Code>{code}</Code><Message>Their words</Message></Error>");
                let header =
                    if code.is_empty() { String::new() } else { format!("x-ms-error-code: {code}\r\n") };
                (status, header, if code.is_empty() { String::new() } else { body })
            })))
            .await;
            let members = json!({ "endpointUrl": theirs.at("") });
            let (check, advice) = cloud.refusal(&cloud.azure, product, (&members, &json!({}))).await;
            assert!(check == "send" && advice.contains(words), "{words}: {check}: {advice}");
            assert_eq!(theirs.connections(), 1, "nothing is followed or tried again");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told_before_anything_is_sent() {
    let cloud = Cloud::start(&json!({})).await;
    let unknown = azure(&Authority::new(), &json!({})).await;
    for product in products() {
        let fields = secret(&cloud.azure, product, "writer");
        let there = settings(product, &unknown, &json!({}));
        let (check, advice) = refusal(&cloud.server, product, &there, &fields).await;
        assert_eq!(check, "tls", "{advice}");
        assert_eq!(stored(&unknown, product).await, Vec::<Value>::new());
    }
}
