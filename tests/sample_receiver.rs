//! `waypost-server receiver`: the endpoint that comes along for trying things out.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::support::{
    Client, Server,
    reply::{TOKEN, failed_check},
    server::binary,
};

struct Receiver {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    url: String,
}

impl Receiver {
    async fn start(extra: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(["receiver", "--port", "0", "--token", TOKEN])
            .args(extra)
            .env_clear()
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next_line().await.unwrap().unwrap();
        let url = first.strip_prefix("Receiver listens on ").unwrap_or_else(|| panic!("{first}")).to_owned();
        assert!(url.starts_with("http://127.0.0.1:") && url.ends_with('/'), "{url}");
        Self { child, lines, url }
    }

    /// The next request that it tells of.
    async fn line(&mut self) -> String {
        let line = self.lines.next_line().await.unwrap().unwrap();
        assert!(!line.contains(TOKEN), "{line}");
        assert!(!line.contains('\u{1b}'), "no colour where there is no terminal: {line:?}");
        line
    }
}

/// Verifies a new destination that leads to the receiver.
async fn verify(server: &Server, receiver: &Receiver, token: &str, body: &Value) -> (u16, Value) {
    let create = json!({ "name": "x", "endpoint": receiver.url, "verificationToken": token });
    let client = server.client();
    let made = client.create(server.development(), &create).await;
    let answer = client.verify(&made, body).await;
    let verification = if answer.status == 200 {
        &answer.json["payload"]["verification"]
    } else {
        &answer.json["verification"]
    };
    (answer.status, verification.clone())
}

#[tokio::test]
async fn it_answers_challenges_and_takes_messages() {
    let server = Server::start().await;
    let mut receiver = Receiver::start(&[]).await;
    for (body, words) in [
        (json!({}), "POST / challenge 200"),
        (json!({ "verificationMethod": "GET" }), "GET / challenge 200"),
        (json!({ "dataModel": "Results", "eventType": "New" }), "POST / Results New 200"),
        (json!({ "dataModel": "FHIR.Event.Order" }), "POST / FHIR message 200"),
    ] {
        let (status, verification) = verify(&server, &receiver, TOKEN, &body).await;
        assert_eq!(status, 200, "{verification}");
        let line = receiver.line().await;
        assert!(words.split(' ').all(|word| line.contains(word)), "{line}");
    }
    let (status, verification) = verify(&server, &receiver, "another-token", &json!({})).await;
    assert_eq!((status, verification["response"]["status"].as_u64()), (422, Some(401)));
    assert!(receiver.line().await.contains("401"));
    let stray = Client::new(receiver.url.trim_end_matches('/'), None)
        .get(&format!("//x?verification-token={TOKEN}"))
        .await;
    assert_eq!(stray.status, 400);
    receiver.line().await;
    receiver.child.kill().await.unwrap();
}

#[tokio::test]
async fn each_mode_fails_in_its_own_way() {
    let server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "1s")]).await;
    for (mode, check, status) in [
        ("reject", "send", json!(403)),
        ("redirect", "send", json!(302)),
        ("wrong-challenge", "challenge", json!(200)),
        ("slow", "send", json!(null)),
    ] {
        let receiver = Receiver::start(&["--mode", mode]).await;
        let (code, verification) = verify(&server, &receiver, TOKEN, &json!({})).await;
        assert_eq!((code, failed_check(&verification).0.as_str()), (422, check), "{mode}: {verification}");
        assert_eq!(verification["response"]["status"], status, "{mode}");
    }
}
