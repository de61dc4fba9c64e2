//! Contract section 1, rate limit: so many requests of a caller in a time, fewer failed attempts of an address.

use std::time::Duration;

use crate::support::{Answer, Server};

/// `(q, w)` of the policy and `(r, t)` of what is left.
fn quota(answer: &Answer) -> ((u32, u32), (u32, u32)) {
    let numbers = |name: &str, first: &str, second: &str| {
        let text =
            answer.header(name).unwrap_or_else(|| panic!("no {name}: {:?}", answer.headers)).to_owned();
        let value = |key: &str| {
            let part = text.split(';').find_map(|part| part.strip_prefix(&format!("{key}=")));
            part.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
        };
        assert!(text.starts_with("\"default\";"), "{text}");
        (value(first), value(second))
    };
    (numbers("ratelimit-policy", "q", "w"), numbers("ratelimit", "r", "t"))
}

#[tokio::test]
async fn every_answer_says_what_is_left_and_one_too_many_is_told_when_to_come_again() {
    let server = Server::start_with(&[("WAYPOST_RATE_LIMIT", "20/3600s")]).await;
    let client = server.client();
    let mut left = Vec::new();
    for _ in 0..20 {
        let answer = client.get("/me").await;
        answer.payload(200);
        let ((q, w), (r, t)) = quota(&answer);
        assert_eq!((q, w, answer.header("x-ratelimit-limit")), (20, 3_600, Some("20")));
        assert!((1..=3_600).contains(&t));
        left.push(r);
    }
    assert_eq!(left, (0..20).rev().collect::<Vec<_>>());
    let refused = client.get("/me").await;
    refused.problem(429, "rate-limited");
    assert_eq!(quota(&refused).1.0, 0);
    let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&wait));
    // Others go on, and what needs no caller is not counted.
    server.client_for(&server.new_user(&[])).get("/me").await.payload(200);
    assert_eq!(server.stranger().get("//openapi.json").await.status, 200);
    assert_eq!(quota(&server.stranger().get("//openapi.json").await).1.0, 20);
}

#[tokio::test]
async fn the_next_window_begins_anew() {
    let server = Server::start_with(&[("WAYPOST_RATE_LIMIT", "3/1s")]).await;
    let client = server.client();
    let mut statuses = Vec::new();
    for _ in 0..60 {
        statuses.push(client.get("/me").await.status);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(statuses.contains(&429));
    let last = statuses.iter().rposition(|status| *status == 429).unwrap();
    assert!(statuses.iter().filter(|status| **status == 200).count() >= 6, "{statuses:?}");
    assert!(statuses[..last].contains(&200));
}

#[tokio::test]
async fn an_address_that_fails_too_often_is_stopped_and_known_callers_go_on() {
    let server = Server::start_with(&[("WAYPOST_RATE_LIMIT", "100/3600s")]).await;
    let known = server.client();
    known.get("/me").await.payload(200);
    let guess = known.with_token("guess");
    for _ in 0..10 {
        guess.get("/me").await.problem(401, "unauthenticated");
    }
    let stopped = guess.get("/me").await;
    stopped.problem(429, "rate-limited");
    assert!(stopped.header("retry-after").is_some());
    known.get("/me").await.payload(200);
    let form = "grant_type=client_credentials&client_assertion=x&client_assertion_type=\
                urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let asked = server.stranger().call("POST", "//v2/auth/token");
    let asked = asked.raw("application/x-www-form-urlencoded", form.as_bytes()).await;
    asked.problem(429, "rate-limited");
}

#[tokio::test]
async fn it_can_be_switched_off_and_a_wrong_value_stops_the_start() {
    let server = Server::start_with(&[("WAYPOST_RATE_LIMIT", "off")]).await;
    let answer = server.client().get("/me").await;
    assert_eq!((answer.header("ratelimit"), answer.header("x-ratelimit-limit")), (None, None));
    for wrong in ["", "10", "0/1s", "10/0s", "ten/1s", "10/2d", "-1/1s"] {
        let done = crate::support::server::run(&["check-config"], &[("WAYPOST_RATE_LIMIT", wrong)]);
        assert!(done.code != Some(0) && done.stderr.contains("WAYPOST_RATE_LIMIT"), "{wrong}: {done:?}");
    }
}
