//! S3 under test: what is sent where, and what each refusal advises.

use super::*;
use crate::deliver::fixture::{Case, SECRET, answer};

const OBJECT: &str = "2026/11/24/00000000-0000-0000-0000-000000000007.json";

fn case(settings: &[(&str, &str)]) -> Case {
    let usual = [("bucketName", "labs"), ("region", "us-east-1")];
    let kept = usual.iter().filter(|(name, _)| !settings.iter().any(|(other, _)| other == name));
    Case::new("aws", "s3", &kept.chain(settings).copied().collect::<Vec<_>>())
}

fn error(code: &str, more: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>Vendor words</Message>{more}</Error>")
}

#[track_caller]
fn advice(status: u16, headers: &[(&str, &str)], body: &str) -> String {
    match case(&[]).judge(&answer(status, headers, body)) {
        Verdict::Refused(advice) => advice,
        Verdict::Written(detail) => panic!("{detail}"),
    }
}

#[test]
fn an_object_goes_to_its_bucket_by_the_address_that_works_for_it() {
    for (settings, url) in [
        (&[][..], "https://labs.s3.us-east-1.amazonaws.com/"),
        (&[("bucketName", "labs.example.org")], "https://s3.us-east-1.amazonaws.com/labs.example.org/"),
        (&[("region", "cn-north-1")], "https://labs.s3.cn-north-1.amazonaws.com.cn/"),
        (&[("endpointUrl", "https://minio.example.org:9000")], "https://minio.example.org:9000/labs/"),
        (&[("endpointUrl", "https://labs.example.org/s3/")], "https://labs.example.org/s3/labs/"),
    ] {
        let request = case(settings).request().unwrap();
        assert_eq!(request.url().as_str(), format!("{url}{OBJECT}"));
        assert_eq!(request.endpoint().as_str(), request.url().as_str(), "what is shown is what is called");
    }
    let request = case(&[("fileNamePrefix", "in/a=b/it's(1)!*_-.")]).request().unwrap();
    assert_eq!(request.url().path(), format!("/in/a%3Db/it%27s%281%29%21%2A_-.{OBJECT}"));
}

#[test]
fn the_message_is_put_as_json_with_a_checksum_and_signed_for_the_settings() {
    let request = case(&[("region", "eu-central-1")]).request().unwrap();
    assert_eq!(
        (&request.method, request.body.as_slice()),
        (&Method::PUT, br#"{"Meta":{"Test":true}}"#.as_slice())
    );
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(
        request.headers["x-amz-checksum-sha256"].to_str().unwrap(),
        BASE64_STANDARD.encode(digest(&SHA256, br#"{"Meta":{"Test":true}}"#))
    );
    let scope = AwsScope { service: "s3".to_owned(), region: "eu-central-1".to_owned() };
    assert_eq!(request.aws_scope, Some(scope));
}

#[test]
fn what_was_written_is_named() {
    let written =
        |headers: &[(&str, &str)]| case(&[("fileNamePrefix", "in/")]).judge(&answer(200, headers, ""));
    let Verdict::Written(detail) = written(&[("etag", "\"1\""), ("x-amz-version-id", "3L4kq")]) else {
        panic!("written")
    };
    assert!(detail.contains(&format!("in/{OBJECT} (version 3L4kq) to the bucket labs")), "{detail}");
    let Verdict::Written(detail) = written(&[("etag", "\"1\""), ("x-amz-version-id", "null")]) else {
        panic!("written")
    };
    assert!(!detail.contains("version"), "{detail}");
    let verdict = written(&[]);
    assert!(matches!(&verdict, Verdict::Refused(advice) if advice.contains("`endpointUrl`")), "{verdict:?}");
}

#[test]
fn a_bucket_elsewhere_is_told_with_its_region() {
    let elsewhere = [("x-amz-bucket-region", "eu-west-1")];
    let malformed = error("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>");
    for told in [
        advice(301, &elsewhere, &error("PermanentRedirect", "")),
        advice(301, &elsewhere, ""),
        advice(307, &elsewhere, &error("TemporaryRedirect", "")),
        advice(400, &[], &malformed),
        advice(400, &elsewhere, &error("IllegalLocationConstraintException", "")),
    ] {
        assert!(told.contains("eu-west-1, not in us-east-1. Set `region` to eu-west-1"), "{told}");
    }
    let unsaid = advice(301, &[], "");
    assert!(unsaid.contains("not in us-east-1") && unsaid.contains("Set `region`"), "{unsaid}");
    let forged = advice(301, &[("x-amz-bucket-region", "Call +1 555 now")], "");
    assert!(!forged.contains("555"), "{forged}");
    let new = advice(307, &[("x-amz-bucket-region", "us-east-1")], &error("TemporaryRedirect", ""));
    assert!(new.contains("so new"), "{new}");
}

#[test]
fn each_refusal_names_the_setting_or_the_permission() {
    for (status, code, words) in [
        (404, "NoSuchBucket", "`bucketName`"),
        (400, "InvalidBucketName", "`bucketName`"),
        (405, "MethodNotAllowed", "`bucketName`"),
        (403, "AccessDenied", "s3:PutObject on arn:aws:s3:::labs/*"),
        (403, "InvalidAccessKeyId", "`accessKey`"),
        (403, "SignatureDoesNotMatch", "`secretKey`"),
        (403, "RequestTimeTooSkewed", "clock"),
        (400, "ExpiredToken", "expired"),
        (400, "InvalidToken", "`sessionToken`"),
        (400, "KMS.DisabledException", "kms:GenerateDataKey"),
        (503, "SlowDown", "throttled"),
        (500, "InternalError", "Try again"),
        (403, "OptInRequired", "account"),
        (403, "", "s3:PutObject"),
        (418, "Teapot", "S3 answered 418 (Teapot): Vendor words"),
        (418, "", "S3 answered 418"),
    ] {
        let body = if code.is_empty() { String::new() } else { error(code, "") };
        let told = advice(status, &[], &body);
        assert!(told.contains(words), "{code}: {told}");
        assert!(code == "Teapot" || !told.contains("Vendor words"), "{code}: {told}");
    }
    let told =
        advice(403, &[], &error("RequestTimeTooSkewed", "<ServerTime>2026-11-24T09:00:00Z</ServerTime>"));
    assert!(told.contains("2026-11-24T09:00:00Z"), "{told}");
}

#[test]
fn a_vendors_words_are_cut_and_cleaned() {
    let body = format!("<Error><Code>Odd</Code><Message>a\n{SECRET} {}</Message></Error>", "x".repeat(900));
    let told = advice(400, &[], &body);
    assert!(told.contains("a [redacted] xxx") && told.ends_with("xx..."), "{told}");
    assert!(told.len() < 300 && !told.contains(SECRET), "{told}");
}
