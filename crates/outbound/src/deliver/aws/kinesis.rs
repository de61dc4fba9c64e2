//! Amazon Kinesis Data Streams: PutRecord.
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::fault::Flaw;
use serde_json::json;

use super::{
    super::cloud::{CloudDelivery, Deliverer, Heard, Verdict},
    json_call::{self, Operation},
    partition_of, refusal,
};
use crate::client::OutRequest;

/// See [`domain::catalog::aws::kinesis::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer = Deliverer { host_setting: "region", request, judge };

static PUT_RECORD: Operation = Operation {
    service: "kinesis",
    target: "Kinesis_20131202.PutRecord",
    content_type: "application/x-amz-json-1.1",
};

fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let url = job.base_url("endpointUrl").map_or_else(|| PUT_RECORD.public_url(job), str::to_owned);
    // A key per message spreads messages over the shards.
    let input = json!({
        "StreamName": job.required("streamName"),
        "PartitionKey": job.message_id.to_string(),
        "Data": BASE64_STANDARD.encode(job.message.to_string()),
    });
    PUT_RECORD.call(job, &url, &input)
}

fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if !heard.is_success() {
        return Verdict::Refused(on_refusal(job, heard));
    }
    let output = heard.json();
    let part = |name| output.get(name).and_then(serde_json::Value::as_str).map(|text| heard.quote(text));
    match (part("ShardId"), part("SequenceNumber")) {
        (Some(shard), Some(number)) => Verdict::Written(format!(
            "Written to the stream {} as record {number} of {shard}, with the partition key {}; it stays until the \
             stream's retention period ends.",
            job.required("streamName"),
            job.message_id
        )),
        (None | Some(_), None | Some(_)) => Verdict::Refused(format!(
            "The answer was {}, but not one of Kinesis (it has no sequence number). Check `endpointUrl`.",
            heard.status()
        )),
    }
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let (stream, region) = (job.required("streamName"), job.required("region"));
    let error = json_call::error(heard);
    match error.code.as_str() {
        "ResourceNotFoundException" => format!(
            "There is no stream {stream} in {region}, in the account of the access key. Check `streamName` and \
             `region`, and that it is the account you mean; or create the stream, and wait until it is active."
        ),
        "ProvisionedThroughputExceededException" => format!(
            "The shards of the stream {stream} take no more for now (throttled). Try again later, or give the \
             stream more shards or the on-demand mode."
        ),
        _ => {
            let grant = format!(
                "kinesis:PutRecord on arn:{}:kinesis:{region}:<account>:stream/{stream}",
                partition_of(region)
            );
            refusal::advice(&error, &grant, heard)
                .unwrap_or_else(|| refusal::unknown("Kinesis", &error, heard))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{
        client::AwsScope,
        deliver::fixture::{Case, SECRET, answer},
    };

    fn case(region: &str, endpoint: Option<&str>) -> Case {
        let mut settings = vec![("streamName", "labs"), ("region", region)];
        settings.extend(endpoint.map(|endpoint| ("endpointUrl", endpoint)));
        Case::new("aws", "kinesis", &settings)
    }

    #[test]
    fn the_call_is_the_vendors() {
        let request = case("us-east-1", None).request().unwrap();
        assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 2));
        assert_eq!(request.headers["content-type"], "application/x-amz-json-1.1");
        assert_eq!(request.headers["x-amz-target"], "Kinesis_20131202.PutRecord");
        let scope = AwsScope { service: "kinesis".to_owned(), region: "us-east-1".to_owned() };
        assert_eq!(request.aws_scope, Some(scope));
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let data = BASE64_STANDARD.encode(r#"{"Meta":{"Test":true}}"#);
        let key = "00000000-0000-0000-0000-000000000007";
        assert_eq!(body, json!({ "StreamName": "labs", "PartitionKey": key, "Data": data }));
    }

    #[test]
    fn it_goes_to_the_region_or_to_the_endpoint_that_is_set() {
        for (region, endpoint, url) in [
            ("us-east-1", None, "https://kinesis.us-east-1.amazonaws.com/"),
            ("cn-north-1", None, "https://kinesis.cn-north-1.amazonaws.com.cn/"),
            ("us-east-1", Some("https://vpce-1.kinesis.example.org/"), "https://vpce-1.kinesis.example.org/"),
        ] {
            assert_eq!(case(region, endpoint).request().unwrap().url().as_str(), url);
        }
    }

    #[test]
    fn only_an_answer_with_a_sequence_number_is_a_success() {
        let case = case("us-east-1", None);
        let fine = format!(r#"{{"ShardId": "shardId-000000000000", "SequenceNumber": "4954 {SECRET}"}}"#);
        let written = case.judge(&answer(200, &[], &fine));
        assert!(
            matches!(&written, Verdict::Written(detail) if detail.contains("record 4954 [redacted] of shardId-0")),
            "{written:?}"
        );
        for body in ["", "{}", "[]", r#"{"ShardId": "a"}"#, r#"{"SequenceNumber": "1"}"#, "<html></html>"] {
            let verdict = case.judge(&answer(200, &[], body));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains("`endpointUrl`")),
                "{verdict:?}"
            );
        }
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        for (code, message, words) in [
            ("ResourceNotFoundException", "Stream labs under account 1 not found.", "`streamName`"),
            ("AccessDeniedException", "no", "kinesis:PutRecord on arn:aws-us-gov:kinesis:us-gov-west-1:"),
            ("UnrecognizedClientException", "The security token is invalid", "`accessKey`"),
            (
                "InvalidSignatureException",
                "The request signature we calculated does not match",
                "`secretKey`",
            ),
            ("InvalidSignatureException", "Signature expired: 1 is now earlier than 2", "clock"),
            ("InvalidSignatureException", "Credential should be scoped to a valid region.", "`region`"),
            ("ExpiredTokenException", "expired", "expired"),
            ("ProvisionedThroughputExceededException", "Rate exceeded", "throttled"),
            ("KMSAccessDeniedException", "no", "kms:GenerateDataKey"),
            ("KMSDisabledException", "no", "KMSDisabledException"),
            ("ValidationException", format!("1 error with {SECRET}").as_str(), "1 error with [redacted]"),
            ("InternalFailure", "", "AWS Health Dashboard"),
        ] {
            let body = json!({ "__type": code, "message": message }).to_string();
            let verdict = case("us-gov-west-1", None).judge(&answer(400, &[], &body));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains(words)),
                "{words}: {verdict:?}"
            );
        }
    }
}
