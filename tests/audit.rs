//! Contract section 5, audit: what was done can be read, filtered and exported, and the trail proves itself.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Server,
    reply::{ENDPOINT, TOKEN, at, id},
    server,
};

fn trail(server: &Server, query: &str) -> String {
    format!("/organizations/{}/audit-events{query}", server.organization())
}

async fn events(server: &Server, query: &str) -> Vec<Value> {
    let answer = server.client().get(&trail(server, query)).await;
    answer.payload(200)["auditEvents"].as_array().unwrap().clone()
}

/// Waits until every event is in the chain.
async fn chained(server: &Server) {
    for _ in 0..100 {
        if events(server, "").await.iter().all(|event| event["sequence"].is_i64()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("events were not chained within ten seconds");
}

fn verify(server: &Server, more: &[&str]) -> server::Finished {
    server::run(&[&["admin", "audit", "verify"], more].concat(), &server.env())
}

#[tokio::test]
async fn what_was_done_is_told_by_whom_when_and_with_what_change() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.configured(server.staging(), ENDPOINT).await;
    let patch = json!({ "name": "Nightly", "verificationToken": TOKEN });
    client.patch(&at(&made), &patch).header("x-request-id", "rename-1").await.destination(200);
    let found = events(&server, &format!("?resourceId={}", id(&made))).await;
    let actions: Vec<&str> = found.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["destination.updated", "destination.created"], "the newest first");
    let update = &found[0];
    let me = client.get("/me").await.payload(200)["user"]["id"].clone();
    assert_eq!((&update["actor"], update["requestId"].as_str()), (&me, Some("rename-1")));
    assert_eq!(update["resource"]["kind"], "destination");
    assert_eq!(update["environmentId"], server.staging());
    let name = update["changes"].as_array().unwrap().iter().find(|change| change["field"] == "name").unwrap();
    assert_eq!((name["before"].as_str(), name["after"].as_str()), (made["name"].as_str(), Some("Nightly")));
    assert!(!update.to_string().contains(TOKEN));
}

#[tokio::test]
async fn filters_narrow_the_trail_and_pages_hold_each_event_once() {
    let server = Server::start().await;
    let client = server.client();
    let between = {
        client.configured(server.staging(), ENDPOINT).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        let moment = events(&server, "?_count=1").await[0]["at"].as_str().unwrap().to_owned();
        tokio::time::sleep(Duration::from_millis(5)).await;
        moment
    };
    let engineer = server.caller("engineer", server.production());
    for _ in 0..4 {
        engineer.configured(server.production(), ENDPOINT).await;
    }
    let person = engineer.get("/me").await.payload(200)["user"]["id"].as_str().unwrap().to_owned();
    assert_eq!(events(&server, &format!("?actor={person}")).await.len(), 4);
    assert_eq!(events(&server, "?action=destination.created").await.len(), 5);
    assert_eq!(events(&server, &format!("?environmentId={}", server.production())).await.len(), 5);
    assert_eq!(events(&server, "?resourceKind=organization").await.len(), 1);
    let all = events(&server, "").await.len();
    let before = events(&server, &format!("?to={between}")).await.len();
    let after = events(&server, &format!("?from={between}")).await.len();
    assert_eq!(before + after, all);
    assert!(before > 0 && after >= 5);
    let (mut seen, mut next) = (Vec::new(), trail(&server, "?_count=2"));
    loop {
        let page = client.get(&next).await;
        for event in page.payload(200)["auditEvents"].as_array().unwrap() {
            seen.push(event["id"].as_str().unwrap().to_owned());
        }
        match page.json["meta"]["page"]["links"]["next"].as_str() {
            Some(link) => next = link.trim_start_matches("/platform/v1").to_owned(),
            None => break,
        }
    }
    let pages = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((pages, seen.len()), (all, all));
    client.get(&trail(&server, "?action=nothing&from=today")).await.problem(400, "invalid-parameter");
}

#[tokio::test]
async fn an_export_is_a_line_for_each_event() {
    let server = Server::start().await;
    let client = server.client();
    for _ in 0..450 {
        client.post(&crate::support::reply::within(server.staging()), &json!({ "name": "Labs" })).await;
    }
    let export = client.get(&trail(&server, "?format=ndjson&action=destination.created")).await;
    assert_eq!((export.status, export.header("content-type")), (200, Some("application/x-ndjson")));
    let lines: Vec<Value> = export.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 450);
    assert!(export.text.ends_with('\n'));
    assert!(lines.windows(2).all(|pair| pair[0]["at"].as_str() >= pair[1]["at"].as_str()));
    let viewer = server.caller("viewer", server.staging());
    viewer.get(&trail(&server, "?format=ndjson")).await.problem(403, "forbidden");
}

#[tokio::test]
async fn the_chain_proves_itself_and_names_what_was_tampered_with() {
    let mut server = Server::start().await;
    let client = server.client();
    for _ in 0..8 {
        client.configured(server.staging(), ENDPOINT).await;
    }
    chained(&server).await;
    let proof = verify(&server, &["--output", "json"]);
    assert_eq!(proof.code, Some(0), "{proof:?}");
    let proof: Value = serde_json::from_str(&proof.stdout).unwrap();
    let count = proof["events"].as_i64().unwrap();
    assert!(count >= 10 && proof["waiting"] == 0, "{proof}");
    let head = proof["head"].as_str().unwrap().to_owned();
    server.send_term();
    server.ended().await;
    let broken = |server: &Server, words: &[&str]| {
        let proof = verify(server, &["--expect", &head]);
        assert_ne!(proof.code, Some(0), "{words:?}: {proof:?}");
        for word in words {
            assert!(proof.stderr.contains(word), "{word}: {proof:?}");
        }
    };
    let of =
        |number: i64, change: &str| format!("update audit_events set {change} where sequence = {number}");
    // Altered, and put back.
    server.tamper(&of(5, "action = 'destination.deleted'"));
    broken(&server, &["event 5", "altered"]);
    server.tamper(&of(5, "action = 'destination.created'"));
    assert_eq!(verify(&server, &["--expect", &head]).code, Some(0));
    // Moved.
    server.tamper(&of(6, "sequence = -6"));
    broken(&server, &["event 6 is missing"]);
    server.tamper(&of(7, "sequence = 6"));
    broken(&server, &["event 6", "moved"]);
    server.tamper("update audit_events set sequence = 7 where sequence = 6");
    server.tamper("update audit_events set sequence = 6 where sequence = -6");
    assert_eq!(verify(&server, &["--expect", &head]).code, Some(0));
    // Cut off from the end: seen by whoever kept the head of an earlier proof.
    server.tamper(&format!("delete from audit_events where sequence = {count}"));
    assert_eq!(verify(&server, &[]).code, Some(0));
    broken(&server, &["ends at event"]);
}

#[tokio::test]
async fn the_hash_is_what_anybody_can_compute_from_an_export() {
    let server = Server::start().await;
    server.client().configured(server.staging(), ENDPOINT).await;
    chained(&server).await;
    let export = server.client().get(&trail(&server, "?format=ndjson")).await;
    let mut lines: Vec<Value> = export.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|event| event["sequence"].as_i64());
    let mut compared = 0;
    for pair in lines.windows(2) {
        let (before, event) = (&pair[0], &pair[1]);
        if event["sequence"].as_i64() != before["sequence"].as_i64().map(|number| number + 1) {
            continue;
        }
        let content = json!([
            before["hash"],
            event["id"],
            event["at"],
            event["actor"],
            event["requestId"],
            event["organizationId"],
            event["environmentId"],
            event["action"],
            event["resource"]["kind"],
            event["resource"]["id"],
            event["changes"],
        ]);
        let hash = crate::support::counterpart::ask("sha256.py", &content).await.unwrap();
        assert_eq!(event["hash"], hash);
        compared += 1;
    }
    assert!(compared >= 1);
}
