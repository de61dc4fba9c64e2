//! Every naming option of the OAuth 2.0 strategy, by what arrives at a token URL and by what is made of its answer.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{
    Answer, Endpoint, Reply, Server,
    endpoint::Received,
    reply::{checks, failed_check},
};

/// A token URL at `/token` that answers with this, and everything else answers the challenge.
async fn token_url(answer: Value) -> Endpoint {
    Endpoint::start(Reply::By(Arc::new(move |request| {
        if request.target.starts_with("/token") {
            (200, answer.clone())
        } else {
            (200, json!({ "challenge": request.challenge() }))
        }
    })))
    .await
}

/// Verifies with these fields; the answer, the token request, the delivery.
async fn exchange(server: &Server, theirs: &Endpoint, members: &Value) -> (Answer, Received, Received) {
    let client = server.client();
    let mut fields = json!({ "grantType": "client_credentials", "url": theirs.at("/token?tenant=7") });
    super::merge(&mut fields, members);
    let body = server.body(server.development(), "OAuth_2.0_2-legged", &fields);
    let credential = client.store(&body).await;
    let made = client.attached(server.development(), theirs.url(), &credential).await;
    let answer = client.verify(&made, &json!({})).await;
    let received = theirs.received();
    let token = received.iter().rev().find(|one| one.target.starts_with("/token")).cloned().unwrap();
    (answer, token, received.last().cloned().unwrap())
}

/// Names and values of a form-encoded body, sorted.
fn form(request: &Received) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
    pairs.sort();
    pairs
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> =
        expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    pairs.sort();
    pairs
}

#[tokio::test]
async fn by_default_a_client_authenticates_by_basic_with_both_parts_form_encoded() {
    let server = Server::start().await;
    let theirs = token_url(json!({ "access_token": "a-fine-token-of-theirs", "expires_in": 300 })).await;
    let members = json!({ "clientId": "id:with space", "clientSecret": "sécret%&+" });
    let (answer, token, delivery) = exchange(&server, &theirs, &members).await;
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    assert_eq!((token.method.as_str(), token.target.as_str()), ("POST", "/token?tenant=7"));
    assert_eq!(token.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(form(&token), pairs(&[("grant_type", "client_credentials")]));
    let expected = STANDARD.encode("id%3Awith+space:s%C3%A9cret%25%26%2B");
    assert_eq!(token.header("authorization"), Some(format!("Basic {expected}").as_str()));
    assert_eq!(delivery.header("authorization"), Some("Bearer a-fine-token-of-theirs"));
    assert!(token.header("user-agent").is_some_and(|agent| agent.starts_with("Waypost/")));
    assert_eq!(token.header("verification-token"), None);
}

#[tokio::test]
async fn every_parameter_can_have_another_name() {
    let server = Server::start().await;
    let theirs = token_url(json!({ "data": { "token": "a-fine-token-of-theirs", "endsIn": "120" } })).await;
    let members = json!({
        "grantTypeName": "grantType", "clientIdName": "app", "clientSecretName": "appSecret", "clientId": "waypost",
        "clientSecret": "the secret", "noBasic": "true", "username": "labs", "password": "the password",
        "audience": "https://labs.example.org", "resource": "urn:labs", "scopes": "a b", "customFieldName": "tenant",
        "customFieldValue": "7", "accessTokenName": "data.token", "expiresFieldName": "data.endsIn",
        "refreshTokenName": "refreshToken", "refreshGrantType": "refresh",
    });
    let (answer, token, delivery) = exchange(&server, &theirs, &members).await;
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    assert_eq!(token.header("authorization"), None);
    assert_eq!(
        form(&token),
        pairs(&[
            ("grantType", "client_credentials"),
            ("app", "waypost"),
            ("appSecret", "the secret"),
            ("username", "labs"),
            ("password", "the password"),
            ("audience", "https://labs.example.org"),
            ("resource", "urn:labs"),
            ("scope", "a b"),
            ("tenant", "7"),
        ])
    );
    assert_eq!(delivery.header("authorization"), Some("Bearer a-fine-token-of-theirs"));
}

#[tokio::test]
async fn the_parameters_can_go_as_json() {
    let server = Server::start().await;
    let theirs = token_url(json!({ "access_token": "a-fine-token-of-theirs" })).await;
    let members = json!({
        "contentType": "application/json", "noBasic": true, "clientId": "waypost", "clientSecret": "the \"secret\"",
        "scopes": "a b", "customFieldName": "tenant", "customFieldValue": "7",
    });
    let (answer, token, _) = exchange(&server, &theirs, &members).await;
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    assert_eq!(token.header("content-type"), Some("application/json"));
    assert_eq!(
        token.json(),
        json!({
            "grant_type": "client_credentials", "client_id": "waypost", "client_secret": "the \"secret\"",
            "scope": "a b", "tenant": "7",
        })
    );
}

#[tokio::test]
async fn a_public_client_sends_its_id_alone() {
    let server = Server::start().await;
    let theirs = token_url(json!({ "access_token": "a-fine-token-of-theirs" })).await;
    let (answer, token, _) =
        exchange(&server, &theirs, &json!({ "clientId": "waypost", "noBasic": true })).await;
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    assert_eq!(form(&token), pairs(&[("grant_type", "client_credentials"), ("client_id", "waypost")]));
}

/// How many tokens two verifies fetch, a pause apart, if the answer and the fields are these.
async fn fetched(server: &Server, answer: Value, members: &Value, pause: u64) -> usize {
    let client = server.client();
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&fetched);
    let theirs = Endpoint::start(Reply::By(Arc::new(move |request| {
        if request.target.starts_with("/token") {
            count.fetch_add(1, Ordering::SeqCst);
            (200, answer.clone())
        } else {
            (200, json!({ "challenge": request.challenge() }))
        }
    })))
    .await;
    let mut fields =
        json!({ "grantType": "client_credentials", "url": theirs.at("/token"), "clientId": "c" });
    super::merge(&mut fields, members);
    let credential = client.store(&server.body(server.development(), "OAuth_2.0_2-legged", &fields)).await;
    let made = client.attached(server.development(), theirs.url(), &credential).await;
    client.verify(&made, &json!({})).await.destination(200);
    tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
    client.verify(&made, &json!({})).await.destination(200);
    fetched.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_token_is_remembered_until_shortly_before_its_end() {
    let server = Server::start().await;
    let token = "a-fine-token-of-theirs";
    let cases = [
        (json!({ "access_token": token, "expires_in": 300 }), json!({}), 1),
        (json!({ "access_token": token, "expires_in": "300" }), json!({}), 1),
        (json!({ "access_token": token, "expires_in": 1 }), json!({}), 2),
        (json!({ "access_token": token, "expires_in": 0 }), json!({}), 2),
        (json!({ "access_token": token, "ends": 300 }), json!({ "expiresFieldName": "ends" }), 1),
        (json!({ "access_token": token, "ends": 1 }), json!({ "expiresFieldName": "ends" }), 2),
        (json!({ "access_token": token }), json!({ "defaultExpirationSeconds": 300 }), 1),
        (json!({ "access_token": token }), json!({ "defaultExpirationSeconds": 1 }), 2),
        (json!({ "access_token": token, "expires_in": 1 }), json!({ "defaultExpirationSeconds": 300 }), 2),
    ];
    for (answer, members, expected) in cases {
        let found = fetched(&server, answer.clone(), &members, 1_100).await;
        assert_eq!(found, expected, "{answer} {members}");
    }
}

#[tokio::test]
async fn an_answer_without_a_token_is_told_as_what_it_is() {
    let server = Server::start().await;
    let client = server.client();
    for (status, answer, named) in [
        (200, json!({ "token": "elsewhere" }), "accessTokenName"),
        (200, json!({ "access_token": 7 }), "accessTokenName"),
        (200, json!({ "access_token": "" }), "accessTokenName"),
        (200, json!({ "access_token": "two\r\nlines" }), "a token that"),
        (200, json!([]), "url"),
        (400, json!({ "error": "unsupported_grant_type" }), "unsupported_grant_type"),
        (
            401,
            json!({ "error": "invalid_client", "error_description": "the secret is hush-hush-hush" }),
            "invalid_client",
        ),
        (500, json!({}), "500"),
        (404, json!({}), "url"),
    ] {
        let shown = answer.clone();
        let theirs = Endpoint::start(Reply::By(Arc::new(move |_| (status, answer.clone())))).await;
        let fields = json!({
            "grantType": "client_credentials", "url": theirs.at("/token"), "clientId": "c",
            "clientSecret": "hush-hush-hush",
        });
        let body = server.body(server.development(), "OAuth_2.0_2-legged", &fields);
        let credential = client.store(&body).await;
        let made = client.attached(server.development(), theirs.url(), &credential).await;
        let failed = client.verify(&made, &json!({})).await;
        let verification = &failed.problem(422, "verification-failed")["verification"];
        let (check, advice) = failed_check(verification);
        assert!(check == "authorize" && advice.contains(named), "{status} {shown}: {check} {advice}");
        assert!(!failed.text.contains("hush-hush-hush"), "{}", failed.text);
        let lines = checks(verification);
        assert!(lines.contains(&"send not_run".to_owned()), "{lines:?}");
        assert_eq!(theirs.received().len(), 1, "nothing was delivered");
    }
}

#[tokio::test]
async fn a_token_server_may_neither_redirect_nor_stall_nor_flood() {
    let server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "2s")]).await;
    let client = server.client();
    let elsewhere = Endpoint::start(Reply::Challenge).await;
    for reply in
        [Reply::Redirect(elsewhere.url().to_owned()), Reply::Nothing, Reply::Endless, Reply::CutAfter(60)]
    {
        let theirs = Endpoint::start(reply).await;
        let fields =
            json!({ "grantType": "client_credentials", "url": theirs.at("/token"), "clientId": "c" });
        let body = server.body(server.development(), "OAuth_2.0_2-legged", &fields);
        let credential = client.store(&body).await;
        let made = client.attached(server.development(), elsewhere.url(), &credential).await;
        let begun = std::time::Instant::now();
        let failed = client.verify(&made, &json!({})).await;
        let (check, _) = failed_check(&failed.problem(422, "verification-failed")["verification"]);
        assert_eq!(check, "authorize");
        assert!(begun.elapsed().as_secs_f32() < 3.0, "{:?}", begun.elapsed());
    }
    assert_eq!(elsewhere.connections(), 0);
}
