//! Deliveries to cloud products: for each one, nothing private is contacted and no secret is shown. A product is a line
//! in [`PRODUCTS`].

use domain::{
    catalog::{self, Product, Settings},
    credential::{AwsSigv4, GoogleWif, Material, OAuthTwoLegged, TokenRequestFormat},
    endpoint::Endpoint,
    environment::EnvironmentFlag,
    fault::Faults,
    ids::{CredentialId, EnvironmentId},
    secret::SecretText,
    verification::{CheckName, Delivery},
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

/// A product, its settings with the product at `{base}`, and a credential with [`SECRET`] in every secret field. If it
/// fetches a token, then from `/token` of the base that it is given.
type Line = (&'static str, &'static str, &'static [(&'static str, &'static str)], fn(&str) -> Material);

const BUCKET: &[(&str, &str)] = &[("bucketName", "labs"), ("region", "us-east-1"), ("endpointUrl", "{base}")];

const GCS_BUCKET: &[(&str, &str)] = &[("bucketName", "labs"), ("endpointUrl", "{base}")];
const CONTAINER: &[(&str, &str)] =
    &[("containerName", "labs"), ("storageAccountName", "contosolabs"), ("endpointUrl", "{base}")];

const PRODUCTS: &[Line] = &[
    ("aws", "s3", BUCKET, aws),
    ("aws", "kinesis", &[("streamName", "labs"), ("region", "us-east-1"), ("endpointUrl", "{base}")], aws),
    ("aws", "sqs", &[("queueUrl", "{base}/123456789012/labs"), ("region", "us-east-1")], aws),
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
    ("gcp", "cloud-storage", GCS_BUCKET, gcp),
    ("gcp", "pub-sub", &[("projectId", "labs-417203"), ("topicId", "labs"), ("endpointUrl", "{base}")], gcp),
    (
        "gcp",
        "healthcare-fhir",
        &[
            ("projectId", "labs-417203"),
            ("location", "us-central1"),
            ("datasetId", "labs"),
            ("fhirStoreId", "inbound"),
            ("endpointUrl", "{base}"),
        ],
        gcp,
    ),
    ("gcp", "databricks", GCS_BUCKET, gcp),
    ("azure", "databricks", CONTAINER, azure),
    ("azure", "blob-storage", CONTAINER, azure),
    (
        "azure",
        "event-hubs",
        &[("namespace", "contoso-labs"), ("eventHubName", "labs"), ("endpointUrl", "{base}")],
        azure,
    ),
    ("azure", "health-data-services", &[("fhirServiceUrl", "{base}")], azure),
];

const SECRET: &str = "Mark/of+a=secret&that%is?sent";

fn aws(_base: &str) -> Material {
    let secret = || SecretText::from(SECRET.to_owned());
    Material::AwsSigv4(AwsSigv4 {
        access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_key: secret(),
        service_name: "execute-api".to_owned(),
        aws_region: "eu-central-1".to_owned(),
        session_token: Some(secret()),
    })
}

fn token_url(base: &str) -> Endpoint {
    Endpoint::parse(&format!("{base}/token")).unwrap()
}

fn gcp(base: &str) -> Material {
    Material::GoogleWif(GoogleWif {
        audience: "//iam.googleapis.com/pool".to_owned(),
        token_url: token_url(base),
        impersonation_url: None,
        scope: "https://www.googleapis.com/auth/cloud-platform".to_owned(),
        sts_scope: "https://www.googleapis.com/auth/cloud-platform".to_owned(),
        delegates: Vec::new(),
        lifetime_seconds: 3_600,
        options: Vec::new(),
    })
}

fn azure(base: &str) -> Material {
    let name = str::to_owned;
    Material::OAuthTwoLegged(OAuthTwoLegged {
        grant_type: name("client_credentials"),
        url: token_url(base),
        client_id: Some(name("waypost")),
        client_secret: Some(SecretText::from(SECRET.to_owned())),
        username: None,
        password: None,
        grant_type_name: name("grant_type"),
        client_id_name: name("client_id"),
        client_secret_name: name("client_secret"),
        refresh_token_name: name("refresh_token"),
        access_token_name: name("access_token"),
        expires_field_name: name("expires_in"),
        refresh_grant_type: name("refresh_token"),
        audience: None,
        scopes: Some(name("https://storage.azure.com/.default")),
        content_type: TokenRequestFormat::Form,
        no_basic: false,
        resource: None,
        custom_field: None,
        default_expiration_seconds: 300,
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
    send_with(client, product, &settings, material(base)).await
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

#[test]
fn every_product_is_tried_here() {
    for product in catalog::products() {
        assert!(
            PRODUCTS.iter().any(|line| find(line) == product),
            "{} {}",
            product.type_id,
            product.product_id
        );
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

/// The answer to a request: a token if it asks for one, else this status with all that it bore, as vendors write it.
fn echo(status: &str, request: &str) -> Vec<u8> {
    if request.starts_with("POST /token") {
        let token = format!(r#"{{"access_token": "{SECRET}", "expires_in": 3600}}"#);
        return answer("200 OK", "content-type: application/json\r\n", &token);
    }
    let head = request.replace('<', "(");
    let words = format!("{SECRET} {} {head}", spaced(SECRET));
    let xml = format!(
        "<Error><Code>{SECRET}</Code><Message>{words}</Message><Detail>{words}</Detail><Region>{SECRET}</Region></Error>"
    );
    let outcome = json!({
        "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "diagnostics": words }],
        "__type": SECRET, "message": words, "error": { "status": SECRET, "message": words },
        "name": SECRET, "generation": SECRET, "messageIds": [SECRET],
    });
    let is_json = ["fhir+json", "POST /upload/", "POST /v1/", "x-amz-target"];
    let body = if is_json.iter().any(|mark| request.contains(mark)) { outcome.to_string() } else { xml };
    let names =
        ["location", "x-amz-version-id", "x-amz-bucket-region", "x-amzn-errortype", "x-ms-error-code"];
    let headers: String = names.iter().map(|name| format!("{name}: {SECRET}\r\n")).collect();
    answer(status, &format!("etag: \"{SECRET}\"\r\n{headers}"), &body)
}

/// As hex with a blank behind each byte, which is how S3 repeats what was signed.
fn spaced(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x} ")).collect()
}

#[tokio::test]
async fn a_host_that_has_no_address_is_told_with_the_setting_it_comes_from() {
    let nowhere = || Client::new(guard(&[]), Script::new(NAME, &[&[]]), None).unwrap();
    for line in PRODUCTS {
        let delivery = send(&nowhere(), line, &format!("https://{NAME}")).await;
        let (check, advice) = failed(&delivery.checks).unwrap();
        let urls = line.2.iter().filter(|(_, value)| value.contains("{base}")).map(|(name, _)| *name);
        let named = urls.map(|name| format!("`{name}`")).any(|name| advice.contains(&name));
        assert!(check == CheckName::Resolve && named, "{}: {check:?}: {advice}", line.1);
    }
    for (product, settings, setting) in [
        ("blob-storage", &CONTAINER[..2], "`storageAccountName`"),
        ("event-hubs", &[("namespace", "contoso-labs"), ("eventHubName", "labs")], "`namespace`"),
    ] {
        let line: Line = ("azure", product, settings, azure);
        let delivery = send(&nowhere(), &line, &format!("https://{NAME}")).await;
        let (check, advice) = failed(&delivery.checks).unwrap();
        assert!(check == CheckName::Resolve && advice.contains(setting), "{product}: {check:?}: {advice}");
    }
}

#[tokio::test]
async fn nothing_of_a_credential_is_shown_whatever_comes_back() {
    for line in PRODUCTS {
        for status in ["200 OK", "201 Created", "301 Moved", "400 Bad", "403 Forbidden", "503 Busy"] {
            let listener = serve(move |request| echo(status, request)).await;
            let shown = format!("{:?}", send(&client(), line, &listener.url("http", "")).await);
            let request = listener.requests().pop().unwrap();
            let (_, authorization) = request.split_once("authorization: ").unwrap();
            let authorization = authorization.split("\r\n").next().unwrap();
            let signature = authorization.rsplit(['=', ' ']).next().unwrap();
            for secret in [SECRET, authorization, signature, spaced(SECRET).trim()] {
                assert!(!shown.contains(secret), "{} {status} shows {secret}: {shown}", line.1);
            }
        }
    }
}

#[tokio::test]
async fn the_check_authorize_says_what_was_signed_for() {
    for line in PRODUCTS.iter().filter(|line| line.0 == "aws") {
        let listener = serve(|_| answer("400 Bad Request", "", "")).await;
        let delivery = send(&client(), line, &listener.url("http", "")).await;
        let detail = &delivery.checks[5].detail;
        assert!(
            detail.contains("in us-east-1, as the destination's")
                && detail.contains("execute-api in eu-central-1"),
            "{detail}"
        );
        let request = &listener.requests()[0];
        let service = if line.1 == "databricks" { "s3" } else { line.1 };
        assert!(request.contains(&format!("/us-east-1/{service}/aws4_request")), "{request}");
    }
}

#[tokio::test]
async fn every_request_says_who_sends_it() {
    for line in PRODUCTS {
        let listener = serve(|request| echo("400 Bad Request", request)).await;
        send(&client(), line, &listener.url("http", "")).await;
        let request = listener.requests().pop().unwrap();
        assert!(request.contains("application-name: Waypost\r\n"), "{request}");
        assert!(request.contains("user-agent: Waypost/"), "{request}");
    }
}

#[tokio::test]
async fn a_signature_that_is_repeated_without_its_header_is_not_shown() {
    let signature_in = |request: &str| -> String {
        let (_, rest) = request.split_once("Signature=").unwrap();
        rest.split("\r\n").next().unwrap().to_owned()
    };
    for line in PRODUCTS.iter().filter(|line| line.0 == "aws") {
        let listener = serve(move |request| {
            let signature = signature_in(request);
            let body = format!(
                "<Error><Code>Odd</Code><Message>Not {signature}</Message>\
                 <SignatureProvided>{signature}</SignatureProvided></Error>"
            );
            answer("403 Forbidden", "", &body)
        })
        .await;
        let shown = format!("{:?}", send(&client(), line, &listener.url("http", "")).await);
        let signature = signature_in(&listener.requests()[0]);
        assert!(shown.contains("[redacted]") && !shown.contains(&signature), "{}: {shown}", line.1);
    }
}
