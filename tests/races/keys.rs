//! One key, many who want it: an external id, a role, a name that is already gone.

use std::collections::HashMap;

use serde_json::json;

use super::{basic, new_credential, of, together, told};
use crate::support::{
    Server,
    reply::{at, within},
    server::run,
};

const ROUNDS: usize = 12;
const CALLERS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn puts_of_one_external_id_at_once_create_one_thing() {
    let server = Server::start().await;
    let client = server.client();
    for round in 0..ROUNDS {
        let credentials = format!("/environments/{}/authcredentials", server.staging());
        for (list, body) in [
            (within(server.staging()), json!({ "name": "x" })),
            (credentials, basic(&server, server.staging())),
        ] {
            let path = format!("{list}/key-{round}");
            let put = |number: usize| {
                let mut body = body.clone();
                body["name"] = json!(format!("by {number}"));
                client.call("PUT", &path).json(&body)
            };
            let answers = together((0..CALLERS).map(put)).await;
            let codes: Vec<_> = answers.iter().map(told).collect();
            assert_eq!(codes.iter().filter(|(status, _)| *status == 201).count(), 1, "{codes:?}");
            let is_fine = |code: &(u16, &str)| {
                matches!(code, (200 | 201, _) | (409, "duplicate-id" | "concurrent-update"))
            };
            assert!(codes.iter().all(is_fine), "{codes:?}");
            assert_eq!(client.call("PUT", &path).json(&body).await.status, 200);
        }
    }
    for table in ["destinations", "credentials"] {
        assert_eq!(server.database().count(table), u64::try_from(ROUNDS).unwrap(), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_deleted_twice_at_once_is_deleted_once() {
    let server = Server::start().await;
    let client = server.client();
    for _ in 0..ROUNDS {
        let destination = client.create(server.staging(), &json!({ "name": "x" })).await;
        let credential = new_credential(&server, server.staging()).await;
        for path in [at(&destination), of(&credential)] {
            let answers = together((0..CALLERS).map(|_| client.delete(&path))).await;
            let codes: Vec<_> = answers.iter().map(told).collect();
            assert_eq!(codes.iter().filter(|(status, _)| *status == 200).count(), 1, "{codes:?}");
            let is_fine =
                |code: &(u16, &str)| matches!(code, (200, _) | (404, _) | (409, "concurrent-update"));
            assert!(codes.iter().all(is_fine), "{codes:?}");
        }
    }
    let deleted = server.database().count("audit_events WHERE action LIKE '%.deleted'");
    assert_eq!(deleted, 2 * u64::try_from(ROUNDS).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signing_secret_changed_by_many_at_once_is_that_of_the_last_who_got_one() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create(server.staging(), &json!({ "name": "x" })).await;
    let path = format!("{}/changeWebhookSigningSecret", at(&made));
    let answers = together((0..CALLERS).map(|_| client.call("POST", &path))).await;
    let codes: Vec<_> = answers.iter().map(told).collect();
    assert!(codes.iter().all(|code| matches!(code, (200, _) | (409, "concurrent-update"))), "{codes:?}");
    let changed = codes.iter().filter(|(status, _)| *status == 200).count();
    assert!(changed > 0);
    let version = &server.database().rows("SELECT json_array(signing_version) AS value FROM destinations")[0];
    assert_eq!(version[0], changed, "each change is a version");
}

#[tokio::test]
async fn a_role_set_by_many_at_once_is_one_role() {
    let server = Server::start().await;
    for _ in 0..3 {
        let user = server.new_user(&[]);
        std::thread::scope(|scope| {
            let (server, user) = (&server, &user);
            let setting: Vec<_> = ["engineer", "viewer", "support", "engineer", "none", "viewer"]
                .map(|role| {
                    let command = move || {
                        let args = ["admin", "role", "set", "--user", user, "--environment"];
                        let args = [&args[..], &[server.staging(), "--role", role]].concat();
                        run(&args, &server.env())
                    };
                    scope.spawn(command)
                })
                .into_iter()
                .collect();
            for one in setting {
                let done = one.join().unwrap();
                assert_eq!(done.code, Some(0), "{done:?}");
            }
        });
        assert_eq!(role_by_trail(&server, &user), role_in_table(&server, &user));
    }
}

fn role_in_table(server: &Server, user: &str) -> Option<String> {
    let query = format!("SELECT json_quote(role) AS value FROM environment_roles WHERE user_id = '{user}'");
    let rows = server.database().rows(&query);
    assert!(rows.len() <= 1, "{rows:?}");
    rows.first().map(|role| role.as_str().unwrap().to_owned())
}

/// The trail is a chain: each event begins where another one ended, but for the first, and one has no successor.
fn role_by_trail(server: &Server, user: &str) -> Option<String> {
    let events = server.database().rows(&format!(
        "SELECT json_array(changes) AS value FROM audit_events WHERE action = 'role.set' AND resource_id = '{user}'"
    ));
    assert!(!events.is_empty());
    let mut balance: HashMap<Option<String>, i32> = HashMap::from([(None, 1)]);
    for event in &events {
        // A document is text in SQLite.
        let changes = event[0].as_str().map_or(event[0].clone(), |text| serde_json::from_str(text).unwrap());
        let role = |member: &str| changes[0][member].as_str().map(str::to_owned);
        *balance.entry(role("before")).or_default() -= 1;
        *balance.entry(role("after")).or_default() += 1;
    }
    balance.retain(|_, count| *count != 0);
    let ends: Vec<_> = balance.into_iter().collect();
    assert!(matches!(&ends[..], [(_, 1)]), "no chain: {ends:?} {events:?}");
    ends.into_iter().next().unwrap().0
}
