//! Verifying through two nodes: one attempt at a time, also when a node dies in the middle of one.

use std::time::{Duration, Instant};

use serde_json::json;

use super::two_nodes;
use crate::support::{Endpoint, Reply, reply::at};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_verifies_on_both_at_once_one_reaches_the_endpoint() {
    let Some((second, first)) = two_nodes(&[]).await else { return };
    let clients = [first.client(), second.client()];
    for round in 0..5 {
        let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
        let made = clients[0].configured(first.development(), endpoint.url()).await;
        let attempts: Vec<_> = (0..8)
            .map(|number| {
                let call = clients[number % 2].post(&format!("{}/verify", at(&made)), &json!({}));
                tokio::spawn(call.into_future())
            })
            .collect();
        endpoint.arrived(1).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        for client in &clients {
            client.verify(&made, &json!({})).await.problem(409, "verification-in-progress");
        }
        endpoint.release();
        let mut passed = 0;
        for attempt in attempts {
            let answer = attempt.await.unwrap();
            if answer.status == 200 {
                passed += 1;
            } else {
                answer.problem(409, "verification-in-progress");
            }
        }
        assert_eq!((passed, endpoint.received().len()), (1, 1), "round {round}");
        // The lease is given back at once.
        for client in &clients {
            assert_eq!(client.verify(&made, &json!({})).await.destination(200)["status"], "verified");
        }
    }
}

#[tokio::test]
async fn a_node_killed_in_the_middle_of_a_verify_does_not_block_the_other_for_long() {
    let Some((mut second, first)) = two_nodes(&[("WAYPOST_VERIFY_TIMEOUT", "1s")]).await else { return };
    let client = first.client();
    let silent = Endpoint::start(Reply::Nothing).await;
    let made = client.configured(first.development(), silent.url()).await;
    let attempt = second.client().post(&format!("{}/verify", at(&made)), &json!({}));
    let attempt = tokio::spawn(async move { attempt.attempt().await });
    silent.arrived(1).await;
    second.kill().await;
    let since = Instant::now();
    assert!(attempt.await.unwrap().is_none());
    let good = Endpoint::start(Reply::Challenge).await;
    client.patch(&at(&made), &json!({ "endpoint": good.url() })).await.destination(200);
    client.verify(&made, &json!({})).await.problem(409, "verification-in-progress");
    loop {
        let answer = client.verify(&made, &json!({})).await;
        if answer.status == 200 {
            break;
        }
        answer.problem(409, "verification-in-progress");
        assert!(since.elapsed() < Duration::from_secs(10), "the lease of the dead node still blocks");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(client.reread(&made).await["status"], "verified");
    assert_eq!(good.received().len(), 1);
}
