//! A credential and the destinations that use it: neither is changed or deleted under the other.

use serde_json::json;
use testkit::database::is_postgres;

use super::{held::Held, new_credential, of, together, told, user_of};
use crate::support::{
    Endpoint, Reply, Server,
    reply::{at, id, within},
};

const ROUNDS: usize = 15;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_deleted_while_destinations_take_it_is_gone_or_in_use() {
    let server = Server::start().await;
    let client = server.client();
    let (mut gone, mut used) = (0, 0);
    for _ in 0..ROUNDS {
        let credential = new_credential(&server, server.staging()).await;
        let made = client.create(server.staging(), &json!({ "name": "x" })).await;
        let attach = json!({ "name": "y", "authCredential": credential["id"] });
        let answers = together([
            client.post(&within(server.staging()), &attach),
            client.patch(&at(&made), &attach),
            client.delete(&of(&credential)),
            client.post(&within(server.staging()), &attach),
        ])
        .await;
        let deleted = told(&answers[2]);
        for attached in [&answers[0], &answers[1], &answers[3]] {
            match told(attached) {
                (200 | 201, _) => assert_eq!(deleted, (409, "credential-in-use")),
                (409, code) => assert_eq!(code, "concurrent-update"),
                _ => assert_eq!(attached.fault(), "#/authCredential unknown-reference"),
            }
        }
        if deleted.0 == 200 {
            gone += 1;
            client.get(&of(&credential)).await.problem(404, "not-found");
        } else {
            used += 1;
            let named = answers[2].problem(409, "credential-in-use")["destinations"].as_array();
            assert!(named.is_some_and(|named| !named.is_empty()), "{}", answers[2].text);
        }
    }
    assert_eq!(gone + used, ROUNDS);
}

/// The deletion stands before the row that a destination about to be attached has locked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_waited_for_a_destination_names_it() {
    if !is_postgres() {
        return;
    }
    let server = Server::start().await;
    let client = server.client();
    let credential = new_credential(&server, server.staging()).await;
    let made = client.create(server.staging(), &json!({ "name": "x" })).await;
    let mut held = Held::by(
        &server,
        &format!(
            "update destinations set credential_id = '{}', credential_strategy = 'Basic' where id = '{}'",
            id(&credential),
            id(&made)
        ),
    );
    let delete = tokio::spawn(client.delete(&of(&credential)).into_future());
    held.waited_for_by(1).await;
    held.release();
    let answer = delete.await.unwrap();
    let named = &answer.problem(409, "credential-in-use")["destinations"];
    assert_eq!(named[0]["id"], made["id"], "{}", answer.text);
}

/// A rename that read the destination before the credential changed must not bring back what it read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_that_met_a_change_of_the_credential_does_not_undo_what_that_took_back() {
    if !is_postgres() {
        return;
    }
    let server = Server::start().await;
    let client = server.client();
    for method in ["PATCH", "PUT"] {
        let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
        let credential = new_credential(&server, server.development()).await;
        let made = user_of(&client, server.development(), endpoint.url(), &credential).await;
        client.patch(&at(&made), &json!({ "externalId": method })).await.destination(200);
        let verify = client.post(&format!("{}/verify", at(&made)), &json!({}));
        let verify = tokio::spawn(verify.into_future());
        endpoint.arrived(1).await;
        let row = format!("select 1 from destinations where id = '{}' for update", id(&made));
        let mut held = Held::by(&server, &row);
        let change = client.patch(&of(&credential), &json!({ "password": "new" }));
        let change = tokio::spawn(change.into_future());
        held.waited_for_by(1).await;
        let path = match method {
            "PATCH" => at(&made),
            _ => format!("{}/{method}", within(server.development())),
        };
        let rename = tokio::spawn(client.call(method, &path).json(&json!({ "name": "y" })).into_future());
        held.waited_for_by(2).await;
        held.release();
        change.await.unwrap().payload(200);
        told(&rename.await.unwrap());
        endpoint.release();
        verify.await.unwrap().problem(409, "concurrent-update");
        let status = &client.reread(&made).await["status"];
        assert_eq!(status, "configured", "{method}: proved with the older password");
    }
}

/// The change of a credential takes time; a destination that takes it meanwhile is not proved with what it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destination_attached_while_its_credential_changes_is_not_proved_with_the_older_one() {
    if !is_postgres() {
        return;
    }
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let credential = new_credential(&server, server.development()).await;
    let other = user_of(&client, server.development(), endpoint.url(), &credential).await;
    let bare = client.configured(server.development(), endpoint.url()).await;
    let row = format!("select 1 from destinations where id = '{}' for update", id(&other));
    let mut held = Held::by(&server, &row);
    let change = tokio::spawn(client.patch(&of(&credential), &json!({ "password": "new" })).into_future());
    held.waited_for_by(1).await;
    let attached = tokio::spawn({
        let (client, path) = (client.clone(), at(&bare));
        let body = json!({ "authCredential": credential["id"] });
        async move {
            client.patch(&path, &body).await.destination(200);
            client.post(&format!("{path}/verify"), &json!({})).await
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    held.release();
    change.await.unwrap().payload(200);
    endpoint.release();
    let verified = attached.await.unwrap();
    let sent = endpoint.last();
    if verified.status == 200 {
        // Of "u:new" in base64.
        assert_eq!(sent.header("authorization"), Some("Basic dTpuZXc="), "proved with the older password");
    } else {
        verified.problem(409, "concurrent-update");
    }
}

/// Each of the two has a row that the other one wants.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_changes_while_its_destination_names_it_again() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let credential = new_credential(&server, server.development()).await;
    let made = user_of(&client, server.development(), endpoint.url(), &credential).await;
    for round in 0..30 {
        let attach = json!({ "name": format!("{round}"), "authCredential": credential["id"] });
        let change = json!({ "password": format!("of round {round}") });
        let calls = [
            client.patch(&at(&made), &attach),
            client.patch(&of(&credential), &change),
            client.patch(&at(&made), &attach),
        ];
        for answer in together(calls).await {
            assert!(matches!(told(&answer), (200, _) | (409, "concurrent-update")), "{}", answer.text);
        }
    }
}

/// The change has the credential and wants the destination; the destination's has that one, and names the credential.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_of_a_credential_and_its_destination_that_names_it_again_is_given_up_for_the_other() {
    if !is_postgres() {
        return;
    }
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let credential = new_credential(&server, server.development()).await;
    let first = user_of(&client, server.development(), endpoint.url(), &credential).await;
    let made = user_of(&client, server.development(), endpoint.url(), &credential).await;
    let row = format!("select 1 from destinations where id = '{}' for update", id(&first));
    let mut held = Held::by(&server, &row);
    let change = tokio::spawn(client.patch(&of(&credential), &json!({ "password": "new" })).into_future());
    held.waited_for_by(1).await;
    let again = json!({ "name": "y", "authCredential": credential["id"] });
    let again = tokio::spawn(client.patch(&at(&made), &again).into_future());
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    held.release();
    change.await.unwrap().payload(200);
    assert_eq!(again.await.unwrap().destination(200)["name"], "y");
}
