//! The end of a verify meets other changes of the same destination: the attempt is written down and the lease given
//! back all the same.

use serde_json::json;
use testkit::database::is_postgres;

use super::{held::Held, new_credential, of, told, user_of};
use crate::support::{
    Endpoint, Reply, Server,
    reply::{at, id},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verify_among_renames_is_recorded_and_gives_its_lease_back() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let renames = tokio::spawn({
        let (client, path) = (client.clone(), at(&made));
        async move {
            for number in 0..150 {
                let answer = client.patch(&path, &json!({ "name": format!("n{number}") })).await;
                assert!(matches!(told(&answer), (200, _) | (409, "concurrent-update")), "{}", answer.text);
            }
        }
    });
    let mut passed = 0;
    while !renames.is_finished() {
        let answer = client.verify(&made, &json!({})).await;
        // What was sent is written down, whoever else changed the destination meanwhile.
        if told(&answer).0 == 200 {
            passed += 1;
        } else {
            answer.problem(409, "concurrent-update");
        }
        let mut database = server.database();
        assert_eq!(database.count("verification_leases"), 0, "{}", answer.text);
        assert_eq!(
            database.count("verifications"),
            u64::try_from(endpoint.received().len()).unwrap(),
            "{}",
            answer.text
        );
    }
    renames.await.unwrap();
    assert!(passed > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verifies_one_after_the_other_as_fast_as_they_can_are_all_recorded() {
    let server = Server::start().await;
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = server.client().configured(server.development(), endpoint.url()).await;
    let verifiers: Vec<_> = (0..6)
        .map(|number| {
            let (client, made) = (server.client(), made.clone());
            tokio::spawn(async move {
                for _ in 0..40 {
                    // What is sent along makes the beginning a change of the row as well.
                    let token = format!("one-of-many-tokens-{number}");
                    let answer = client.verify(&made, &json!({ "verificationToken": token })).await;
                    if answer.status != 200 {
                        answer.problem(409, "verification-in-progress");
                    }
                }
            })
        })
        .collect();
    for verifier in verifiers {
        verifier.await.unwrap();
    }
    let mut database = server.database();
    assert_eq!(database.count("verifications"), u64::try_from(endpoint.received().len()).unwrap());
    assert_eq!(database.count("verification_leases"), 0);
}

/// The row changes between the reading of it and the writing of the result.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_that_met_another_change_is_recorded_on_top_of_it() {
    if !is_postgres() {
        return;
    }
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let verify = tokio::spawn(client.post(&format!("{}/verify", at(&made)), &json!({})).into_future());
    endpoint.arrived(1).await;
    let mut held = Held::by(
        &server,
        &format!("update destinations set name = 'y', version = version + 1 where id = '{}'", id(&made)),
    );
    endpoint.release();
    held.waited_for_by(1).await;
    held.release();
    let answer = verify.await.unwrap();
    assert_eq!(server.database().count("verification_leases"), 0, "{}", answer.text);
    assert_eq!(server.database().count("verifications"), 1, "{}", answer.text);
    let destination = answer.destination(200);
    assert_eq!((&destination["status"], &destination["name"]), (&json!("verified"), &json!("y")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destination_is_never_verified_with_a_credential_that_has_changed() {
    let server = Server::start().await;
    let client = server.client();
    for round in 0..10 {
        let endpoint = Endpoint::start(Reply::Challenge).await;
        let credential = new_credential(&server, server.development()).await;
        let made = user_of(&client, server.development(), endpoint.url(), &credential).await;
        let verify = tokio::spawn(client.post(&format!("{}/verify", at(&made)), &json!({})).into_future());
        if round % 2 == 0 {
            endpoint.arrived(1).await;
        }
        let change = client.patch(&of(&credential), &json!({ "password": "new" }));
        let changed = change.await;
        let verified = verify.await.unwrap();
        assert!(matches!(told(&verified), (200, _) | (409, "concurrent-update")), "{}", verified.text);
        changed.payload(200);
        let sent = endpoint.last();
        let is_new = sent.header("authorization") == Some("Basic dTpuZXc=");
        let now = client.reread(&made).await["status"].clone();
        assert!(now == "configured" || is_new, "verified with the older password");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destination_deleted_during_its_verify_leaves_nothing_behind() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let verify = tokio::spawn(client.post(&format!("{}/verify", at(&made)), &json!({})).into_future());
    endpoint.arrived(1).await;
    client.delete(&at(&made)).await.payload(200);
    endpoint.release();
    verify.await.unwrap().problem(404, "not-found");
    for table in ["destinations", "verifications", "verification_leases"] {
        assert_eq!(server.database().count(table), 0, "{table}");
    }
}

/// The one holds the destination and wants the lease, which the other one is giving back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verify_that_begins_while_another_ends_is_told_so_or_runs() {
    if !is_postgres() {
        return;
    }
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let path = format!("{}/verify", at(&made));
    let verify = |body| tokio::spawn(client.post(&path, &body).into_future());
    let ending = verify(json!({}));
    endpoint.arrived(1).await;
    let row = format!("select 1 from destinations where id = '{}' for update", id(&made));
    let mut held = Held::by(&server, &row);
    // What is sent along makes the beginning a change of the row as well.
    let beginning = verify(json!({ "verificationToken": "another-token" }));
    held.waited_for_by(1).await;
    endpoint.release();
    held.waited_for_by(2).await;
    held.release();
    beginning.await.unwrap().problem(409, "verification-in-progress");
    assert_eq!(ending.await.unwrap().destination(200)["status"], "verified");
    for (table, count) in [("verification_leases", 0), ("verifications", 1)] {
        assert_eq!(server.database().count(table), count, "{table}");
    }
}
