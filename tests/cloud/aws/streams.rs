//! Kinesis and SQS: against moto, which checks signatures and policies, and against answers of AWS that moto cannot
//! give.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{keys, settings};
use crate::{
    cloud::{Product, find, refusal, verify},
    credentials::merge,
    support::{
        Counterpart, Endpoint, Reply, Server,
        counterpart::ask,
        reply::{checks, id},
    },
};

fn products() -> [Product; 2] {
    [find("aws", "kinesis"), find("aws", "sqs")]
}

/// What is in a product's stream or queue, by the vendor's own SDK.
async fn messages(aws: &Counterpart, product: Product, name: &str) -> Vec<Value> {
    let place = if product.product_id == "sqs" { "queue" } else { "stream" };
    let question = json!({
        "url": aws.url(""), "accessKey": aws.text("/accessKey"), "secretKey": aws.text("/secretKey"), place: name,
    });
    ask("aws_messages.py", &question).await.unwrap().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_verify_sends_a_sample_and_says_which_message_it_is() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    for product in products() {
        let answer =
            verify(&server, product, &settings(product, &aws, &json!({})), &keys(&aws, ""), &json!({})).await;
        assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
        let verification = &answer.payload(200)["verification"];
        let url = format!("{}/", aws.url(""));
        assert_eq!(verification["request"], json!({ "method": "POST", "url": url }));
        assert_eq!(checks(verification)[5..], ["authorize passed", "send passed", "challenge not_run"]);
        let sent = messages(&aws, product, "labs").await;
        assert_eq!(sent.len(), 1, "{}", product.product_id);
        let message: Value = serde_json::from_str(sent[0]["body"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&message["Meta"]["DataModel"], &message["Meta"]["Test"]),
            (&json!("PatientAdmin"), &json!(true))
        );
        assert_eq!(message["Meta"]["Destinations"][0]["ID"], answer.destination(200)["id"]);
        let detail = verification["checks"][6]["detail"].as_str().unwrap();
        let named = if product.product_id == "sqs" { "queue labs" } else { "stream labs" };
        assert!(detail.contains(sent[0]["id"].as_str().unwrap()) && detail.contains(named), "{detail}");
        if product.product_id == "kinesis" {
            assert_eq!(sent[0]["key"], id(verification));
            assert!(detail.contains(sent[0]["shard"].as_str().unwrap()), "{detail}");
        }
    }
}

#[tokio::test]
async fn any_sample_key_and_setting_that_is_right_gets_through() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    let mut temporary = keys(&aws, "/temporary");
    merge(&mut temporary, &json!({ "sessionToken": aws.text("/temporary/sessionToken") }));
    let mut elsewhere = keys(&aws, "");
    merge(&mut elsewhere, &json!({ "serviceName": "execute-api", "awsRegion": "eu-central-1" }));
    for product in products() {
        for (fields, body) in [
            (keys(&aws, ""), json!({ "dataModel": "FHIR.Event.Order" })),
            (keys(&aws, ""), json!({ "dataModel": "Clinical Summary", "eventType": "PatientPush" })),
            (temporary.clone(), json!({})),
            (elsewhere.clone(), json!({})),
        ] {
            let settings = settings(product, &aws, &json!({}));
            let answer = verify(&server, product, &settings, &fields, &body).await;
            assert_eq!(answer.destination(200)["status"], "verified", "{body}: {}", answer.text);
            let detail = answer.payload(200)["verification"]["checks"][5]["detail"].as_str().unwrap();
            assert!(detail.contains(&format!("signed for {} in us-east-1", product.product_id)), "{detail}");
        }
        assert_eq!(messages(&aws, product, "labs").await.len(), 4);
    }
}

#[tokio::test]
async fn a_fifo_queue_takes_one_sequence_of_messages_each_its_own() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    let product = find("aws", "sqs");
    let queue = json!({ "queueUrl": aws.url("/123456789012/labs.fifo") });
    for _ in 0..2 {
        let settings = settings(product, &aws, &queue);
        verify(&server, product, &settings, &keys(&aws, ""), &json!({})).await.destination(200);
    }
    // The second one waits behind the first until that is deleted.
    let sent = messages(&aws, product, "labs.fifo").await;
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent.iter().all(|message| message["group"] == "waypost"), "{sent:?}");
}

#[tokio::test]
async fn what_is_refused_is_told_with_the_setting_or_the_permission_to_look_at() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    let with = |who: &str, members: Value| {
        let mut fields = keys(&aws, who);
        merge(&mut fields, &members);
        fields
    };
    for product in products() {
        let is_queue = product.product_id == "sqs";
        let (elsewhere, setting, grant) = if is_queue {
            let url = aws.url("/123456789012/no-such-labs");
            (
                json!({ "queueUrl": url }),
                "`queueUrl`",
                "sqs:SendMessage on arn:aws:sqs:us-east-1:123456789012:labs",
            )
        } else {
            (
                json!({ "streamName": "no-such-labs" }),
                "`streamName`",
                "kinesis:PutRecord on arn:aws:kinesis:us-east-1:<account>:stream/labs",
            )
        };
        for (members, fields, words) in [
            (elsewhere, with("", json!({})), setting),
            (json!({ "region": "eu-west-1" }), with("", json!({})), "in eu-west-1"),
            (json!({}), with("", json!({ "accessKey": "AKIAIOSFODNN7EXAMPLE" })), "`accessKey`"),
            (json!({}), with("", json!({ "secretKey": "wrong" })), "`secretKey`"),
            (json!({}), with("/temporary", json!({ "sessionToken": "wrong" })), "`sessionToken`"),
            (json!({}), with("/reader", json!({})), grant),
        ] {
            let (check, advice) =
                refusal(&server, product, &settings(product, &aws, &members), &fields).await;
            assert!(check == "send" && advice.contains(words), "{words}: {check}: {advice}");
        }
        assert_eq!(messages(&aws, product, "labs").await, Vec::<Value>::new());
    }
}

/// What AWS answers where moto does not: status, error type, message, and what the advice has to say.
const OTHERS: [(u16, &str, &str, &str); 9] = [
    (400, "InvalidSignatureException", "Signature expired: 20261124T000000Z is now earlier than 1", "clock"),
    (400, "InvalidSignatureException", "Credential should be scoped to a valid region.", "Set `region`"),
    (400, "ExpiredTokenException", "The security token included in the request is expired", "expired"),
    (400, "AccessDeniedException", "no", "Grant its user or role"),
    (400, "ThrottlingException", "Rate exceeded", "throttled"),
    (400, "KMSAccessDeniedException", "no", "kms:GenerateDataKey"),
    (500, "InternalFailure", "", "AWS Health Dashboard"),
    (502, "", "", "Try again later"),
    (200, "", "", "`endpointUrl`"),
];

#[tokio::test]
async fn what_aws_says_beyond_that_is_told_too() {
    let server = Server::start().await;
    for product in products() {
        let fields = product.credential().fields;
        for (status, code, message, words) in OTHERS {
            let theirs = Endpoint::start(Reply::By(Arc::new(move |_| match code {
                "" => (status, json!(null)),
                code => (status, json!({ "__type": format!("com.amazonaws#{code}"), "message": message })),
            })))
            .await;
            let (check, advice) = refusal(&server, product, &product.at(&theirs.at("")), &fields).await;
            assert!(check == "send" && advice.contains(words), "{code}: {check}: {advice}");
            assert_eq!(theirs.connections(), 1, "nothing is followed or tried again");
        }
    }
}

#[tokio::test]
async fn a_queue_of_another_region_is_found_before_anything_is_sent() {
    let server = Server::start().await;
    let product = find("aws", "sqs");
    let theirs = Endpoint::start(Reply::Everything).await;
    let mut settings = product.at(&theirs.at(""));
    settings["queueUrl"] = json!("https://sqs.eu-west-1.amazonaws.com/123456789012/labs");
    let (check, advice) = refusal(&server, product, &settings, &product.credential().fields).await;
    assert!(check == "endpoint" && advice.contains("Set `region` to eu-west-1"), "{check}: {advice}");
    assert_eq!(theirs.connections(), 0);
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
