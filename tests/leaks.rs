//! A planted verification token is looked for everywhere it must not be: files, logs at their loudest, responses,
//! history, audit trail, metrics. In plain and in every form that something might have turned it into.

use std::{fs, path::Path};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use serde_json::json;
use testkit::database::is_postgres;

use crate::support::{
    Answer, Client, Endpoint, Reply, Server,
    reply::{at, id, within},
};

/// Tokens with characters that each way of writing them down treats in its own way.
const PLANTED: [&str; 3] =
    ["Planted-1/a+b=c&d%e?f#g", "Planted-2\"quote\\slash<html>'", "Planted-3.only-plain_characters"];

/// What the token may have become.
pub(crate) fn forms(token: &str) -> Vec<(&'static str, String)> {
    let bytes = token.as_bytes();
    let hex = |upper: bool| -> String {
        bytes.iter().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect()
    };
    let percent = |upper: bool| -> String {
        let escape = |byte: &u8| match (byte.is_ascii_alphanumeric() || b"-._~".contains(byte), upper) {
            (true, _) => char::from(*byte).to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        };
        bytes.iter().map(escape).collect()
    };
    let json = serde_json::to_string(token).unwrap();
    let mut forms = vec![
        ("plain", token.to_owned()),
        ("lower case", token.to_lowercase()),
        ("reversed", token.chars().rev().collect()),
        ("hex", hex(false)),
        ("HEX", hex(true)),
        ("percent-encoded", percent(true)),
        ("percent-encoded, lower", percent(false)),
        ("JSON", json[1..json.len() - 1].to_owned()),
        ("JSON, slashes", json[1..json.len() - 1].replace('/', "\\/")),
        ("Debug", token.escape_debug().to_string()),
        (
            "HTML",
            token.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        ),
        ("list of bytes", format!("{bytes:?}").trim_matches(['[', ']']).to_owned()),
        ("beginning", token[..12].to_owned()),
        ("end", token[token.len() - 12..].to_owned()),
    ];
    // Inside a longer text, base64 of the token depends on where it begins; the characters at both ends on its
    // neighbours too.
    for offset in 0..3 {
        let shifted = [&vec![0; offset], bytes].concat();
        let whole = |text: String| text[if offset == 0 { 0 } else { 4 }..shifted.len() / 3 * 4].to_owned();
        forms.push(("base64", whole(STANDARD_NO_PAD.encode(&shifted))));
        forms.push(("base64url", whole(URL_SAFE_NO_PAD.encode(&shifted))));
    }
    forms
}

fn assert_absent(place: &str, haystack: &[u8]) {
    // Every form is ASCII, so that it stands in the text wherever it stood in the bytes.
    let text = String::from_utf8_lossy(haystack);
    for token in PLANTED {
        for (name, form) in forms(token) {
            if let Some((before, after)) = text.split_once(&form) {
                let before: String =
                    before.chars().rev().take(120).collect::<Vec<_>>().into_iter().rev().collect();
                let after: String = after.chars().take(120).collect();
                panic!("{place} holds the token {token}, {name}: ...{before}>>>{form}<<<{after}...");
            }
        }
    }
}

/// Everything below a directory.
fn search_files(directory: &Path) -> usize {
    let mut searched = 0;
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            searched += search_files(&path);
        } else {
            assert_absent(&path.display().to_string(), &fs::read(&path).unwrap());
            searched += 1;
        }
    }
    searched
}

/// Sends the token in every way there is, well and badly; every answer.
async fn exercise(client: &Client, environment: &str, token: &str, endpoint: &Endpoint) -> Vec<Answer> {
    let list = within(environment);
    let create = client
        .post(&list, &json!({ "name": "x", "endpoint": endpoint.url(), "verificationToken": token }))
        .await;
    let made = create.destination(201).clone();
    let (path, verify) = (at(&made), format!("{}/verify", at(&made)));
    let truncated =
        format!("{{\"name\": \"x\", \"verificationToken\": \"{}\", ", token.replace(['"', '\\'], "_"));
    let mut answers = vec![
        create,
        client.patch(&path, &json!({ "verificationToken": "in-between-token" })).await,
        client.patch(&path, &json!({ "verificationToken": token })).await,
        client.patch(&path, &json!({ "verificationToken": format!(" {token}") })).await,
        client.patch(&path, &json!({ "verificationToken": [token] })).await,
        client.patch(&path, &json!({ "verificationToken": format!("{token}é") })).await,
        client
            .patch(&path, &json!({ "setupState": { "destination": { "verificationToken": token } } }))
            .await,
        client.call("PATCH", &path).raw("application/json", truncated.as_bytes()).await,
        client.call("PATCH", &path).raw("text/plain", token.as_bytes()).await,
    ];
    for body in [json!({}), json!({ "verificationMethod": "GET" }), json!({ "dataModel": "Results" })] {
        let mut with_token = body.clone();
        with_token["verificationToken"] = json!(token);
        answers.push(client.post(&verify, &body).await);
        answers.push(client.post(&verify, &with_token).await);
    }
    let history = client.get(&format!("{path}/verifications")).await;
    let attempts = history.payload(200)["verifications"].as_array().unwrap().clone();
    assert_eq!(attempts.len(), 6);
    for attempt in &attempts {
        answers.push(client.get(&format!("/verifications/{}", id(attempt))).await);
    }
    answers.extend([history, client.get(&path).await, client.get(&list).await]);
    answers
}

#[tokio::test]
async fn a_verification_token_is_nowhere_to_be_found() {
    let server = Server::start_with(&[("WAYPOST_LOG", "trace"), ("WAYPOST_VERIFY_TIMEOUT", "2s")]).await;
    let client = server.client();
    for token in PLANTED {
        for reply in [
            Reply::Everything,
            Reply::Challenge,
            Reply::Text(500, format!("I know {token}")),
            Reply::CutAfter(70),
        ] {
            let endpoint = Endpoint::start(reply).await;
            for answer in exercise(&client, server.development(), token, &endpoint).await {
                assert_absent("an answer", answer.text.as_bytes());
                assert_absent("a header", format!("{:?}", answer.headers).as_bytes());
            }
            assert!(
                endpoint.received().iter().any(|sent| sent.header("verification-token") == Some(token)),
                "it was sent"
            );
        }
    }
    let metrics = Client::new(server.admin_url(), None).get("//metrics").await;
    assert_absent("metrics", metrics.text.as_bytes());
    let log = server.log();
    assert!(log.len() > 10_000, "the log is loud");
    assert_absent("the log", log.as_bytes());
    let searched = search_files(&server.data_dir());
    if is_postgres() {
        assert_absent("the database", server.database().dump().as_bytes());
    } else {
        assert!(searched >= 2, "the database and its log were searched");
    }
}

/// What an endpoint may plausibly make of a token that it writes back.
fn echoes(token: &str) -> Vec<String> {
    let mut echoes: Vec<String> = forms(token)
        .into_iter()
        .filter(|(name, _)| {
            let is_part = matches!(*name, "base64" | "base64url" | "beginning" | "end");
            !is_part && !matches!(*name, "lower case" | "list of bytes")
        })
        .map(|(_, form)| form)
        .collect();
    for before in ["", "x", "xy"] {
        let text = format!("{before}{token} and more");
        echoes.extend([STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text), STANDARD.encode(token)]);
    }
    echoes
}

#[tokio::test]
async fn what_an_endpoint_makes_of_a_token_is_not_shown_either() {
    let server = Server::start().await;
    let client = server.client();
    for token in PLANTED {
        for echo in echoes(token) {
            let endpoint = Endpoint::start(Reply::Text(400, format!("before {echo} after"))).await;
            let body = json!({ "name": "x", "endpoint": endpoint.url(), "verificationToken": token });
            let made = client.create(server.development(), &body).await;
            let answer = client.verify(&made, &json!({})).await;
            let shown = &answer.problem(422, "verification-failed")["verification"]["response"]["body"];
            assert!(!shown.as_str().unwrap().contains(&echo), "{echo}: {shown}");
            assert_absent(&format!("the answer to {echo}"), shown.to_string().as_bytes());
        }
    }
}
