//! Deliveries to a standard destination: what is sent, what counts as success, and what a failure advises.

use domain::{
    environment::EnvironmentFlag,
    secret::SecretText,
    verification::{CheckName, CheckOutcome, Delivery, Outcome, VerificationMethod},
};
use outbound::{
    authorize::{Authorizer, ServerIdentity},
    deliver::standard::{Content, StandardDelivery, deliver},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{CAP, Listener, answer, client, endpoint, failed, ok, serve};

const TOKEN: &str = "tok&en/with+signs=12";
const CHALLENGE: &str = "0192f1c0-2222-7333-8444-555566667777";

pub(crate) fn authorizer() -> Authorizer {
    let key = rcgen::KeyPair::generate().unwrap().serialize_der();
    let key = jsonwebtoken::EncodingKey::from_ec_der(&key);
    Authorizer::new(ServerIdentity { issuer: "https://waypost.example.org".into(), key_id: "k1".into(), key })
}

async fn send(listener: &Listener, path: &str, method: VerificationMethod, content: Content<'_>) -> Delivery {
    let token = SecretText::from(TOKEN.to_owned());
    let job = StandardDelivery {
        message_id: Uuid::nil(),
        signing_secret: None,
        credential: None,
        endpoint: &endpoint(&listener.url("http", path)),
        flag: EnvironmentFlag::Development,
        method,
        token: Some(&token),
        content,
    };
    deliver(&client(), &authorizer(), job, CAP).await
}

async fn challenge(listener: &Listener) -> Delivery {
    send(listener, "/in", VerificationMethod::Post, Content::Challenge(CHALLENGE)).await
}

#[tokio::test]
async fn a_posted_challenge_is_json_with_the_token_in_body_and_header() {
    let listener = serve(|request| ok(request.split_once("\r\n\r\n").unwrap().1)).await;
    let delivery = challenge(&listener).await;
    assert_eq!(delivery.outcome(), Outcome::Passed);
    let request = &listener.requests()[0];
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body, json!({"verification-token": TOKEN, "challenge": CHALLENGE}));
    assert!(head.starts_with("POST /in HTTP/1.1\r\n"));
    for header in [
        "\r\nverification-token: tok&en/with+signs=12\r\n",
        "\r\napplication-name: Waypost\r\n",
        "\r\nuser-agent: Waypost/0",
        "\r\ncontent-type: application/json\r\n",
        "\r\naccept: application/json\r\n",
    ] {
        assert!(head.contains(header), "{head}");
    }
    let sent = delivery.request.unwrap();
    assert_eq!((sent.method.as_str(), sent.url), ("POST", listener.url("http", "/in")));
    let shown = delivery.response.unwrap();
    assert_eq!(shown.body, format!(r#"{{"verification-token":"[redacted]","challenge":"{CHALLENGE}"}}"#));
    let outcomes: Vec<_> = delivery.checks.iter().map(|check| (check.name, check.outcome)).collect();
    assert_eq!(outcomes[5], (CheckName::Authorize, CheckOutcome::NotRun));
    assert_eq!(
        outcomes[6..],
        [(CheckName::Send, CheckOutcome::Passed), (CheckName::Challenge, CheckOutcome::Passed)]
    );
    assert_eq!(delivery.checks[5].detail, "No auth credential is attached.");
}

#[tokio::test]
async fn a_challenge_by_get_goes_behind_the_query_and_is_not_shown() {
    let listener = serve(ok).await;
    let delivery = send(&listener, "/in?x=1", VerificationMethod::Get, Content::Challenge(CHALLENGE)).await;
    assert_eq!(delivery.outcome(), Outcome::Passed);
    let request = &listener.requests()[0];
    let line = format!(
        "GET /in?x=1&verification-token=tok%26en%2Fwith%2Bsigns%3D12&challenge={CHALLENGE} HTTP/1.1\r\n"
    );
    assert!(request.starts_with(&line), "{request}");
    assert!(request.ends_with("\r\n\r\n"));
    let sent = delivery.request.unwrap();
    assert_eq!((sent.method.as_str(), sent.url), ("GET", listener.url("http", "/in?x=1")));
    let shown = delivery.response.unwrap().body;
    assert!(shown.contains("&verification-token=[redacted]&challenge="), "{shown}");
    assert!(!shown.contains("with"), "{shown}");
}

#[tokio::test]
async fn without_a_token_there_is_none_in_body_and_header() {
    let listener = serve(ok).await;
    let job = StandardDelivery {
        message_id: Uuid::nil(),
        signing_secret: None,
        credential: None,
        endpoint: &endpoint(&listener.url("http", "/in")),
        flag: EnvironmentFlag::Development,
        method: VerificationMethod::Post,
        token: None,
        content: Content::Challenge(CHALLENGE),
    };
    assert_eq!(deliver(&client(), &authorizer(), job, CAP).await.outcome(), Outcome::Passed);
    assert!(!listener.requests()[0].contains("verification-token"));
}

#[tokio::test]
async fn a_sample_is_posted_as_it_is_and_any_2xx_passes() {
    let listener = serve(|_| answer("204 No Content", "", "")).await;
    let message = json!({"Meta": {"DataModel": "PatientAdmin", "Test": true}, "Patient": {}});
    let delivery = send(&listener, "/in", VerificationMethod::Get, Content::Message(&message)).await;
    assert_eq!(delivery.outcome(), Outcome::Passed);
    assert_eq!(delivery.checks[7].outcome, CheckOutcome::NotRun);
    let request = &listener.requests()[0];
    assert!(request.starts_with("POST /in "));
    assert_eq!(serde_json::from_str::<Value>(request.split_once("\r\n\r\n").unwrap().1).unwrap(), message);
}

#[tokio::test]
async fn an_answer_without_the_challenge_fails_the_last_check() {
    let listener = serve(|_| ok("welcome")).await;
    let delivery = challenge(&listener).await;
    let (check, advice) = failed(&delivery.checks).unwrap();
    assert_eq!(check, CheckName::Challenge);
    assert!(advice.contains("{\"challenge\""), "{advice}");
    assert_eq!(delivery.response.unwrap().body, "welcome");
}

#[tokio::test]
async fn the_challenge_counts_only_in_the_first_64_kib() {
    let late = format!("{}{CHALLENGE}", "x".repeat(64 * 1_024 - 10));
    let listener = serve(move |_| ok(&late)).await;
    let (check, advice) = failed(&challenge(&listener).await.checks).map(|(c, a)| (c, a.to_owned())).unwrap();
    assert_eq!(check, CheckName::Challenge);
    assert!(advice.contains("64 KiB"), "{advice}");
    let early = format!("{}{CHALLENGE}{}", "x".repeat(60 * 1_024), "y".repeat(10_000));
    let listener = serve(move |_| ok(&early)).await;
    assert_eq!(challenge(&listener).await.outcome(), Outcome::Passed);
}

#[tokio::test]
async fn the_challenge_in_a_refusal_does_not_count() {
    for (status, word) in [
        ("401 Unauthorized", "verification-token"),
        ("403 Forbidden", "verification-token"),
        ("404 Not Found", "path"),
        ("405 Method Not Allowed", "POST"),
        ("301 Moved", "redirect"),
        ("302 Found", "redirect"),
        ("500 Oops", "log"),
        ("503 Busy", "log"),
        ("429 Slow", "later"),
        ("418 Teapot", "200"),
    ] {
        let listener =
            serve(move |_| answer(status, "location: http://inner.example.org/x\r\n", CHALLENGE)).await;
        let delivery = challenge(&listener).await;
        let (check, advice) = failed(&delivery.checks).unwrap();
        assert_eq!(check, CheckName::Send, "{status}");
        assert!(advice.contains(word) && advice.contains(&status[..3]), "{advice}");
        assert!(!advice.contains("inner"), "{advice}");
        assert_eq!(delivery.checks[7].outcome, CheckOutcome::NotRun);
        assert_eq!(delivery.response.unwrap().status.to_string(), status[..3]);
    }
}

#[tokio::test]
async fn nothing_is_said_to_be_sent_when_nothing_was() {
    let listener = serve(|_| ok("fine")).await;
    let job = StandardDelivery {
        message_id: Uuid::nil(),
        signing_secret: None,
        credential: None,
        endpoint: &endpoint(&format!("http://10.0.0.1:{}/in", listener.address.port())),
        flag: EnvironmentFlag::Development,
        method: VerificationMethod::Post,
        token: None,
        content: Content::Challenge(CHALLENGE),
    };
    let delivery = deliver(&client(), &authorizer(), job, CAP).await;
    assert_eq!((delivery.request, delivery.response), (None, None));
    assert_eq!(failed(&delivery.checks).unwrap().0, CheckName::Endpoint);
    assert!(delivery.checks[1..].iter().all(|check| check.outcome == CheckOutcome::NotRun));
}
