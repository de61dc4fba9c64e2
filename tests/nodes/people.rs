//! People and keys on two nodes: what one is told holds on the other within five seconds, and what may be done once is
//! done once.

use std::time::{Duration, Instant};

use serde_json::json;

use super::two_nodes;
use crate::support::{
    Client,
    reply::{ENDPOINT, at, id, within},
    server,
    signer::{Signer, ask, claims, client_by_key, own_key},
};

#[tokio::test]
async fn an_assertion_that_one_node_took_the_other_refuses() {
    let Some((second, first)) = two_nodes(&[("WAYPOST_PUBLIC_URL", "https://waypost.example.org")]).await
    else {
        return;
    };
    let signer = Signer::es256("k");
    let key = own_key(&first.client(), &signer).await;
    let assertion = || {
        let mut claims = claims(&first, &key);
        claims["aud"] = json!("https://waypost.example.org/v2/auth/token");
        signer.sign(&signer.header(), &claims)
    };
    for _ in 0..5 {
        let one = assertion();
        let (here, there) = tokio::join!(ask(&first, &one), ask(&second, &one));
        let mut statuses = [here.status, there.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
        assert_eq!(ask(&second, &one).await.status, 401);
    }
}

/// Asks until it is refused so; how long that took.
async fn refused_after(client: &Client, path: &str, status: u16) -> Duration {
    let since = Instant::now();
    while client.get(path).await.status != status {
        assert!(since.elapsed() < Duration::from_secs(5), "{path}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    since.elapsed()
}

#[tokio::test]
async fn a_role_taken_away_and_a_key_revoked_on_one_node_end_on_the_other_within_five_seconds() {
    let Some((second, first)) = two_nodes(&[]).await else { return };
    let owner = first.client();
    let made = owner.configured(first.staging(), ENDPOINT).await;
    let user = first.new_user(&[]);
    let assign = format!("/environments/{}/role-assignment", first.staging());
    let role = |role: &str| json!({ "role": { "id": role }, "user": { "id": user } });
    owner.call("PUT", &assign).json(&role("viewer")).await.payload(200);
    let person = first.client_for(&user);
    let there = Client::new(second.url(), None).with_token(token(&first, &user).as_str());
    there.get(&at(&made)).await.payload(200);
    owner.call("PUT", &assign).json(&json!({ "role": null, "user": { "id": user } })).await.payload(200);
    refused_after(&there, &at(&made), 404).await;
    person.get(&at(&made)).await.problem(404, "not-found");
    let signer = Signer::es256("k");
    let key = own_key(&owner, &signer).await;
    let here = client_by_key(&first, &signer, &key).await;
    let there = here.on(second.url());
    there.get("/me").await.payload(200);
    owner.delete(&format!("/me/apikeys/{key}")).await.payload(200);
    here.get("/me").await.problem(401, "unauthenticated");
    refused_after(&there, "/me", 401).await;
}

fn token(server: &crate::support::Server, user: &str) -> String {
    server.admin(&["token", "--user", user])["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_that_one_node_begins_to_sign_with_the_other_learns_at_once() {
    let Some((second, first)) = two_nodes(&[]).await else { return };
    let user = first.new_user(&[]);
    let before = token(&first, &user);
    assert_eq!(server::run(&["rotate-token-key"], &first.env()).code, Some(0));
    let after = token(&first, &user);
    for node in [&first, &second] {
        for token in [&before, &after] {
            node.stranger().with_token(token).get("/me").await.payload(200);
        }
    }
}

#[tokio::test]
async fn the_same_request_on_both_nodes_is_done_once() {
    let Some((second, first)) = two_nodes(&[]).await else { return };
    let clients = [first.client(), second.client()];
    for round in 0..10 {
        let asked: Vec<_> = (0..20)
            .map(|number: usize| {
                let call = clients[number % 2].post(&within(first.staging()), &json!({ "name": "Labs" }));
                tokio::spawn(call.header("idempotency-key", &format!("k{round}")).into_future())
            })
            .collect();
        let mut made = Vec::new();
        for answer in asked {
            let answer = answer.await.unwrap();
            match answer.status {
                201 => made.push(id(answer.destination(201)).to_owned()),
                _ => drop(answer.problem(409, "idempotency-in-progress")),
            }
        }
        made.sort();
        made.dedup();
        assert_eq!(made.len(), 1);
    }
    let list = clients[0].get(&format!("{}?_count=200", within(first.staging()))).await;
    assert_eq!(list.payload(200)["destinations"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn nodes_share_what_a_caller_may_ask_of_them() {
    let Some((second, first)) = two_nodes(&[("WAYPOST_RATE_LIMIT", "100/3600s")]).await else { return };
    let user = first.new_user(&[]);
    let here = first.client_for(&user);
    let there = here.on(second.url());
    for _ in 0..60 {
        here.get("/me").await.payload(200);
    }
    there.get("/me").await.payload(200);
    let since = Instant::now();
    let mut asked = 61;
    while there.get("/me").await.status != 429 {
        asked += 1;
        assert!(since.elapsed() < Duration::from_secs(20), "never refused");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!((61..=130).contains(&asked), "{asked} requests in all");
}
