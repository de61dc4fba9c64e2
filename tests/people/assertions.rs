//! The token endpoint: what a good assertion gets, and that every bad one is refused alike, in words and in time.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::{
    Answer, Server,
    signer::{Signer, ask, ask_with, claims, now, own_key},
};

/// An error of RFC 6749, section 5.2: these members, these headers, nothing else.
fn error(answer: &Answer, status: u16, code: &str) -> String {
    assert_eq!((answer.status, answer.json["error"].as_str()), (status, Some(code)), "{}", answer.text);
    assert_eq!(answer.json.as_object().unwrap().len(), 2, "{}", answer.text);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        (answer.header("cache-control"), answer.header("pragma")),
        (Some("no-store"), Some("no-cache"))
    );
    answer.json["error_description"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_good_assertion_gets_a_bearer_token_for_five_minutes_once() {
    let server = Server::start().await;
    let signer = Signer::es256("k");
    let key = own_key(&server.client(), &signer).await;
    let assertion = signer.assertion(&server, &key);
    let answer = ask(&server, &assertion).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        (answer.json["token_type"].as_str(), answer.json["expires_in"].as_i64()),
        (Some("Bearer"), Some(300))
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let token = answer.json["access_token"].as_str().unwrap();
    server.stranger().with_token(token).get("/me").await.payload(200);
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!((header.typ.as_deref(), header.alg), (Some("at+jwt"), Algorithm::EdDSA));
    let claims: Value =
        serde_json::from_slice(&BASE64.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(claims["client_id"], key);
    for name in ["iss", "sub", "aud", "iat", "exp", "jti"] {
        assert!(claims.get(name).is_some(), "{name}");
    }
    let published = server.stranger().get("//.well-known/jwks.json").await;
    let keys = published.json["keys"].as_array().unwrap().clone();
    assert!(keys.iter().any(|key| key["kid"] == header.kid.clone().unwrap().as_str()), "{keys:?}");
    assert!(keys.iter().all(|key| key.get("d").is_none()));
    error(&ask(&server, &assertion).await, 401, "invalid_client");
}

#[tokio::test]
async fn an_assertion_is_good_once_also_after_a_restart_and_for_two_at_once() {
    let mut server = Server::start().await;
    let signer = Signer::ed25519("k");
    let key = own_key(&server.client(), &signer).await;
    let assertion = signer.assertion(&server, &key);
    let (one, two) = tokio::join!(ask(&server, &assertion), ask(&server, &assertion));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    server.kill().await;
    let url = server.url().to_owned();
    server.set_env("WAYPOST_BIND", url.trim_start_matches("http://"));
    server.restart().await;
    error(&ask(&server, &assertion).await, 401, "invalid_client");
    assert_eq!(ask(&server, &signer.assertion(&server, &key)).await.status, 200);
}

/// Assertions with one thing wrong each.
fn bad_assertions(server: &Server, signer: &Signer, key: &str) -> Vec<(String, String)> {
    let good = || claims(server, key);
    let mut bad = Vec::new();
    let mut add = |name: &str, header: Header, claims: Value| {
        bad.push((name.to_owned(), signer.sign(&header, &claims)));
    };
    let mut claim = |name: &str, value: Value| {
        let mut claims = good();
        claims[name] = value.clone();
        add(&format!("{name} {value}"), signer.header(), claims);
    };
    let other = "0192f1c0-0000-7000-8000-000000000000";
    for value in [json!(other), json!(""), json!(7), json!("' OR 1=1 --"), json!(null)] {
        claim("iss", value.clone());
        claim("sub", value);
    }
    for value in [
        json!("https://elsewhere.example.org/token"),
        json!([format!("{}/v2/auth/token", server.url()), "https://elsewhere.example.org"]),
        json!([]),
        json!(null),
        json!(format!("{}/v2/auth/token/", server.url())),
    ] {
        claim("aud", value);
    }
    for value in [json!(now() - 60), json!(now() + 3_600), json!("soon"), json!(null), json!(i64::MAX)] {
        claim("exp", value);
    }
    claim("iat", json!(now() + 600));
    claim("nbf", json!(now() + 600));
    for value in [json!(""), json!(null), json!("j".repeat(257)), json!(7)] {
        claim("jti", value);
    }
    for name in ["iss", "sub", "aud", "exp", "jti"] {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(name);
        add(&format!("without {name}"), signer.header(), claims);
    }
    for kid in ["", "../../etc/passwd", "' OR 1=1 --", "other", &"k".repeat(300)] {
        add(&format!("kid {kid:.20}"), Header { kid: Some(kid.to_owned()), ..signer.header() }, good());
    }
    add("no kid", Header { kid: None, ..signer.header() }, good());
    for typ in ["at+jwt", "logout+jwt", ""] {
        add(&format!("typ {typ:?}"), Header { typ: Some(typ.to_owned()), ..signer.header() }, good());
    }
    let jwk = serde_json::from_value(signer.jwk.clone()).unwrap();
    add("key in the header", Header { jwk: Some(jwk), ..signer.header() }, good());
    add(
        "URL in the header",
        Header { jku: Some("https://evil.example.org".to_owned()), ..signer.header() },
        good(),
    );
    add("crit", Header { crit: Some(vec!["b64".to_owned()]), ..signer.header() }, good());
    bad
}

/// Those that are not even signed by the key.
fn forgeries(server: &Server, signer: &Signer, key: &str) -> Vec<(String, String)> {
    let good = signer.assertion(server, key);
    let parts: Vec<&str> = good.split('.').collect();
    let part = |value: &Value| BASE64.encode(value.to_string());
    let header = |alg: &str| part(&json!({"typ": "JWT", "alg": alg, "kid": signer.kid}));
    let body = part(&claims(server, key));
    let mut forged: Vec<(String, String)> = ["none", "None", "NONE", "HS256", "PS256", "ES384", "RS256", ""]
        .iter()
        .flat_map(|alg| {
            [
                (format!("alg {alg}, unsigned"), format!("{}.{body}.", header(alg))),
                (format!("alg {alg}, signed"), format!("{}.{body}.{}", header(alg), parts[2])),
            ]
        })
        .collect();
    let shared = Header { kid: Some(signer.kid.clone()), ..Header::new(Algorithm::HS256) };
    let secret = EncodingKey::from_secret(signer.jwk.to_string().as_bytes());
    let confused = jsonwebtoken::encode(&shared, &claims(server, key), &secret).unwrap();
    forged.push(("HS256 under the public key".to_owned(), confused));
    let stranger = Signer::es256(&signer.kid);
    forged.push(("another key".to_owned(), stranger.assertion(server, key)));
    let twice = format!("{{\"iss\":\"{key}\",\"iss\":\"{key}\",\"sub\":\"{key}\"}}");
    forged.push(("members twice".to_owned(), format!("{}.{}.{}", parts[0], BASE64.encode(twice), parts[2])));
    for (name, text) in [
        ("empty", String::new()),
        ("dots", "..".to_owned()),
        ("words", "not a token".to_owned()),
        ("four parts", format!("{good}.x")),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("cut", good[..good.len() - 4].to_owned()),
        ("other claims", format!("{}.{body}.{}", parts[0], parts[2])),
        ("long", format!("{}.{}.{}", parts[0], "A".repeat(20_000), parts[2])),
        ("NUL", "a\0b.c.d".to_owned()),
    ] {
        forged.push((name.to_owned(), text));
    }
    forged
}

#[tokio::test]
async fn every_bad_assertion_is_refused_with_the_same_words() {
    let server = Server::start().await;
    let signer = Signer::es256("k");
    let key = own_key(&server.client(), &signer).await;
    let plain = error(&ask(&server, "x").await, 401, "invalid_client");
    let mut bad = bad_assertions(&server, &signer, &key);
    bad.extend(forgeries(&server, &signer, &key));
    assert!(bad.len() >= 60, "{}", bad.len());
    for (name, assertion) in bad {
        let answer = ask(&server, &assertion).await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text);
        assert_eq!(error(&answer, 401, "invalid_client"), plain, "{name}");
    }
    // None of them was used up by being refused, and the key is as good as before.
    assert_eq!(ask(&server, &signer.assertion(&server, &key)).await.status, 200);
}

#[tokio::test]
async fn a_form_that_is_none_is_told_so() {
    let server = Server::start().await;
    let signer = Signer::es256("k");
    let key = own_key(&server.client(), &signer).await;
    let assertion = signer.assertion(&server, &key);
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let grant = ("grant_type", "client_credentials");
    let proof = ("client_assertion", assertion.as_str());
    error(&ask_with(&server, &[kind, proof]).await, 400, "invalid_request");
    error(&ask_with(&server, &[grant, proof]).await, 400, "invalid_request");
    error(&ask_with(&server, &[grant, kind]).await, 400, "invalid_request");
    error(&ask_with(&server, &[grant, grant, kind, proof]).await, 400, "invalid_request");
    error(
        &ask_with(&server, &[("grant_type", "password"), kind, proof]).await,
        400,
        "unsupported_grant_type",
    );
    error(&ask_with(&server, &[grant, kind, proof, ("client_id", "other")]).await, 401, "invalid_client");
    let json = server.stranger().call("POST", "//v2/auth/token").json(&json!({})).await;
    error(&json, 400, "invalid_request");
    let huge = server.stranger().call("POST", "//v2/auth/token");
    let huge = huge.raw("application/x-www-form-urlencoded", &vec![b'a'; 100_000]).await;
    error(&huge, 400, "invalid_request");
    assert_eq!(server.stranger().get("//v2/auth/token").await.status, 405);
    // What is not known to OAuth is left alone, and the client may name itself beside its assertion.
    let named = [grant, kind, proof, ("client_id", key.as_str()), ("resource", "x")];
    assert_eq!(ask_with(&server, &named).await.status, 200);
}

#[tokio::test]
async fn the_metadata_says_where_and_how() {
    let server = Server::start().await;
    let metadata = server.stranger().get("//.well-known/oauth-authorization-server").await;
    assert_eq!(metadata.status, 200);
    assert_eq!(metadata.json["issuer"], server.url());
    assert_eq!(metadata.json["token_endpoint"], format!("{}/v2/auth/token", server.url()));
    assert_eq!(metadata.json["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
    let algorithms = &metadata.json["token_endpoint_auth_signing_alg_values_supported"];
    assert_eq!(algorithms, &json!(["RS256", "RS384", "ES256", "ES384", "EdDSA"]));
}

/// The mean of the middle half, so that a pause of the machine counts for nothing.
fn mean(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let middle = &times[times.len() / 4..times.len() * 3 / 4];
    middle.iter().map(Duration::as_secs_f64).sum::<f64>() / f64::from(u32::try_from(middle.len()).unwrap())
}

#[tokio::test]
async fn time_does_not_tell_an_unknown_client_from_a_bad_signature() {
    let server = Server::start_with(&[("WAYPOST_RATE_LIMIT", "off")]).await;
    let signer = Signer::es256("k");
    let key = own_key(&server.client(), &signer).await;
    let forger = Signer::es256("k");
    let timed = async |client: &str| {
        let assertion = forger.assertion(&server, client);
        let since = Instant::now();
        assert_eq!(ask(&server, &assertion).await.status, 401);
        since.elapsed()
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..400 {
        // In turn, so that both meet the same weather.
        known.push(timed(&key).await);
        unknown.push(timed("0192f1c0-0000-7000-8000-000000000000").await);
    }
    let (known, unknown) = (mean(known), mean(unknown));
    let ratio = known.max(unknown) / known.min(unknown);
    assert!(ratio < 1.25, "{known} s and {unknown} s");
}
