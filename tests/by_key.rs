//! Contract section 2, PUT by the caller's own key: a pipeline runs the same call again and again.

use serde_json::{Value, json};

use crate::support::{
    Endpoint, Reply, Server,
    reply::{ENDPOINT, TOKEN, at, id, within},
};

fn by_key(environment: &str, key: &str) -> String {
    format!("{}/{key}", within(environment))
}

fn body() -> Value {
    json!({ "name": "Labs", "endpoint": ENDPOINT, "verificationToken": TOKEN })
}

#[tokio::test]
async fn the_first_call_creates_and_the_same_call_again_changes_nothing() {
    let server = Server::start().await;
    let client = server.client();
    let path = by_key(server.staging(), "labs.nightly");
    let first = client.call("PUT", &path).json(&body()).await;
    let made = first.destination(201).clone();
    assert_eq!((&made["externalId"], &made["status"]), (&json!("labs.nightly"), &json!("configured")));
    assert!(first.header("location").unwrap().ends_with(&at(&made)));
    for _ in 0..3 {
        let again = client.call("PUT", &path).json(&body()).await;
        assert_eq!((again.destination(200), again.etag()), (&made, first.etag()));
    }
    assert_eq!(client.reread(&made).await, made);
    assert_eq!(server.database().trail(id(&made)), ["destination.created"]);
}

#[tokio::test]
async fn another_body_changes_what_it_mentions() {
    let server = Server::start().await;
    let client = server.client();
    let path = by_key(server.staging(), "labs");
    let made = client.call("PUT", &path).json(&body()).await.destination(201).clone();
    let changed = client.call("PUT", &path).json(&json!({ "name": "Renamed" })).await;
    let changed = changed.destination(200);
    assert_eq!(
        (&changed["id"], &changed["name"], &changed["endpoint"]),
        (&made["id"], &json!("Renamed"), &json!(ENDPOINT))
    );
    assert_eq!(changed["hasVerificationToken"], true);
    client
        .call("PUT", &path)
        .json(&json!({ "name": "x", "type": "cloud" }))
        .await
        .problem(409, "destination-type-locked");
    assert_eq!(
        client.call("PUT", &path).json(&json!({ "name": "x", "colour": 1 })).await.fault(),
        "#/colour unknown-field"
    );
    assert_eq!(client.reread(&made).await, *changed);
}

#[tokio::test]
async fn a_verified_destination_stays_verified_when_the_same_is_put_again() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let path = by_key(server.development(), "labs");
    let body = json!({ "name": "Labs", "endpoint": endpoint.url(), "verificationToken": TOKEN });
    let made = client.call("PUT", &path).json(&body).await.destination(201).clone();
    client.verify(&made, &json!({})).await.destination(200);
    assert_eq!(client.call("PUT", &path).json(&body).await.destination(200)["status"], "verified");
    let moved = json!({ "name": "Labs", "endpoint": format!("{}/other", endpoint.url()) });
    assert_eq!(client.call("PUT", &path).json(&moved).await.destination(200)["status"], "configured");
}

#[tokio::test]
async fn the_key_is_its_environments_own_and_must_be_one() {
    let server = Server::start().await;
    let client = server.client();
    let one = client.call("PUT", &by_key(server.staging(), "labs")).json(&body()).await;
    let other = client.call("PUT", &by_key(server.production(), "labs")).json(&body()).await;
    assert_ne!(id(one.destination(201)), id(other.destination(201)));
    let mut contradicting = body();
    contradicting["externalId"] = json!("other");
    let answer = client.call("PUT", &by_key(server.staging(), "labs")).json(&contradicting).await;
    assert_eq!(answer.fault(), "#/externalId mismatch");
    for key in ["a%20b", "%C3%A9", &"x".repeat(65)] {
        let answer = client.call("PUT", &by_key(server.staging(), key)).json(&body()).await;
        assert!(matches!(answer.status, 400 | 404 | 422), "{key}: {}", answer.text);
    }
}

#[tokio::test]
async fn of_many_pipelines_at_once_one_creates_and_none_makes_a_second() {
    let server = Server::start().await;
    let client = server.client();
    let path = by_key(server.staging(), "labs");
    let puts: Vec<_> =
        (0..16).map(|_| tokio::spawn(client.call("PUT", &path).json(&body()).into_future())).collect();
    let mut created = 0;
    for put in puts {
        let answer = put.await.unwrap();
        match answer.status {
            201 => created += 1,
            200 => {}
            _ => {
                assert!(
                    matches!(answer.json["code"].as_str(), Some("concurrent-update" | "duplicate-id")),
                    "{}",
                    answer.text
                );
            }
        }
    }
    assert_eq!(created, 1);
    let list = client.get(&within(server.staging())).await;
    assert_eq!(list.payload(200)["destinations"].as_array().map(Vec::len), Some(1));
    client.call("PUT", &path).json(&body()).await.destination(200);
}

#[tokio::test]
async fn who_may_not_write_may_not_put_and_who_may_not_see_learns_nothing() {
    let server = Server::start().await;
    let path = by_key(server.staging(), "labs");
    server.client().call("PUT", &path).json(&body()).await.destination(201);
    let viewer = server.caller("viewer", server.staging());
    viewer.call("PUT", &path).json(&body()).await.problem(403, "forbidden");
    let outsider = server.caller("engineer", server.production());
    outsider.call("PUT", &path).json(&body()).await.problem(404, "not-found");
    outsider.call("PUT", &by_key(server.staging(), "none")).json(&body()).await.problem(404, "not-found");
    server
        .client()
        .call("PUT", &path)
        .json(&body())
        .header("if-match", "\"other\"")
        .await
        .problem(412, "precondition-failed");
}
