//! Contract section 2, verify: each way an attempt can fail, which check tells of it, and that its advice is of use.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{
    Client, Endpoint, Reply, Server,
    certificates::{Authority, Certificate},
    reply::{TOKEN, at, checks, failed_check},
};

/// Verifies a new destination that leads there, which must fail; the verification.
async fn failure(client: &Client, environment: &str, endpoint: &str) -> Value {
    let made = client.configured(environment, endpoint).await;
    let answer = client.verify(&made, &json!({})).await;
    let verification = answer.problem(422, "verification-failed")["verification"].clone();
    assert_eq!(verification["outcome"], "failed", "{verification}");
    let after = client.reread(&made).await;
    assert_eq!(
        (&after["status"], &after["verification"]["lastAttempt"]["id"]),
        (&json!("configured"), &verification["id"])
    );
    let history = client.get(&format!("{}/verifications", at(&made))).await;
    assert_eq!(history.payload(200)["verifications"], json!([verification]));
    assert!(!answer.text.contains(TOKEN), "{}", answer.text);
    verification
}

/// The name of the failed check; all before it passed (or were not needed), none after it was run.
#[track_caller]
fn stopped_at(verification: &Value) -> String {
    let (name, advice) = failed_check(verification);
    assert!(advice.len() > 20, "{name}: {advice:?} tells nobody what to do");
    let mut reached = false;
    for check in checks(verification) {
        if check == format!("{name} failed") {
            reached = true;
        } else if reached {
            assert!(check.ends_with(" not_run"), "{check} after {name}");
        } else {
            assert!(
                check.ends_with(" passed")
                    || check == "tls not_run"
                    || check == "authorize not_run"
                    || check == "resolve not_run",
                "{check} before {name}"
            );
        }
    }
    name
}

#[tokio::test]
async fn a_name_that_does_not_exist_fails_to_resolve() {
    let server = Server::start().await;
    let client = server.client();
    let verification = failure(&client, server.staging(), "https://no-such-host.example/").await;
    assert_eq!(stopped_at(&verification), "resolve");
    assert_eq!((&verification["request"], &verification["response"]), (&json!(null), &json!(null)));
}

#[tokio::test]
async fn nobody_listening_fails_to_connect() {
    let server = Server::start().await;
    let client = server.client();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let verification = failure(&client, server.development(), &format!("http://{address}/in")).await;
    assert_eq!(stopped_at(&verification), "connect");
    assert_eq!(verification["response"], json!(null));
}

#[tokio::test]
async fn a_certificate_that_is_not_good_fails_tls_and_says_why() {
    let authority = Authority::new();
    let file = authority.file().display().to_string();
    let server = Server::start_with(&[("WAYPOST_EXTRA_CA_FILE", &file)]).await;
    let client = server.client();
    for (kind, word) in [
        (Certificate::Expired, "expire"),
        (Certificate::OtherName, "name"),
        (Certificate::SelfSigned, "sign"),
    ] {
        let endpoint = Endpoint::start_tls(Reply::Challenge, authority.acceptor(kind)).await;
        let verification = failure(&client, server.staging(), endpoint.url()).await;
        assert_eq!(stopped_at(&verification), "tls");
        assert!(failed_check(&verification).1.to_lowercase().contains(word), "{word}: {verification}");
        assert!(endpoint.received().is_empty(), "nothing is sent to a stranger");
    }
}

#[tokio::test]
async fn an_authority_that_is_not_trusted_fails_tls() {
    let authority = Authority::new();
    let server = Server::start().await;
    let endpoint = Endpoint::start_tls(Reply::Challenge, authority.acceptor(Certificate::Good)).await;
    let verification = failure(&server.client(), server.staging(), endpoint.url()).await;
    assert_eq!(stopped_at(&verification), "tls");
    assert!(endpoint.received().is_empty());
}

#[tokio::test]
async fn plain_http_where_tls_is_expected_fails_tls() {
    let server = Server::start().await;
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let https = format!("https://{}/", plain.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = plain.accept().await {
            stream.writable().await.unwrap();
            stream.try_write(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        }
    });
    let verification = failure(&server.client(), server.staging(), &https).await;
    assert_eq!(stopped_at(&verification), "tls");
}

#[tokio::test]
async fn an_answer_that_is_no_success_fails_to_send() {
    let server = Server::start().await;
    let client = server.client();
    let mut advice = Vec::new();
    for status in [401, 403, 404, 405, 500, 503] {
        let endpoint = Endpoint::start(Reply::Text(status, "no, thanks".to_owned())).await;
        let verification = failure(&client, server.development(), endpoint.url()).await;
        assert_eq!(stopped_at(&verification), "send");
        assert_eq!(verification["response"], json!({ "status": status, "body": "no, thanks" }));
        assert_eq!(verification["request"], json!({ "method": "POST", "url": endpoint.url() }));
        let text = failed_check(&verification).1;
        assert!(text.contains(&status.to_string()), "{text}");
        advice.push(text);
    }
    insta::assert_snapshot!(advice.join("\n"), @r"
    The endpoint answered 401: the request is not let in. Check that the endpoint compares the verification-token header with the token set here, and that nothing before it blocks Waypost.
    The endpoint answered 403: the request is not let in. Check that the endpoint compares the verification-token header with the token set here, and that nothing before it blocks Waypost.
    The endpoint answered 404: nothing is at this path. Check the path of the URL.
    The endpoint answered 405: the endpoint does not take POST. Let it take POST, or choose the other verification method.
    The endpoint answered 500: the endpoint failed. Look into its log.
    The endpoint answered 503: the endpoint failed. Look into its log.
    ");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start().await;
    let target = Endpoint::start(Reply::Challenge).await;
    let endpoint = Endpoint::start(Reply::Redirect(target.url().to_owned())).await;
    let verification = failure(&server.client(), server.development(), endpoint.url()).await;
    assert_eq!(stopped_at(&verification), "send");
    assert_eq!((verification["response"]["status"].as_u64(), target.connections()), (Some(302), 0));
    assert!(!verification.to_string().contains(target.url()), "{verification}");
}

#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up_on() {
    let server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "1s")]).await;
    let endpoint = Endpoint::start(Reply::Nothing).await;
    let begun = std::time::Instant::now();
    let verification = failure(&server.client(), server.development(), endpoint.url()).await;
    assert_eq!(stopped_at(&verification), "send");
    assert!(
        (Duration::from_millis(900)..Duration::from_secs(5)).contains(&begun.elapsed()),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        verification["durationMs"].as_u64().is_some_and(|millis| (900..2_000).contains(&millis)),
        "{verification}"
    );
}

#[tokio::test]
async fn an_answer_that_breaks_off_fails() {
    let server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "2s")]).await;
    let client = server.client();
    for bytes in [0, 5, 30, 200] {
        let endpoint = Endpoint::start(Reply::CutAfter(bytes)).await;
        let verification = failure(&client, server.development(), endpoint.url()).await;
        let stopped = stopped_at(&verification);
        assert!(matches!(stopped.as_str(), "send" | "challenge"), "{bytes}: {stopped}");
    }
}

#[tokio::test]
async fn an_answer_without_the_challenge_fails_the_last_check() {
    let server = Server::start().await;
    let client = server.client();
    let other = json!({ "challenge": "6f2ab3c4-88f0-4d5e-9a51-3f5b1c2d3e4f" }).to_string();
    for body in [String::new(), "OK".to_owned(), other] {
        let endpoint = Endpoint::start(Reply::Text(200, body)).await;
        let verification = failure(&client, server.development(), endpoint.url()).await;
        assert_eq!(stopped_at(&verification), "challenge");
        assert_eq!(verification["response"]["status"], 200);
    }
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_the_end() {
    let server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "5s")]).await;
    let endpoint = Endpoint::start(Reply::Endless).await;
    let begun = std::time::Instant::now();
    let verification = failure(&server.client(), server.development(), endpoint.url()).await;
    assert_eq!(stopped_at(&verification), "challenge");
    assert!(begun.elapsed() < Duration::from_secs(4), "stopped at 64 KiB, not by the cap");
    assert!(verification["response"]["body"].as_str().unwrap().len() <= 1_024, "{verification}");
}

#[tokio::test]
async fn an_endpoint_that_is_no_longer_allowed_is_not_called() {
    let mut server = Server::start().await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = server.client().configured(server.development(), endpoint.url()).await;
    let named = endpoint.url().replace("127.0.0.1", "localhost");
    let by_name = server.client().configured(server.development(), &named).await;
    server.send_term();
    server.ended().await;
    server.set_env("WAYPOST_ALLOWED_NETWORKS", "");
    server.restart().await;
    let client = server.client();
    for destination in [&made, &by_name] {
        let answer = client.verify(destination, &json!({})).await;
        let stopped = stopped_at(&answer.problem(422, "verification-failed")["verification"]);
        assert!(matches!(stopped.as_str(), "endpoint" | "address"), "{stopped}");
    }
    assert_eq!(endpoint.connections(), 0);
}

#[tokio::test]
async fn a_token_that_the_endpoint_echoes_is_not_shown() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Everything).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    for body in [json!({}), json!({ "verificationMethod": "GET" }), json!({ "dataModel": "Results" })] {
        let answer = client.verify(&made, &body).await;
        let shown = answer.payload(200)["verification"]["response"]["body"].as_str().unwrap();
        assert!(!answer.text.contains(TOKEN), "{}", answer.text);
        assert!(shown.to_lowercase().contains("application-name") || shown.is_empty(), "{shown}");
    }
    let history = client.get(&format!("{}/verifications", at(&made))).await;
    assert!(!history.text.contains(TOKEN), "{}", history.text);
}
