//! Contract section 1, concurrency: entity tags, conditional requests, and writers who race.

use std::collections::HashSet;

use serde_json::json;

use crate::support::{
    Answer, Client, Endpoint, Reply, Server,
    reply::{at, id},
};

async fn one(server: &Server) -> (Client, String, String) {
    let client = server.client();
    let made = client.create(server.staging(), &json!({ "name": "Labs" })).await;
    let etag = client.get(&at(&made)).await.etag();
    (client, at(&made), etag)
}

#[tokio::test]
async fn an_entity_tag_is_strong_and_follows_the_content() {
    let server = Server::start().await;
    let client = server.client();
    let made = client
        .post(&format!("/environments/{}/destinations", server.staging()), &json!({ "name": "A" }))
        .await;
    let (path, first) = (at(made.destination(201)), made.etag());
    assert!(first.starts_with('"') && first.ends_with('"') && first.len() > 2, "{first}");
    assert_eq!(client.get(&path).await.etag(), first);
    assert_eq!(client.patch(&path, &json!({})).await.etag(), first, "nothing changed");
    assert_eq!(client.patch(&path, &json!({ "name": " A " })).await.etag(), first, "nothing changed either");
    let patched = client.patch(&path, &json!({ "name": "B" })).await;
    assert_ne!(patched.etag(), first);
    assert_eq!(client.get(&path).await.etag(), patched.etag());
}

#[tokio::test]
async fn a_get_of_what_the_client_has_already_is_not_modified() {
    let server = Server::start().await;
    let (client, path, etag) = one(&server).await;
    for given in [
        etag.clone(),
        format!("W/{etag}"),
        "*".to_owned(),
        format!("\"other\", {etag}"),
        format!("\"x\",W/{etag} , \"y\""),
    ] {
        let answer = client.get(&path).header("if-none-match", &given).await;
        assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{given}");
        assert_eq!(answer.etag(), etag);
    }
    for given in ["\"other\"", "\"a\", \"b\"", "W/\"other\""] {
        client.get(&path).header("if-none-match", given).await.destination(200);
    }
    client.patch(&path, &json!({ "name": "New" })).await.destination(200);
    client.get(&path).header("if-none-match", &etag).await.destination(200);
}

#[tokio::test]
async fn a_change_meant_for_another_version_changes_nothing() {
    let server = Server::start().await;
    let (client, path, etag) = one(&server).await;
    client.patch(&path, &json!({ "name": "B" })).header("if-match", &etag).await.destination(200);
    for given in [etag.clone(), "\"other\"".to_owned(), format!("{etag}, \"other\"")] {
        let refused = client.patch(&path, &json!({ "name": "C" })).header("if-match", &given).await;
        refused.problem(412, "precondition-failed");
        client.delete(&path).header("if-match", &given).await.problem(412, "precondition-failed");
        let verify = client.post(&format!("{path}/verify"), &json!({})).header("if-match", &given).await;
        verify.problem(412, "precondition-failed");
    }
    let now = client.get(&path).await;
    assert_eq!(now.destination(200)["name"], "B");
    let weak = format!("W/{}", now.etag());
    client
        .patch(&path, &json!({ "name": "C" }))
        .header("if-match", &weak)
        .await
        .problem(412, "precondition-failed");
    client.patch(&path, &json!({ "name": "C" })).header("if-match", "*").await.destination(200);
    let either = format!("\"other\", {}", client.get(&path).await.etag());
    client.patch(&path, &json!({ "name": "D" })).header("if-match", &either).await.destination(200);
    let last = client.get(&path).await.etag();
    client.delete(&path).header("if-match", &last).await.payload(200);
}

#[tokio::test]
async fn a_verify_meant_for_another_version_is_not_begun() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let verify = format!("{}/verify", at(&made));
    client
        .post(&verify, &json!({}))
        .header("if-match", "\"other\"")
        .await
        .problem(412, "precondition-failed");
    assert_eq!(endpoint.connections(), 0);
    let etag = client.get(&at(&made)).await.etag();
    let passed = client.post(&verify, &json!({})).header("if-match", &etag).await;
    assert_eq!(passed.destination(200)["status"], "verified");
    assert_ne!(passed.etag(), etag);
    assert_eq!(client.get(&at(&made)).await.etag(), passed.etag());
}

async fn race(client: &Client, path: &str, etag: Option<&str>) -> Vec<Answer> {
    let writers: Vec<_> = (0..32)
        .map(|writer| {
            let mut call = client.patch(path, &json!({ "name": format!("Writer {writer}") }));
            if let Some(etag) = etag {
                call = call.header("if-match", etag);
            }
            tokio::spawn(call.into_future())
        })
        .collect();
    let mut answers = Vec::new();
    for writer in writers {
        answers.push(writer.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn of_many_writers_with_the_same_entity_tag_one_wins() {
    let server = Server::start().await;
    let (client, path, etag) = one(&server).await;
    let answers = race(&client, &path, Some(&etag)).await;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409 | 412)));
    assert_eq!(client.get(&path).await.destination(200)["name"], won[0].destination(200)["name"]);
}

#[tokio::test]
async fn no_update_of_many_writers_is_lost_silently() {
    let server = Server::start().await;
    let (client, path, _) = one(&server).await;
    let answers = race(&client, &path, None).await;
    let mut etags = HashSet::new();
    for answer in &answers {
        match answer.status {
            200 => assert!(etags.insert(answer.etag()), "two writers made the same version"),
            _ => {
                answer.problem(409, "concurrent-update");
            }
        }
    }
    assert!(!etags.is_empty());
    let last = client.get(&path).await;
    assert!(etags.contains(&last.etag()));
    let destination = last.destination(200);
    let trail = server.database().trail(id(destination));
    assert_eq!(trail.len(), etags.len() + 1, "one event for each change, and the creation");
}
