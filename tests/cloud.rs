//! Contract section 4: cloud destinations. Here is what all its chapters begin with: every product with settings that
//! are fine, and the ways to make a destination of one. A product is a line in [`PRODUCTS`].

mod aws;
mod azure;
mod drafts;
mod egress;
mod gcp;
mod leaks;
mod readme;
mod strategies;
mod types;
mod verify;

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::{
    credentials::{
        merge,
        samples::{Sample, samples},
    },
    support::{
        Answer, Client, Server,
        reply::{at, checks, failed_check, within},
    },
};

/// A product of the contract's table.
#[derive(Clone, Copy)]
struct Product {
    type_id: &'static str,
    product_id: &'static str,
    /// Every setting, with values that are fine in every environment; where it calls, `{base}` stands for the host.
    settings: &'static [(&'static str, &'static str)],
    required: &'static [&'static str],
    strategies: &'static [&'static str],
    /// `any` or `fhir`.
    data_models: &'static str,
}

const SIGNED: &[&str] = &["AwsSigv4"];
const GOOGLE: &[&str] = &["GoogleWIF", "OAuth_2.0_2-legged_JWT_GCP"];
const OAUTH: &[&str] = &["OAuth_2.0_2-legged"];

const BUCKET: &[(&str, &str)] = &[
    ("bucketName", "labs"),
    ("region", "us-east-1"),
    ("fileNamePrefix", "inbound/"),
    ("endpointUrl", "{base}/"),
];
const GCS_BUCKET: &[(&str, &str)] =
    &[("bucketName", "labs"), ("fileNamePrefix", "inbound/"), ("endpointUrl", "{base}/")];
const CONTAINER: &[(&str, &str)] = &[
    ("containerName", "labs"),
    ("storageAccountName", "contosolabs"),
    ("fileNamePrefix", "inbound/"),
    ("endpointUrl", "{base}/"),
];

const fn product(
    (type_id, product_id): (&'static str, &'static str),
    settings: &'static [(&'static str, &'static str)],
    required: &'static [&'static str],
    strategies: &'static [&'static str],
    data_models: &'static str,
) -> Product {
    Product { type_id, product_id, settings, required, strategies, data_models }
}

/// All of them, in the order of the contract.
const PRODUCTS: [Product; 13] = [
    product(("aws", "s3"), BUCKET, &["bucketName", "region"], SIGNED, "any"),
    product(
        ("aws", "kinesis"),
        &[("streamName", "labs"), ("region", "us-east-1"), ("endpointUrl", "{base}/")],
        &["streamName", "region"],
        SIGNED,
        "any",
    ),
    product(
        ("aws", "sqs"),
        &[("queueUrl", "{base}/123456789012/labs"), ("region", "us-east-1"), ("endpointUrl", "{base}/")],
        &["queueUrl", "region"],
        SIGNED,
        "any",
    ),
    product(
        ("aws", "healthlake"),
        &[
            ("datastoreEndpoint", "{base}/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4/"),
            ("region", "us-east-1"),
        ],
        &["datastoreEndpoint", "region"],
        SIGNED,
        "fhir",
    ),
    product(("aws", "databricks"), BUCKET, &["bucketName", "region"], SIGNED, "any"),
    product(("gcp", "cloud-storage"), GCS_BUCKET, &["bucketName"], GOOGLE, "any"),
    product(
        ("gcp", "pub-sub"),
        &[("projectId", "labs-417203"), ("topicId", "labs"), ("endpointUrl", "{base}/")],
        &["projectId", "topicId"],
        GOOGLE,
        "any",
    ),
    product(
        ("gcp", "healthcare-fhir"),
        &[
            ("projectId", "labs-417203"),
            ("location", "us-central1"),
            ("datasetId", "labs"),
            ("fhirStoreId", "inbound"),
            ("endpointUrl", "{base}/"),
        ],
        &["projectId", "location", "datasetId", "fhirStoreId"],
        GOOGLE,
        "fhir",
    ),
    product(("gcp", "databricks"), GCS_BUCKET, &["bucketName"], GOOGLE, "any"),
    product(("azure", "databricks"), CONTAINER, &["containerName", "storageAccountName"], OAUTH, "any"),
    product(("azure", "blob-storage"), CONTAINER, &["containerName", "storageAccountName"], OAUTH, "any"),
    product(
        ("azure", "event-hubs"),
        &[("namespace", "contoso-labs"), ("eventHubName", "labs"), ("endpointUrl", "{base}/")],
        &["namespace", "eventHubName"],
        OAUTH,
        "any",
    ),
    product(
        ("azure", "health-data-services"),
        &[("fhirServiceUrl", "{base}/")],
        &["fhirServiceUrl"],
        OAUTH,
        "fhir",
    ),
];

/// A host that passes the static rules and that no test calls.
const NOWHERE: &str = "https://labs.example.org";

/// The product of these names.
#[track_caller]
fn find(type_id: &str, product_id: &str) -> Product {
    let found = PRODUCTS.iter().find(|known| (known.type_id, known.product_id) == (type_id, product_id));
    *found.unwrap()
}

impl Product {
    /// All settings, where it calls at this host.
    fn at(&self, base: &str) -> Value {
        let settings = self.settings.iter().map(|(name, value)| (*name, value.replace("{base}", base)));
        json!(settings.collect::<std::collections::BTreeMap<_, _>>())
    }

    /// The settings without which it is not configured, and no others.
    fn least(&self) -> Value {
        let mut settings = self.at(NOWHERE);
        settings.as_object_mut().unwrap().retain(|name, _| self.required.contains(&name.as_str()));
        settings
    }

    /// The names of those that are URLs.
    fn urls(&self) -> impl Iterator<Item = &'static str> {
        self.settings.iter().filter(|(_, value)| value.contains("{base}")).map(|(name, _)| *name)
    }

    /// A create body with these settings.
    fn body(&self, settings: &Value) -> Value {
        let cloud = json!({ "typeId": self.type_id, "productId": self.product_id, "settings": settings });
        json!({ "name": "Labs", "cloudProviderSettings": cloud })
    }

    /// A fine credential of the first strategy that it takes.
    fn credential(&self) -> Sample {
        // Keys take their time.
        static SAMPLES: OnceLock<Vec<Sample>> = OnceLock::new();
        let mut all = SAMPLES.get_or_init(samples).iter();
        all.find(|sample| sample.strategy == self.strategies[0]).unwrap().clone()
    }
}

impl Client {
    /// Creates a configured destination with these settings and a credential of these fields; if they name no strategy,
    /// it is the first that the product takes.
    async fn cloud(
        &self,
        server: &Server,
        environment: &str,
        product: Product,
        settings: &Value,
        fields: &Value,
    ) -> Value {
        let strategy = fields.get("authStrategy").and_then(Value::as_str).unwrap_or(product.strategies[0]);
        let credential = self.store(&server.body(environment, strategy, fields)).await;
        let mut body = product.body(settings);
        merge(&mut body, &json!({ "authCredential": credential["id"] }));
        self.post(&within(environment), &body).await.destination(201).clone()
    }

    /// Changes settings.
    async fn set(&self, destination: &Value, settings: &Value) -> Answer {
        self.patch(&at(destination), &json!({ "cloudProviderSettings": { "settings": settings } })).await
    }
}

/// The answer to a verify of such a destination in development.
async fn verify(server: &Server, product: Product, settings: &Value, fields: &Value, body: &Value) -> Answer {
    let client = server.client();
    let made = client.cloud(server, server.development(), product, settings, fields).await;
    client.verify(&made, body).await
}

/// The failed check of such a verify, and its advice.
async fn refusal(server: &Server, product: Product, settings: &Value, fields: &Value) -> (String, String) {
    let answer = verify(server, product, settings, fields, &json!({})).await;
    let verification = &answer.problem(422, "verification-failed")["verification"];
    assert_eq!((&verification["outcome"], &verification["mode"]), (&json!("failed"), &json!("sample")));
    failed_check(verification)
}

/// The detail of the check `send` of a verify that passed.
#[track_caller]
fn left_behind(answer: &Answer) -> &str {
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    let verification = &answer.payload(200)["verification"];
    assert_eq!(checks(verification)[5..], ["authorize passed", "send passed", "challenge not_run"]);
    verification["checks"][6]["detail"].as_str().unwrap()
}
