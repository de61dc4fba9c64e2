//! AWS Signature Version 4 against an API that checks signatures (moto), and against botocore's own signer.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{
    Answer, Counterpart, Endpoint, Reply, Server, counterpart::ask, endpoint::Received, reply::failed_check,
};

async fn verify(server: &Server, endpoint: &str, fields: &Value, body: &Value) -> Answer {
    let client = server.client();
    let credential = client.store(&server.body(server.development(), "AwsSigv4", fields)).await;
    let made = client.attached(server.development(), endpoint, &credential).await;
    client.verify(&made, body).await
}

#[tokio::test]
async fn an_api_that_checks_signatures_takes_what_is_signed_and_nothing_else() {
    let server = Server::start().await;
    let aws = Counterpart::start("moto_server.py", &json!({})).await;
    // Publishing to a topic takes any body by POST.
    let topic = aws.url("/topics/labs%2Fin?qos=1");
    let sample = json!({ "dataModel": "Results" });
    let long = json!({
        "accessKey": aws.text("/accessKey"), "secretKey": aws.text("/secretKey"), "serviceName": "iotdata",
        "awsRegion": "us-east-1",
    });
    let temporary = json!({
        "accessKey": aws.text("/temporary/accessKey"), "secretKey": aws.text("/temporary/secretKey"),
        "sessionToken": aws.text("/temporary/sessionToken"), "serviceName": "iotdata", "awsRegion": "us-east-1",
    });
    for fields in [&long, &temporary] {
        let answer = verify(&server, &topic, fields, &sample).await;
        assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    }
    for (fields, members) in [
        (&long, json!({ "secretKey": "wrong" })),
        (&long, json!({ "accessKey": "AKIAIOSFODNN7EXAMPLE" })),
        (&temporary, json!({ "sessionToken": "wrong" })),
    ] {
        let mut fields = fields.clone();
        super::merge(&mut fields, &members);
        let answer = verify(&server, &topic, &fields, &sample).await;
        let verification = &answer.problem(422, "verification-failed")["verification"];
        assert_eq!(verification["response"]["status"], 403, "{verification}");
        let (check, advice) = failed_check(verification);
        assert!(check == "send" && advice.to_lowercase().contains("credential"), "{check}: {advice}");
    }
}

/// What botocore would have sent as `Authorization` for this request.
async fn botocore(fields: &Value, endpoint: &Endpoint, sent: &Received) -> Value {
    let headers: BTreeMap<&str, &str> =
        sent.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let question = json!({
        "method": sent.method, "url": endpoint.at(&sent.target), "headers": headers, "body": STANDARD.encode(&sent.body),
        "accessKey": fields["accessKey"], "secretKey": fields["secretKey"], "sessionToken": fields["sessionToken"],
        "region": fields["awsRegion"], "service": fields["serviceName"],
    });
    ask("verify_sigv4.py", &question).await.unwrap()
}

#[tokio::test]
async fn the_vendors_own_signer_agrees_on_every_kind_of_request() {
    let server = Server::start().await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    for service in ["execute-api", "s3", "healthlake"] {
        for session in [Value::Null, json!("FwoGZXIvYXdzEBYaD/a+b=")] {
            for path in ["/in", "/a%20b/c%2Bd?x=1&a=%C3%BC&b", "/"] {
                for body in
                    [json!({}), json!({ "verificationMethod": "GET" }), json!({ "dataModel": "Results" })]
                {
                    let mut fields = json!({
                        "accessKey": "AKIAIOSFODNN7EXAMPLE", "secretKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                        "serviceName": service, "awsRegion": "eu-central-1",
                    });
                    if !session.is_null() {
                        fields["sessionToken"] = session.clone();
                    }
                    let answer = verify(&server, &endpoint.at(path), &fields, &body).await;
                    answer.destination(200);
                    let sent = endpoint.last();
                    assert_eq!(sent.header("x-amz-security-token"), session.as_str());
                    let theirs = botocore(&fields, &endpoint, &sent).await;
                    assert_eq!(
                        sent.header("authorization"),
                        theirs["expected"].as_str(),
                        "{service} {path} {body}: {sent:?}"
                    );
                }
            }
        }
    }
}
