//! S3, and Databricks on AWS, against an S3 that checks signatures and policies (moto), and against one that answers
//! as AWS does where moto cannot. The other products of AWS have their own files.

mod healthlake;
mod streams;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Product, find, refusal, verify};
use crate::{
    credentials::merge,
    support::{
        Counterpart, Endpoint, Reply, Server,
        counterpart::ask,
        reply::{checks, id},
    },
};

/// Both write to a bucket, and in the same way.
fn products() -> [Product; 2] {
    [find("aws", "s3"), find("aws", "databricks")]
}

fn keys(aws: &Counterpart, who: &str) -> Value {
    json!({
        "accessKey": aws.text(&format!("{who}/accessKey")), "secretKey": aws.text(&format!("{who}/secretKey")),
        "serviceName": "s3", "awsRegion": "us-east-1",
    })
}

fn settings(product: Product, aws: &Counterpart, members: &Value) -> Value {
    let mut settings = product.at(aws.url("").as_str());
    merge(&mut settings, members);
    settings
}

/// What is in a bucket, by the vendor's own SDK.
async fn objects(aws: &Counterpart, bucket: &str) -> Vec<Value> {
    let question = json!({
        "url": aws.url(""), "bucket": bucket, "accessKey": aws.text("/accessKey"), "secretKey": aws.text("/secretKey"),
    });
    ask("s3_objects.py", &question).await.unwrap().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_verify_writes_a_sample_to_the_bucket_and_says_where() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    for (number, product) in products().into_iter().enumerate() {
        let answer =
            verify(&server, product, &settings(product, &aws, &json!({})), &keys(&aws, ""), &json!({})).await;
        assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
        let verification = &answer.payload(200)["verification"];
        let day = verification["startedAt"].as_str().unwrap()[..10].replace('-', "/");
        let key = format!("inbound/{day}/{}.json", id(verification));
        let written = objects(&aws, "labs").await;
        assert_eq!(written.len(), number + 1);
        let object = written.iter().find(|object| object["key"] == key.as_str()).unwrap();
        assert_eq!(object["contentType"], "application/json");
        let message: Value = serde_json::from_str(object["body"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&message["Meta"]["DataModel"], &message["Meta"]["Test"]),
            (&json!("PatientAdmin"), &json!(true))
        );
        assert_eq!(message["Meta"]["Destinations"][0]["ID"], answer.destination(200)["id"]);
        assert_eq!(
            (&verification["mode"], &verification["dataModel"]),
            (&json!("sample"), &json!("PatientAdmin"))
        );
        let url = format!("{}/labs/{key}", aws.url(""));
        assert_eq!(verification["request"], json!({ "method": "PUT", "url": url }));
        let passed = ["endpoint", "resolve", "address", "connect", "tls", "authorize", "send", "challenge"];
        for (line, name) in checks(verification).iter().zip(passed) {
            let outcome = if matches!(name, "resolve" | "tls" | "challenge") { "not_run" } else { "passed" };
            assert_eq!(*line, format!("{name} {outcome}"), "{verification}");
        }
        let sent = verification["checks"][6]["detail"].as_str().unwrap();
        assert!(sent.contains(&key) && sent.contains("bucket labs"), "{sent}");
    }
}

#[tokio::test]
async fn any_sample_key_and_setting_that_is_right_gets_through() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    let mut temporary = keys(&aws, "/temporary");
    merge(&mut temporary, &json!({ "sessionToken": aws.text("/temporary/sessionToken") }));
    for product in products() {
        for (members, fields, body) in [
            (json!({ "fileNamePrefix": "a=b/it's(1)!*_-." }), keys(&aws, ""), json!({})),
            (json!({}), keys(&aws, ""), json!({ "dataModel": "FHIR.Event.Order" })),
            (json!({}), keys(&aws, ""), json!({ "dataModel": "Results", "eventType": "New" })),
            (json!({}), temporary.clone(), json!({})),
            (json!({ "fileNamePrefix": "inbound/labs-" }), keys(&aws, "/folder"), json!({})),
        ] {
            let answer = verify(&server, product, &settings(product, &aws, &members), &fields, &body).await;
            assert_eq!(answer.destination(200)["status"], "verified", "{members} {body}: {}", answer.text);
        }
        let versioned = json!({ "bucketName": aws.text("/versioned") });
        let answer =
            verify(&server, product, &settings(product, &aws, &versioned), &keys(&aws, ""), &json!({})).await;
        let detail = answer.payload(200)["verification"]["checks"][6]["detail"].as_str().unwrap();
        assert!(detail.contains("(version "), "{detail}");
    }
    assert_eq!(objects(&aws, "labs").await.len(), 10);
}

#[tokio::test]
async fn a_key_signs_for_the_product_and_its_region_whatever_its_credential_says() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    let mut fields = keys(&aws, "");
    merge(&mut fields, &json!({ "serviceName": "execute-api", "awsRegion": "eu-central-1" }));
    for product in products() {
        let answer =
            verify(&server, product, &settings(product, &aws, &json!({})), &fields, &json!({})).await;
        let detail = answer.payload(200)["verification"]["checks"][5]["detail"].as_str().unwrap();
        for words in ["signed for s3 in us-east-1", "execute-api in eu-central-1"] {
            assert!(detail.contains(words), "{detail}");
        }
    }
}

#[tokio::test]
async fn what_s3_refuses_is_told_with_the_setting_or_the_permission_to_look_at() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    let with = |who: &str, members: Value| {
        let mut fields = keys(&aws, who);
        merge(&mut fields, &members);
        fields
    };
    for product in products() {
        let case = |members: Value| settings(product, &aws, &members);
        for (settings, fields, words) in [
            (case(json!({ "bucketName": "no-such-labs" })), with("", json!({})), "`bucketName`"),
            (case(json!({})), with("", json!({ "accessKey": "AKIAIOSFODNN7EXAMPLE" })), "`accessKey`"),
            (case(json!({})), with("", json!({ "secretKey": "wrong" })), "`secretKey`"),
            (case(json!({})), with("/temporary", json!({ "sessionToken": "wrong" })), "`sessionToken`"),
            (case(json!({})), with("/reader", json!({})), "s3:PutObject on arn:aws:s3:::labs/inbound/*"),
            (
                case(json!({ "fileNamePrefix": "other/" })),
                with("/folder", json!({})),
                "arn:aws:s3:::labs/other/*",
            ),
        ] {
            let (check, advice) = refusal(&server, product, &settings, &fields).await;
            assert!(check == "send" && advice.contains(words), "{words}: {check}: {advice}");
        }
    }
    assert_eq!(objects(&aws, "labs").await, Vec::<Value>::new());
}

/// What AWS answers where moto does not: status, headers, code, and what the advice has to say.
const OTHERS: [(u16, &str, &str, &str); 7] = [
    (403, "", "RequestTimeTooSkewed</Code><ServerTime>2026-11-24T09:00:00Z</ServerTime><Code>", "clock"),
    (301, "x-amz-bucket-region: eu-west-1\r\n", "PermanentRedirect", "Set `region` to eu-west-1"),
    (
        400,
        "",
        "AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region><Code>",
        "Set `region` to eu-west-1",
    ),
    (307, "location: http://127.0.0.1:1/\r\n", "TemporaryRedirect", "`region`"),
    (400, "", "ExpiredToken", "expired"),
    (503, "retry-after: 1\r\n", "SlowDown", "throttled"),
    (200, "", "NotAnError", "`endpointUrl`"),
];

#[tokio::test]
async fn what_aws_says_beyond_that_is_told_too() {
    let server = Server::start().await;
    for product in products() {
        let fields = product.credential().fields;
        for (status, headers, code, words) in OTHERS {
            let theirs = Endpoint::start(Reply::Whole(Arc::new(move |_| {
                let body = format!("<Error><Code>{code}</Code><Message>Their words</Message></Error>");
                (status, headers.to_owned(), body)
            })))
            .await;
            let (check, advice) = refusal(&server, product, &product.at(&theirs.at("")), &fields).await;
            assert!(check == "send" && advice.contains(words), "{code}: {check}: {advice}");
            assert_eq!(theirs.connections(), 1, "nothing is followed or tried again");
        }
    }
}

#[tokio::test]
async fn an_endpoint_where_nothing_listens_fails_the_connection() {
    let server = Server::start().await;
    for product in products() {
        let fields = product.credential().fields;
        let (check, advice) = refusal(&server, product, &product.at("http://127.0.0.1:1024"), &fields).await;
        assert!(check == "connect" && advice.contains("refused"), "{check}: {advice}");
    }
}
