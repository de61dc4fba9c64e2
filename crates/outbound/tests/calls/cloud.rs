//! Deliveries to cloud products: for each one, nothing private is contacted and no secret is shown. A product is a line
//! in [`PRODUCTS`].

use domain::{
    catalog::{self, Product, Settings},
    credential::{AwsSigv4, Material},
    environment::EnvironmentFlag,
    fault::Faults,
    ids::{CredentialId, EnvironmentId},
    secret::SecretText,
    verification::{CheckName, Delivery, Outcome},
};
use outbound::{
    authorize::Attached,
    client::Client,
    deliver::cloud::{CloudDelivery, deliver},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    standard::authorizer,
    support::{CAP, NAME, Script, answer, client, failed, guard, handle, passed, serve},
};

/// A product, its settings with the product at `{base}`, and a credential with [`SECRET`] in every secret field.
type Line = (&'static str, &'static str, &'static [(&'static str, &'static str)], fn() -> Material);

const BUCKET: &[(&str, &str)] = &[("bucketName", "labs"), ("region", "us-east-1"), ("endpointUrl", "{base}")];

const PRODUCTS: &[Line] = &[
    ("aws", "s3", BUCKET, aws),
    (
        "aws",
        "healthlake",
        &[
            ("datastoreEndpoint", "{base}/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4/"),
            ("region", "us-east-1"),
        ],
        aws,
    ),
    ("aws", "databricks", BUCKET, aws),
];

const SECRET: &str = "Mark/of+a=secret&that%is?sent";

fn aws() -> Material {
    let secret = || SecretText::from(SECRET.to_owned());
    Material::AwsSigv4(AwsSigv4 {
        access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_key: secret(),
        service_name: "execute-api".to_owned(),
        aws_region: "eu-central-1".to_owned(),
        session_token: Some(secret()),
    })
}

fn find((type_id, product_id, ..): &Line) -> &'static Product {
    catalog::find_product(type_id, product_id).unwrap()
}

/// Delivers to this product as if it were at `base`.
async fn send(client: &Client, line: &Line, base: &str) -> Delivery {
    let (product, (_, _, settings, material)) = (find(line), line);
    let sent: Vec<(String, String)> =
        settings.iter().map(|(name, value)| ((*name).to_owned(), value.replace("{base}", base))).collect();
    let mut faults = Faults::default();
    let settings = Settings::parse(product.description.settings, &sent, "#", &mut faults);
    assert!(faults.is_empty(), "{faults:?}");
    send_with(client, product, &settings, material()).await
}

async fn send_with(
    client: &Client,
    product: &'static Product,
    settings: &Settings,
    material: Material,
) -> Delivery {
    let credential = Attached {
        id: CredentialId(Uuid::nil()),
        environment: EnvironmentId(Uuid::nil()),
        revision: 1,
        material,
    };
    let job = CloudDelivery {
        message_id: Uuid::from_u128(7),
        at: chrono::DateTime::UNIX_EPOCH,
        product,
        settings,
        flag: EnvironmentFlag::Development,
        credential: &credential,
        message: &json!({ "resourceType": "Bundle", "type": "message" }),
    };
    deliver(client, &authorizer(), job, CAP).await
}

#[tokio::test]
async fn every_product_that_can_be_written_to_is_tried_here() {
    for product in catalog::products() {
        let is_tried = PRODUCTS.iter().any(|line| find(line) == product);
        let delivery = send_with(&client(), product, &Settings::default(), aws()).await;
        let (_, advice) = failed(&delivery.checks).unwrap();
        let is_unknown = advice.contains("This release of Waypost cannot");
        assert_ne!(is_tried, is_unknown, "{} {}", product.type_id, product.product_id);
    }
}

#[tokio::test]
async fn an_endpoint_that_resolves_to_a_private_address_is_refused_and_never_contacted() {
    for line in PRODUCTS {
        for addresses in [&["127.0.0.1"][..], &["8.8.8.8", "127.0.0.1"], &["10.0.0.1"], &["169.254.169.254"]]
        {
            let listener = handle(|_| async {}).await;
            let resolver = Script::new(NAME, &[addresses]);
            let strict = Client::new(guard(&[]), resolver, None).unwrap();
            for scheme in ["http", "https"] {
                let delivery = send(&strict, line, &listener.url(scheme, "")).await;
                let (check, advice) = failed(&delivery.checks).unwrap();
                assert_eq!(check, CheckName::Address, "{} {addresses:?}: {advice}", line.1);
                assert_eq!((delivery.request, delivery.response), (None, None));
            }
            assert_eq!(listener.hits(), 0, "{} {addresses:?}", line.1);
        }
    }
}

#[tokio::test]
async fn an_address_is_signed_for_only_once_it_may_be_called() {
    for line in PRODUCTS {
        let strict = Client::new(guard(&[]), Script::new(NAME, &[&["127.0.0.1"]]), None).unwrap();
        let delivery = send(&strict, line, &format!("https://{NAME}")).await;
        assert!(!passed(&delivery.checks).contains(&CheckName::Authorize), "{}", line.1);
    }
}

#[tokio::test]
async fn nothing_of_a_credential_is_shown_whatever_comes_back() {
    let spaced = |text: &str| -> String { text.bytes().map(|byte| format!("{byte:02x} ")).collect() };
    for line in PRODUCTS {
        for status in ["200 OK", "201 Created", "301 Moved", "400 Bad", "403 Forbidden", "503 Busy"] {
            let listener = serve(move |request| {
                let head = request.replace('<', "(");
                let words = format!("{SECRET} {} {head}", spaced(SECRET));
                let body = format!(
                    "<Error><Code>{SECRET}</Code><Message>{words}</Message><Region>{SECRET}</Region></Error>"
                );
                let headers = format!(
                    "etag: \"{SECRET}\"\r\nlocation: /Bundle/{SECRET}\r\nx-amz-version-id: {SECRET}\r\n\
                     x-amz-bucket-region: {SECRET}\r\nx-amzn-errortype: {SECRET}\r\n"
                );
                answer(status, &headers, &body)
            })
            .await;
            let delivery = send(&client(), line, &listener.url("http", "")).await;
            let request = &listener.requests()[0];
            let (_, signature) = request.split_once("Signature=").unwrap();
            let signature = signature.split("\r\n").next().unwrap();
            let shown = format!("{delivery:?}");
            for secret in [SECRET, signature, spaced(SECRET).trim()] {
                assert!(!shown.contains(secret), "{} {status} shows {secret}: {shown}", line.1);
            }
        }
    }
}

#[tokio::test]
async fn the_check_authorize_says_what_was_signed_for() {
    for line in PRODUCTS {
        let listener =
            serve(|_| answer("200 OK", "etag: \"1\"\r\n", r#"{"resourceType":"Bundle","id":"b1"}"#)).await;
        let delivery = send(&client(), line, &listener.url("http", "")).await;
        assert_eq!(delivery.outcome(), Outcome::Passed, "{delivery:?}");
        let detail = &delivery.checks[5].detail;
        assert!(
            detail.contains("in us-east-1, as the destination's")
                && detail.contains("execute-api in eu-central-1"),
            "{detail}"
        );
        let request = &listener.requests()[0];
        let service = if line.1 == "healthlake" { "healthlake" } else { "s3" };
        assert!(request.contains(&format!("/us-east-1/{service}/aws4_request")), "{request}");
        assert!(request.contains("application-name: Waypost"), "{request}");
    }
}
