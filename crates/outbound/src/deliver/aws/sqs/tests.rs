//! SendMessage: the call, where it goes, and what its answers mean.

use super::*;
use crate::{
    client::AwsScope,
    deliver::fixture::{Case, SECRET, answer},
};

const QUEUE: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/labs";

fn case(url: &str, region: &str, endpoint: Option<&str>) -> Case {
    let mut settings = vec![("queueUrl", url), ("region", region)];
    settings.extend(endpoint.map(|endpoint| ("endpointUrl", endpoint)));
    Case::new("aws", "sqs", &settings)
}

fn input(url: &str) -> Value {
    serde_json::from_slice(&case(url, "us-east-1", None).request().unwrap().body).unwrap()
}

#[test]
fn the_call_is_the_vendors() {
    let request = case(QUEUE, "us-east-1", None).request().unwrap();
    assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 2));
    assert_eq!(request.headers["content-type"], "application/x-amz-json-1.0");
    assert_eq!(request.headers["x-amz-target"], "AmazonSQS.SendMessage");
    let scope = AwsScope { service: "sqs".to_owned(), region: "us-east-1".to_owned() };
    assert_eq!(request.aws_scope, Some(scope));
    let body = r#"{"Meta":{"Test":true}}"#;
    assert_eq!(input(QUEUE), json!({ "QueueUrl": QUEUE, "MessageBody": body }));
}

#[test]
fn a_fifo_queue_is_told_the_sequence_and_what_is_sent_twice() {
    let input = input(&format!("{QUEUE}.fifo"));
    assert_eq!(input["MessageGroupId"], "waypost");
    assert_eq!(input["MessageDeduplicationId"], "00000000-0000-0000-0000-000000000007");
}

#[test]
fn it_goes_to_the_host_of_the_queue_or_to_the_endpoint_that_is_set() {
    let of_old = "https://eu-west-1.queue.amazonaws.com/123456789012/labs";
    let private = "https://sqs.example.org/123456789012/labs";
    for (queue, region, endpoint, url) in [
        (QUEUE, "us-east-1", None, "https://sqs.us-east-1.amazonaws.com/"),
        (QUEUE, "us-east-1", Some("https://vpce-1.example.org"), "https://vpce-1.example.org/"),
        (of_old, "eu-west-1", None, "https://sqs.eu-west-1.amazonaws.com/"),
        (
            "https://queue.amazonaws.com/123456789012/labs",
            "us-east-1",
            None,
            "https://sqs.us-east-1.amazonaws.com/",
        ),
        (private, "eu-west-1", None, "https://sqs.example.org/"),
        (
            "https://sqs-fips.us-gov-west-1.amazonaws.com/123456789012/labs",
            "us-gov-west-1",
            None,
            "https://sqs-fips.us-gov-west-1.amazonaws.com/",
        ),
    ] {
        assert_eq!(case(queue, region, endpoint).request().unwrap().url().as_str(), url);
    }
}

#[test]
fn a_queue_of_another_region_is_found_before_anything_is_sent() {
    let flaw = case(QUEUE, "eu-west-2", None).request().err().unwrap();
    assert!(flaw.detail.contains("us-east-1") && flaw.detail.contains("eu-west-2"), "{}", flaw.detail);
}

#[test]
fn only_an_answer_with_a_message_id_is_a_success() {
    let case = case(QUEUE, "us-east-1", None);
    let fine = format!(r#"{{"MD5OfMessageBody": "0", "MessageId": "7f1c {SECRET}"}}"#);
    let written = case.judge(&answer(200, &[], &fine));
    assert!(
        matches!(&written, Verdict::Written(detail) if detail.contains("queue labs as message 7f1c [redacted];")),
        "{written:?}"
    );
    for body in ["", "{}", "[]", r#"{"MessageId": 7}"#, "<html></html>"] {
        let verdict = case.judge(&answer(200, &[], body));
        assert!(matches!(&verdict, Verdict::Refused(advice) if advice.contains("`queueUrl`")), "{verdict:?}");
    }
}

#[test]
fn each_refusal_says_what_to_do() {
    for (code, message, words) in [
        ("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.", "`queueUrl`"),
        ("com.amazonaws.sqs#InvalidAddress", "not valid for this endpoint", "`queueUrl`"),
        ("com.amazonaws.sqs#InvalidSecurity", "", "https only"),
        ("com.amazonaws.sqs#InvalidMessageContents", "", "`dataModel`"),
        (
            "com.amazon.coral.service#AccessDeniedException",
            "no",
            "sqs:SendMessage on arn:aws:sqs:us-east-1:123456789012:labs",
        ),
        ("com.amazon.coral.service#UnrecognizedClientException", "", "`accessKey`"),
        ("com.amazon.coral.service#InvalidSignatureException", "does not match", "`secretKey`"),
        ("com.amazon.coral.service#InvalidSignatureException", "Signature expired: 1", "clock"),
        (
            "com.amazon.coral.service#InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'us-east-1'. ",
            "`region`",
        ),
        ("com.amazonaws.sqs#RequestThrottled", "", "throttled"),
        ("com.amazonaws.sqs#KmsAccessDenied", "", "kms:GenerateDataKey"),
        ("com.amazonaws.sqs#UnsupportedOperation", "Odd", "(UnsupportedOperation): Odd"),
    ] {
        let body = json!({ "__type": code, "message": message }).to_string();
        let verdict = case(QUEUE, "us-east-1", None).judge(&answer(400, &[], &body));
        assert!(
            matches!(&verdict, Verdict::Refused(advice) if advice.contains(words)),
            "{words}: {verdict:?}"
        );
    }
}
