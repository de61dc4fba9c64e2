//! What a credential may not be: every fault at once, at its place, whichever way the credential comes.

use serde_json::{Value, json};

use super::{
    at, listed, merge,
    samples::{ec_key, rsa_key, samples},
};
use crate::support::{Client, Server, counterpart::private_keys, reply::places};

/// The faults of a create with these fields.
async fn faults(server: &Server, client: &Client, strategy: &str, fields: &Value) -> Vec<String> {
    client.post("/authcredentials", &server.body(server.staging(), strategy, fields)).await.faults()
}

/// Strategy, fields instead of those of the sample (`LONG` is longer than anything may be), faults.
const FAULTY: [(&str, &str, &[&str]); 32] = [
    (
        "AwsSigv4",
        r#"{"accessKey": "", "awsRegion": 1}"#,
        &["#/accessKey too-short", "#/awsRegion wrong-type"],
    ),
    ("AwsSigv4", r#"{"serviceName": "LONG"}"#, &["#/serviceName too-long"]),
    ("AwsSigv4", r#"{"awsRegion": "eu central"}"#, &["#/awsRegion invalid-format"]),
    ("AwsSigv4", r#"{"secretKey": ["x"]}"#, &["#/secretKey wrong-type"]),
    (
        "GoogleWIF",
        r#"{"token_url": "sts", "lifetime": "long"}"#,
        &["#/lifetime wrong-type", "#/token_url invalid-url"],
    ),
    (
        "GoogleWIF",
        r#"{"delegates": "one", "options": []}"#,
        &["#/delegates wrong-type", "#/options wrong-type"],
    ),
    ("GoogleWIF", r#"{"lifetime": 0}"#, &["#/lifetime invalid-value"]),
    (
        "GoogleWIF",
        r#"{"service_account_impersonation_url": null}"#,
        &["#/service_account_impersonation_url required"],
    ),
    (
        "GoogleWIF",
        r#"{"service_account_impersonation_url": "http://iam.example.org/x"}"#,
        &["#/service_account_impersonation_url https-required"],
    ),
    ("OAuth_2.0_2-legged", r#"{"grantType": "password"}"#, &["#/grantType invalid-value"]),
    ("OAuth_2.0_2-legged", r#"{"url": "https://auth.example.org/x#y"}"#, &["#/url invalid-url"]),
    ("OAuth_2.0_2-legged", r#"{"url": "https://10.0.0.1/token"}"#, &["#/url address-not-allowed"]),
    ("OAuth_2.0_2-legged", r#"{"url": "http://auth.example.org/token"}"#, &["#/url https-required"]),
    (
        "OAuth_2.0_2-legged",
        r#"{"noBasic": "yes", "contentType": "text/xml"}"#,
        &["#/contentType invalid-value", "#/noBasic invalid-value"],
    ),
    (
        "OAuth_2.0_2-legged",
        r#"{"clientId": null, "username": null, "password": null}"#,
        &["#/clientId required"],
    ),
    ("OAuth_2.0_2-legged", r#"{"password": null}"#, &["#/password required"]),
    ("OAuth_2.0_2-legged", r#"{"username": null}"#, &["#/username required"]),
    ("OAuth_2.0_2-legged", r#"{"customFieldValue": null}"#, &["#/customFieldValue required"]),
    ("OAuth_2.0_2-legged", r#"{"customFieldName": null}"#, &["#/customFieldName required"]),
    ("OAuth_2.0_2-legged", r#"{"customFieldName": "scope"}"#, &["#/customFieldName conflicting-fields"]),
    (
        "OAuth_2.0_2-legged",
        r#"{"clientSecretName": "client_id"}"#,
        &["#/clientSecretName conflicting-fields"],
    ),
    ("SMART_Backend", r#"{"algorithm": "HS384"}"#, &["#/algorithm invalid-value"]),
    ("SMART_Backend", r#"{"defaultExpirationSeconds": 1.5}"#, &["#/defaultExpirationSeconds wrong-type"]),
    ("JWT_Bearer", r#"{"algorithm": "none"}"#, &["#/algorithm invalid-value"]),
    (
        "JWT_Bearer",
        r#"{"lifetime": -1, "claims": "x"}"#,
        &["#/claims wrong-type", "#/lifetime invalid-value"],
    ),
    (
        "JWT_Bearer",
        r#"{"claims": {"iss": "x", "exp": 1}}"#,
        &["#/claims/exp conflicting-fields", "#/claims/iss conflicting-fields"],
    ),
    (
        "OAuth_2.0_2-legged_JWT_GCP",
        r#"{"serviceAccountEmail": "", "url": "x"}"#,
        &["#/serviceAccountEmail too-short", "#/url invalid-url"],
    ),
    ("Basic", r#"{"username": "a:b"}"#, &["#/username invalid-format"]),
    ("Basic", r#"{"password": ""}"#, &["#/password too-short"]),
    ("ApiKey", r#"{"headerName": "X Y"}"#, &["#/headerName invalid-format"]),
    ("ApiKey", r#"{"headerName": ""}"#, &["#/headerName too-short"]),
    ("ApiKey", r#"{"headerValue": "a\nb"}"#, &["#/headerValue invalid-format"]),
];

#[tokio::test]
async fn each_faulty_field_is_told_on_create_and_on_patch_and_nothing_is_stored() {
    let server = Server::start().await;
    let client = server.client();
    let samples = samples();
    for (strategy, fields, expected) in FAULTY {
        let fields: Value = serde_json::from_str(&fields.replace("LONG", &"x".repeat(20_000))).unwrap();
        let sample = samples.iter().find(|sample| sample.strategy == strategy).unwrap();
        let mut all = sample.fields.clone();
        merge(&mut all, &fields);
        assert_eq!(faults(&server, &client, strategy, &all).await, expected, "{strategy} {fields}");
        let made = client.store(&server.body(server.staging(), strategy, &sample.fields)).await;
        assert_eq!(client.patch(&at(&made), &fields).await.faults(), expected, "{strategy} {fields}");
        assert_eq!(client.reread_credential(&made).await, made);
        client.delete(&at(&made)).await.payload(200);
    }
    assert_eq!(client.get(&listed(server.staging())).await.payload(200)["credentials"], json!([]));
}

#[tokio::test]
async fn every_required_field_is_missed_at_once() {
    let server = Server::start().await;
    let client = server.client();
    for sample in samples() {
        let mut expected: Vec<String> =
            sample.required.iter().map(|name| format!("#/{name} required")).collect();
        expected.sort();
        assert_eq!(
            faults(&server, &client, sample.strategy, &json!({})).await,
            expected,
            "{}",
            sample.strategy
        );
    }
    let nothing = client.post("/authcredentials", &json!({})).await.faults();
    for name in ["environmentId", "name", "authStrategy"] {
        assert!(nothing.contains(&format!("#/{name} required")), "{nothing:?}");
    }
}

#[tokio::test]
async fn faults_of_the_frame_and_of_the_fields_come_together() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({
        "organization": "one", "environmentId": server.staging(), "name": "", "authStrategy": "Basic",
        "externalId": "a b", "username": 5, "password": " p", "colour": "red",
    });
    let found = client.post("/authcredentials", &body).await.faults();
    assert_eq!(
        found,
        [
            "#/colour unknown-field",
            "#/externalId invalid-format",
            "#/name too-short",
            "#/organization wrong-type",
            "#/password surrounding-whitespace",
            "#/username wrong-type",
        ]
    );
}

#[tokio::test]
async fn a_field_of_another_strategy_is_unknown() {
    let server = Server::start().await;
    let client = server.client();
    let samples = samples();
    for sample in &samples {
        for other in &samples {
            for (name, value) in other.fields.as_object().unwrap() {
                if sample.fields.get(name).is_some() {
                    continue;
                }
                let mut fields = sample.fields.clone();
                fields[name] = value.clone();
                let found = faults(&server, &client, sample.strategy, &fields).await;
                assert_eq!(found, [format!("#/{name} unknown-field")], "{}", sample.strategy);
            }
        }
    }
}

#[tokio::test]
async fn a_secret_between_white_space_is_refused() {
    let server = Server::start().await;
    let client = server.client();
    for sample in samples() {
        let made = client.store(&server.body(server.staging(), sample.strategy, &sample.fields)).await;
        for name in sample.secrets {
            let secret = sample.fields[name].as_str().unwrap();
            for padded in [
                format!(" {secret}"),
                format!("{} ", secret.trim_end()),
                format!("\t{secret}"),
                format!("{secret}\n\n"),
            ] {
                let answer = client.patch(&at(&made), &json!({ *name: padded })).await;
                assert_eq!(answer.fault(), format!("#/{name} surrounding-whitespace"), "{padded:?}");
                let mut fields = sample.fields.clone();
                fields[name] = json!(padded);
                let found = faults(&server, &client, sample.strategy, &fields).await;
                assert_eq!(found, [format!("#/{name} surrounding-whitespace")], "{padded:?}");
            }
        }
        assert_eq!(client.reread_credential(&made).await, made);
    }
}

#[tokio::test]
async fn a_key_is_taken_in_every_form_in_which_people_keep_them() {
    let server = Server::start().await;
    let client = server.client();
    let keys = private_keys().await;
    for (kind, algorithms) in [
        ("rsa", ["RS256", "RS384", "RS512", "PS256"].as_slice()),
        ("p256", &["ES256"]),
        ("p384", &["ES384"]),
        ("ed25519", &["EdDSA"]),
    ] {
        for form in ["pkcs1", "pkcs8", "sec1", "jwk"] {
            let Some(key) = keys[kind].get(form) else { continue };
            for algorithm in algorithms {
                let fields = json!({ "privateKey": key, "algorithm": algorithm, "issuer": "waypost", "audience": "x" });
                let made = client.store(&server.body(server.staging(), "JWT_Bearer", &fields)).await;
                let tested = client.post(&format!("{}/test", at(&made)), &json!({})).await;
                tested.payload(200);
            }
        }
    }
}

#[tokio::test]
async fn a_key_that_does_not_fit_its_algorithm_is_refused() {
    let server = Server::start().await;
    let client = server.client();
    let keys = private_keys().await;
    let wrong = [
        ("RS384", keys["p384"]["pkcs8"].clone()),
        ("RS256", keys["p256"]["jwk"].clone()),
        ("ES384", keys["rsa"]["pkcs8"].clone()),
        ("ES384", keys["rsa"]["pkcs1"].clone()),
        ("ES384", keys["p256"]["pkcs8"].clone()),
        ("ES384", keys["p256"]["jwk"].clone()),
        ("ES256", keys["p384"]["sec1"].clone()),
        ("EdDSA", keys["p256"]["pkcs8"].clone()),
        ("ES256", keys["ed25519"]["pkcs8"].clone()),
        ("RS256", keys["smallRsa"]["pkcs8"].clone()),
        ("RS256", keys["smallRsa"]["jwk"].clone()),
        ("RS256", keys["rsa"]["public"].clone()),
        ("RS256", keys["rsa"]["publicJwk"].clone()),
        ("ES384", keys["p384"]["publicJwk"].clone()),
        ("RS256", keys["rsa"]["encrypted"].clone()),
        ("RS256", json!("secret")),
        ("RS256", json!("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}")),
        ("RS256", json!("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")),
    ];
    for (algorithm, key) in wrong {
        let fields =
            json!({ "privateKey": key, "algorithm": algorithm, "issuer": "waypost", "audience": "x" });
        let answer =
            client.post("/authcredentials", &server.body(server.staging(), "JWT_Bearer", &fields)).await;
        let found = answer.fault();
        assert!(found.starts_with("#/privateKey "), "{algorithm} {key}: {found}");
        let line = key.as_str().unwrap().lines().nth(1).unwrap_or("secret").to_owned();
        let detail = answer.json["errors"][0]["detail"].as_str().unwrap();
        assert!(line.len() < 8 || !answer.text.contains(&line), "{detail}");
    }
    let fields = json!({
        "serviceAccountEmail": "a@b.iam.gserviceaccount.com", "privateKey": ec_key(), "scopes": "x",
    });
    let found = faults(&server, &client, "OAuth_2.0_2-legged_JWT_GCP", &fields).await;
    assert!(found.len() == 1 && found[0].starts_with("#/privateKey "), "{found:?}");
}

#[tokio::test]
async fn a_new_algorithm_must_fit_the_stored_key_and_a_new_key_the_stored_algorithm() {
    let server = Server::start().await;
    let client = server.client();
    let fields = json!({ "url": "https://auth.example.org/token", "clientId": "a", "privateKey": ec_key(), "keyId": "k", "algorithm": "ES384" });
    let made = client.store(&server.body(server.staging(), "SMART_Backend", &fields)).await;
    for patch in [json!({ "algorithm": "RS384" }), json!({ "privateKey": rsa_key() })] {
        let answer = client.patch(&at(&made), &patch).await;
        let fault = answer.fault();
        assert!(fault.starts_with("#/privateKey ") || fault.starts_with("#/algorithm "), "{fault}");
    }
    assert_eq!(client.reread_credential(&made).await, made);
    let both = json!({ "algorithm": "RS384", "privateKey": rsa_key() });
    assert_eq!(client.patch(&at(&made), &both).await.credential(200)["algorithm"], "RS384");
}

#[tokio::test]
async fn headers_that_are_not_the_credentials_to_set_are_refused() {
    let server = Server::start().await;
    let client = server.client();
    for name in [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "connection",
        "Proxy-Authorization",
        "X-Forwarded-For",
        "Metadata",
        "Metadata-Flavor",
        "X-aws-ec2-metadata-token",
        "verification-token",
        "webhook-signature",
    ] {
        let fields = json!({ "headerName": name, "headerValue": "v" });
        let found = faults(&server, &client, "ApiKey", &fields).await;
        assert!(found.len() == 1 && found[0].starts_with("#/headerName "), "{name}: {found:?}");
    }
    for name in ["Authorization", "X-API-Key", "Ocp-Apim-Subscription-Key", "apikey"] {
        let fields = json!({ "headerName": name, "headerValue": "v" });
        client.store(&server.body(server.staging(), "ApiKey", &fields)).await;
    }
}

#[tokio::test]
async fn strategy_and_place_cannot_change() {
    let server = Server::start().await;
    let client = server.client();
    let body = server.body(server.staging(), "Basic", &json!({ "username": "u", "password": "p" }));
    let made = client.store(&body).await;
    for (patch, fault) in [
        (json!({ "authStrategy": "ApiKey" }), "#/authStrategy mismatch"),
        (json!({ "environmentId": server.production() }), "#/environmentId mismatch"),
        (json!({ "organization": 999 }), "#/organization mismatch"),
        (json!({ "authStrategy": null }), "#/authStrategy wrong-type"),
        (json!({ "id": made["id"] }), "#/id unknown-field"),
    ] {
        let answer = client.patch(&at(&made), &patch).await;
        assert_eq!(answer.status, 422, "{patch}: {}", answer.text);
        assert_eq!(answer.fault(), fault, "{patch}");
    }
    let same = json!({ "authStrategy": "Basic", "environmentId": server.staging(), "organization": body["organization"] });
    assert_eq!(client.patch(&at(&made), &same).await.credential(200), &made);
}

#[tokio::test]
async fn a_credential_belongs_to_an_environment_of_its_organization() {
    let server = Server::start().await;
    let client = server.client();
    let fields = json!({ "username": "u", "password": "p" });
    let good = server.body(server.staging(), "Basic", &fields);
    for (members, fault) in [
        (json!({ "organization": 999 }), "#/organization mismatch"),
        (json!({ "authStrategy": "SAML" }), "#/authStrategy invalid-value"),
        (json!({ "authStrategy": null }), "#/authStrategy wrong-type"),
        (json!({ "environmentId": "staging" }), "#/environmentId invalid-format"),
        (json!({ "id": "mine" }), "#/id invalid-format"),
    ] {
        let mut body = good.clone();
        merge(&mut body, &members);
        let found = client.post("/authcredentials", &body).await;
        assert_eq!(found.status, 422, "{}", found.text);
        assert!(places(&found.json).contains(&fault.to_owned()), "{members}: {}", found.text);
    }
    let mut body = good;
    body["environmentId"] = json!("0192f1c0-0000-7000-8000-000000000000");
    let refused = client.post("/authcredentials", &body).await;
    assert!(matches!(refused.status, 404 | 422), "{}", refused.text);
}

#[tokio::test]
async fn texts_count_as_flags_and_are_shown_as_such() {
    let server = Server::start().await;
    let client = server.client();
    for (sent, shown) in
        [(json!("true"), true), (json!("false"), false), (json!(true), true), (json!(false), false)]
    {
        let fields = json!({ "grantType": "client_credentials", "url": "https://auth.example.org/t", "clientId": "c", "noBasic": sent });
        let made = client.store(&server.body(server.staging(), "OAuth_2.0_2-legged", &fields)).await;
        assert_eq!(made["noBasic"], json!(shown));
    }
}
