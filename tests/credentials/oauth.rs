//! OAuth 2.0 two-legged and SMART Backend Services against an authorization server that others wrote (oidc-provider)
//! and a resource that takes its tokens only.

use serde_json::{Value, json};

use super::at;
use crate::support::{
    Answer, Client, Counterpart, Server,
    certificates::{Authority, Certificate},
    counterpart::private_keys,
    reply::{checks, failed_check},
};

/// An authorization server with a client for each way to authenticate; its clients' private keys.
async fn authorization_server(keys: &Value, lifetime: u32) -> Counterpart {
    let with_key = |id: &str, kid: &str, algorithm: &str, key: &Value| {
        let mut jwk: Value = serde_json::from_str(key["publicJwk"].as_str().unwrap()).unwrap();
        jwk["kid"] = json!(kid);
        json!({
            "client_id": id, "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": algorithm, "jwks": { "keys": [jwk] },
        })
    };
    let clients = json!([
        { "client_id": "by basic", "client_secret": "s3cr3t:%+ &=", "token_endpoint_auth_method": "client_secret_basic" },
        { "client_id": "by-post", "client_secret": "s3cr3t:%+ &=", "token_endpoint_auth_method": "client_secret_post" },
        with_key("by-rsa", "r1", "RS384", &keys["rsa"]),
        with_key("by-ec", "e1", "ES384", &keys["p384"]),
    ]);
    Counterpart::start("oidc-server.mjs", &json!({ "clients": clients, "lifetime": lifetime })).await
}

/// Stores a credential, attaches it to a destination at the resource, and verifies.
async fn verify(server: &Server, theirs: &Counterpart, strategy: &str, fields: &Value) -> Answer {
    let client = server.client();
    let credential = client.store(&server.body(server.development(), strategy, fields)).await;
    let made = client.attached(server.development(), &theirs.url("/resource"), &credential).await;
    client.verify(&made, &json!({})).await
}

fn two_legged(theirs: &Counterpart, client: &str, no_basic: bool) -> Value {
    json!({
        "grantType": "client_credentials", "url": theirs.url("/token"), "clientId": client,
        "clientSecret": "s3cr3t:%+ &=", "noBasic": no_basic, "scopes": "system/Bundle.c system/Patient.r",
    })
}

fn smart(theirs: &Counterpart, keys: &Value, client: &str, kid: &str, algorithm: &str) -> Value {
    let key = if algorithm == "RS384" { &keys["rsa"]["pkcs1"] } else { &keys["p384"]["sec1"] };
    json!({
        "url": theirs.url("/token"), "clientId": client, "privateKey": key, "keyId": kid, "algorithm": algorithm,
        "scopes": "system/Bundle.c",
    })
}

async fn counts(theirs: &Counterpart) -> Value {
    Client::new(&theirs.url(""), None).get("//counts").await.json
}

/// What the resource knew of the token.
fn claims(answer: &Answer) -> Value {
    let body = answer.payload(200)["verification"]["response"]["body"].as_str().unwrap();
    serde_json::from_str::<Value>(body).unwrap()["claims"].clone()
}

#[tokio::test]
async fn a_client_secret_is_sent_by_basic_or_in_the_body() {
    let server = Server::start().await;
    let theirs = authorization_server(&private_keys().await, 300).await;
    for (client, no_basic) in [("by basic", false), ("by-post", true)] {
        let answer =
            verify(&server, &theirs, "OAuth_2.0_2-legged", &two_legged(&theirs, client, no_basic)).await;
        assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
        assert_eq!(
            claims(&answer),
            json!({ "client_id": client, "scope": "system/Bundle.c system/Patient.r" })
        );
        let verification = &answer.payload(200)["verification"];
        assert!(checks(verification).contains(&"authorize passed".to_owned()), "{verification}");
    }
    assert_eq!(counts(&theirs).await, json!({ "asked": 2, "issued": 2 }));
}

#[tokio::test]
async fn a_token_for_one_resource_is_asked_for_by_its_name() {
    let server = Server::start().await;
    let theirs = authorization_server(&private_keys().await, 300).await;
    let mut fields = two_legged(&theirs, "by-post", true);
    super::merge(
        &mut fields,
        &json!({ "resource": "https://labs.example.org/fhir", "scopes": "system/Bundle.c" }),
    );
    let answer = verify(&server, &theirs, "OAuth_2.0_2-legged", &fields).await;
    assert_eq!(claims(&answer)["aud"], "https://labs.example.org/fhir", "{}", answer.text);
}

#[tokio::test]
async fn an_assertion_signed_with_the_clients_key_is_taken() {
    let server = Server::start().await;
    let keys = private_keys().await;
    let theirs = authorization_server(&keys, 300).await;
    for (client, kid, algorithm) in [("by-rsa", "r1", "RS384"), ("by-ec", "e1", "ES384")] {
        let answer =
            verify(&server, &theirs, "SMART_Backend", &smart(&theirs, &keys, client, kid, algorithm)).await;
        assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
        assert_eq!(claims(&answer), json!({ "client_id": client, "scope": "system/Bundle.c" }));
    }
}

#[tokio::test]
async fn each_refusal_names_the_field_to_look_at() {
    let server = Server::start().await;
    let keys = private_keys().await;
    let theirs = authorization_server(&keys, 300).await;
    let (oauth, backend) = ("OAuth_2.0_2-legged", "SMART_Backend");
    let good = two_legged(&theirs, "by-post", true);
    let signed = smart(&theirs, &keys, "by-ec", "e1", "ES384");
    let cases = [
        (oauth, &good, json!({ "clientSecret": "wrong" }), "clientSecret"),
        (oauth, &good, json!({ "clientId": "unknown" }), "clientId"),
        (
            oauth,
            &good,
            json!({ "noBasic": false, "clientId": "by-post", "clientSecret": "wrong" }),
            "noBasic",
        ),
        (oauth, &good, json!({ "scopes": "system/Observation.r" }), "scopes"),
        (oauth, &good, json!({ "url": theirs.url("/nowhere") }), "url"),
        (oauth, &good, json!({ "accessTokenName": "data.token" }), "accessTokenName"),
        (oauth, &good, json!({ "grantTypeName": "grantType" }), "invalid_request"),
        (backend, &signed, json!({ "keyId": "other" }), "keyId"),
        (backend, &signed, json!({ "clientId": "by-rsa" }), "clientId"),
        (backend, &signed, json!({ "audience": "https://other.example.org" }), "audience"),
    ];
    for (strategy, good, members, named) in cases {
        let mut fields = good.clone();
        super::merge(&mut fields, &members);
        let answer = verify(&server, &theirs, strategy, &fields).await;
        assert_eq!(answer.status, 422, "{members}: {}", answer.text);
        let (check, advice) = failed_check(&answer.problem(422, "verification-failed")["verification"]);
        assert_eq!(check, "authorize", "{members}: {advice}");
        assert!(advice.contains(named), "{members}: {advice}");
    }
}

#[tokio::test]
async fn the_test_of_a_credential_tells_whether_it_yields_a_token_now() {
    let server = Server::start().await;
    let client = server.client();
    let theirs = authorization_server(&private_keys().await, 300).await;
    let fields = two_legged(&theirs, "by-post", true);
    let made = client.store(&server.body(server.development(), "OAuth_2.0_2-legged", &fields)).await;
    let test = format!("{}/test", at(&made));
    let answer = client.post(&test, &json!({})).await;
    let passed = checks(answer.payload(200));
    assert!(passed.contains(&"authorize passed".to_owned()), "{passed:?}");
    assert!(passed.iter().all(|line| !line.ends_with(" failed")), "{passed:?}");
    client.patch(&at(&made), &json!({ "clientSecret": "wrong" })).await.credential(200);
    let failed = client.post(&test, &json!({})).await;
    let (check, advice) = failed_check(failed.problem(422, "verification-failed"));
    assert!(check == "authorize" && advice.contains("clientSecret"), "{advice}");
    client.patch(&at(&made), &json!({ "url": "http://127.0.0.1:9/token" })).await.fault();
    let gone = json!({ "url": "http://no-such-host.invalid/token" });
    client.patch(&at(&made), &gone).await.credential(200);
    let unresolved = client.post(&test, &json!({})).await;
    assert_eq!(failed_check(unresolved.problem(422, "verification-failed")).0, "resolve");
}

#[tokio::test]
async fn a_token_server_is_called_over_tls_with_the_certificate_checked() {
    let authority = Authority::new();
    let ca = authority.file();
    let server = Server::start_with(&[("WAYPOST_EXTRA_CA_FILE", ca.to_str().unwrap())]).await;
    let client = server.client();
    for (kind, outcome) in [
        (Certificate::Good, None),
        (Certificate::Expired, Some("tls")),
        (Certificate::OtherName, Some("tls")),
    ] {
        let (cert, key) = authority.pem(kind);
        let config = json!({
            "tls": { "cert": cert, "key": key },
            "clients": [{ "client_id": "by-post", "client_secret": "s3cr3t:%+ &=", "token_endpoint_auth_method": "client_secret_post" }],
        });
        let theirs = Counterpart::start("oidc-server.mjs", &config).await;
        let fields = two_legged(&theirs, "by-post", true);
        let made = client.store(&server.body(server.development(), "OAuth_2.0_2-legged", &fields)).await;
        let answer = client.post(&format!("{}/test", at(&made)), &json!({})).await;
        match outcome {
            None => {
                assert!(checks(answer.payload(200)).contains(&"tls passed".to_owned()), "{}", answer.text)
            }
            Some(check) => assert_eq!(failed_check(answer.problem(422, "verification-failed")).0, check),
        }
    }
}
