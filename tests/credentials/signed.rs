//! What is signed or sent as it is: JWT bearer and GCP's assertion, verified by two other libraries (PyJWT and jose);
//! Basic; API keys.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{at, samples::rsa_key};
use crate::support::{
    Endpoint, Reply, Server,
    counterpart::{ask, private_keys},
    reply::checks,
};

/// Verifies a token with both libraries; header and claims, on which they agree.
async fn verified(token: &str, key: &Value, algorithm: &str, audience: &str, issuer: &str) -> (Value, Value) {
    let question =
        json!({ "token": token, "key": key, "algorithm": algorithm, "audience": audience, "issuer": issuer });
    let first = ask("verify_jwt.py", &question).await.unwrap();
    let second = ask("verify_jwt.mjs", &question).await.unwrap();
    assert_eq!(first, second);
    (first["header"].clone(), first["claims"].clone())
}

fn seconds(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number of seconds"))
}

#[tokio::test]
async fn a_bearer_token_is_signed_anew_for_each_algorithm_and_others_can_verify_it() {
    let server = Server::start().await;
    let client = server.client();
    let keys = private_keys().await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    for (algorithm, kind) in [
        ("RS256", "rsa"),
        ("RS384", "rsa"),
        ("RS512", "rsa"),
        ("PS256", "rsa"),
        ("PS384", "rsa"),
        ("PS512", "rsa"),
        ("ES256", "p256"),
        ("ES384", "p384"),
        ("EdDSA", "ed25519"),
    ] {
        let fields = json!({
            "privateKey": keys[kind]["pkcs8"], "keyId": "k1", "algorithm": algorithm, "issuer": "waypost",
            "subject": "labs", "audience": "https://labs.example.org", "lifetime": 90,
            "claims": { "tenant": "7", "level": 3, "roles": ["writer"], "more": { "deep": true } },
        });
        let credential = client.store(&server.body(server.development(), "JWT_Bearer", &fields)).await;
        let made = client.attached(server.development(), endpoint.url(), &credential).await;
        let answer = client.verify(&made, &json!({})).await;
        let verification = &answer.payload(200)["verification"];
        assert!(checks(verification).contains(&"authorize passed".to_owned()), "{verification}");
        let sent = endpoint.last();
        let token = sent.header("authorization").unwrap().strip_prefix("Bearer ").unwrap();
        let (header, claims) =
            verified(token, &keys[kind]["public"], algorithm, "https://labs.example.org", "waypost").await;
        assert_eq!((&header["alg"], &header["kid"]), (&json!(algorithm), &json!("k1")));
        for (name, value) in [
            ("sub", json!("labs")),
            ("tenant", json!("7")),
            ("level", json!(3)),
            ("roles", json!(["writer"])),
        ] {
            assert_eq!(claims[name], value, "{claims}");
        }
        assert_eq!(claims["more"], json!({ "deep": true }));
        assert_eq!(seconds(&claims["exp"]) - seconds(&claims["iat"]), 90, "{claims}");
        assert!(!answer.text.contains(token), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_claim_of_the_callers_own_does_not_replace_a_registered_one() {
    let server = Server::start().await;
    let client = server.client();
    let keys = private_keys().await;
    for name in ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"] {
        let fields = json!({
            "privateKey": keys["p256"]["pkcs8"], "algorithm": "ES256", "issuer": "waypost", "audience": "x",
            "claims": { name: "mine" },
        });
        let answer =
            client.post("/authcredentials", &server.body(server.development(), "JWT_Bearer", &fields)).await;
        let fault = answer.fault();
        assert!(fault.starts_with("#/claims"), "{name}: {fault}");
    }
}

#[tokio::test]
async fn google_gets_an_assertion_signed_by_the_service_account() {
    let server = Server::start().await;
    let client = server.client();
    let keys = private_keys().await;
    let theirs = Endpoint::start(Reply::By(Arc::new(|request| match request.target.as_str() {
        "/token" => {
            (200, json!({ "access_token": "ya29.a-fine-token", "expires_in": 3599, "token_type": "Bearer" }))
        }
        _ => (200, json!({ "challenge": request.challenge() })),
    })))
    .await;
    let account = "writer@labs.iam.gserviceaccount.com";
    let fields = json!({
        "serviceAccountEmail": account, "privateKey": keys["rsa"]["pkcs8"], "keyId": "k1", "url": theirs.at("/token"),
        "scopes": "https://www.googleapis.com/auth/cloud-platform", "subject": "somebody@labs.example.org",
    });
    let strategy = "OAuth_2.0_2-legged_JWT_GCP";
    let credential = client.store(&server.body(server.development(), strategy, &fields)).await;
    let made = client.attached(server.development(), theirs.url(), &credential).await;
    let answer = client.verify(&made, &json!({})).await;
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    assert_eq!(theirs.last().header("authorization"), Some("Bearer ya29.a-fine-token"));
    let token = &theirs.received()[0];
    assert_eq!(token.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(token.form("grant_type").as_deref(), Some("urn:ietf:params:oauth:grant-type:jwt-bearer"));
    let assertion = token.form("assertion").unwrap();
    let (header, claims) =
        verified(&assertion, &keys["rsa"]["public"], "RS256", &theirs.at("/token"), account).await;
    assert_eq!((&header["alg"], &header["kid"]), (&json!("RS256"), &json!("k1")));
    assert_eq!(claims["scope"], "https://www.googleapis.com/auth/cloud-platform");
    assert_eq!(claims["sub"], "somebody@labs.example.org");
    assert!(seconds(&claims["exp"]) - seconds(&claims["iat"]) <= 3600, "{claims}");
}

#[tokio::test]
async fn a_name_and_a_password_go_by_basic() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let fields = json!({ "username": "wäypost", "password": "pass:word ü%" });
    let credential = client.store(&server.body(server.development(), "Basic", &fields)).await;
    let made = client.attached(server.development(), endpoint.url(), &credential).await;
    for body in [json!({}), json!({ "verificationMethod": "GET" }), json!({ "dataModel": "Results" })] {
        client.verify(&made, &body).await.destination(200);
        let expected = format!("Basic {}", STANDARD.encode("wäypost:pass:word ü%"));
        assert_eq!(endpoint.last().header("authorization"), Some(expected.as_str()), "{body}");
    }
    client.post(&format!("{}/test", at(&credential)), &json!({})).await.payload(200);
}

#[tokio::test]
async fn an_api_key_goes_in_its_header_beside_the_token() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let fields = json!({ "headerName": "X-Api-Key", "headerValue": "Key abc/def+ghi=" });
    let credential = client.store(&server.body(server.development(), "ApiKey", &fields)).await;
    let made = client.attached(server.development(), endpoint.url(), &credential).await;
    let token = json!({ "verificationToken": "a-token-as-well" });
    client.verify(&made, &token).await.destination(200);
    let sent = endpoint.last();
    assert_eq!(sent.header("x-api-key"), Some("Key abc/def+ghi="));
    assert_eq!(sent.header("verification-token"), Some("a-token-as-well"));
    assert_eq!(sent.header("authorization"), None);
}

#[tokio::test]
async fn what_needs_no_network_is_tested_without_any() {
    let server = Server::start().await;
    let client = server.client();
    let key = rsa_key();
    for (strategy, fields) in [
        ("Basic", json!({ "username": "u", "password": "p" })),
        ("ApiKey", json!({ "headerName": "x-key", "headerValue": "v" })),
        ("JWT_Bearer", json!({ "privateKey": key, "algorithm": "RS256", "issuer": "i", "audience": "a" })),
        (
            "AwsSigv4",
            json!({ "accessKey": "AKIAIOSFODNN7EXAMPLE", "secretKey": "k", "serviceName": "s3", "awsRegion": "us-east-1" }),
        ),
    ] {
        let credential = client.store(&server.body(server.staging(), strategy, &fields)).await;
        let answer = client.post(&format!("{}/test", at(&credential)), &json!({})).await;
        let lines = checks(answer.payload(200));
        assert!(lines.contains(&"authorize passed".to_owned()), "{strategy}: {lines:?}");
        assert!(
            lines.iter().all(|line| !line.starts_with("send ") || line.ends_with("not_run")),
            "{lines:?}"
        );
    }
}
