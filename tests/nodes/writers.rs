//! Writing through two nodes at once: nothing is lost, nothing is made twice, and a role taken away is gone on both.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::two_nodes;
use crate::support::{
    Answer, Client,
    client::Call,
    reply::{at, id, within},
};

const WRITERS: usize = 32;

/// Calls by both clients in turn, all at once.
async fn together(calls: impl IntoIterator<Item = Call>) -> Vec<Answer> {
    let calls: Vec<_> = calls.into_iter().map(|call| tokio::spawn(call.into_future())).collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_32_writers_wins_or_is_told_that_it_lost() {
    let Some((second, first)) = two_nodes(&[]).await else { return };
    let clients = [first.client(), second.client()];
    let made = clients[0].create(first.staging(), &json!({ "name": "x" })).await;
    let rename =
        |writer: usize| clients[writer % 2].patch(&at(&made), &json!({ "name": format!("Writer {writer}") }));
    let mut etags = HashSet::new();
    for answer in together((0..WRITERS).map(rename)).await {
        match answer.status {
            200 => assert!(etags.insert(answer.etag()), "two writers made the same version"),
            _ => {
                answer.problem(409, "concurrent-update");
            }
        }
    }
    let last = clients[1].get(&at(&made)).await.etag();
    assert!(etags.contains(&last));
    let tagged = (0..WRITERS).map(|writer| rename(writer).header("if-match", &last));
    let answers = together(tagged).await;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1, "one entity tag, one winner");
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409 | 412)));
    for client in &clients {
        assert_eq!(client.reread(&made).await["name"], won[0].destination(200)["name"]);
    }
    let trail = first.database().trail(id(&made));
    assert_eq!(trail.len(), 1 + etags.len() + 1, "an event for each change and no other");
}

/// Adds its mark to the name, however often it takes.
async fn sign(client: Client, path: String, mark: String) -> usize {
    for attempt in 1_usize.. {
        let seen = client.get(&path).await;
        let name = format!("{}{mark}", seen.destination(200)["name"].as_str().unwrap());
        let answer = client.patch(&path, &json!({ "name": name })).header("if-match", &seen.etag()).await;
        match answer.status {
            200 => return attempt,
            412 => answer.problem(412, "precondition-failed"),
            _ => answer.problem(409, "concurrent-update"),
        };
    }
    unreachable!()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_32_writers_add_until_they_succeed_is_all_there() {
    let Some((second, first)) = two_nodes(&[]).await else { return };
    let clients = [first.client(), second.client()];
    let made = clients[0].create(first.staging(), &json!({ "name": ":" })).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(sign(clients[writer % 2].clone(), at(&made), format!("{writer:02}"))))
        .collect();
    let mut attempts = 0;
    for writer in writers {
        attempts += writer.await.unwrap();
    }
    assert!(attempts > WRITERS, "they never met");
    let name = clients[0].reread(&made).await["name"].as_str().unwrap().to_owned();
    let marks: HashSet<&str> = (1..name.len()).step_by(2).map(|start| &name[start..start + 2]).collect();
    assert_eq!((marks.len(), name.len()), (WRITERS, 1 + 2 * WRITERS), "{name}");
    assert_eq!(second.database().trail(id(&made)).len(), 1 + WRITERS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_thing_is_created_once() {
    let Some((second, first)) = two_nodes(&[]).await else { return };
    let clients = [first.client(), second.client()];
    let list = within(first.staging());
    let id_of = |round: usize| format!("0192f1c0-0000-7000-8000-{round:012x}");
    for round in 0..20 {
        let key = format!("key-{round}");
        let bodies: [Value; 2] = [
            json!({ "name": "x", "externalId": key }),
            json!({ "name": "x", "id": id_of(round), "externalId": format!("{key}-too") }),
        ];
        for body in bodies {
            let mut answers = together(clients.iter().map(|client| client.post(&list, &body))).await;
            answers.sort_by_key(|answer| answer.status);
            answers[0].destination(201);
            answers[1].problem(409, "duplicate-id");
        }
    }
    assert_eq!(first.database().count("destinations"), 40);
    assert_eq!(first.database().count("audit_events WHERE action = 'destination.created'"), 40);
}

#[tokio::test]
async fn a_role_taken_away_through_one_node_is_refused_on_the_other_within_five_seconds() {
    let Some((second, first)) = two_nodes(&[]).await else { return };
    let made = first.client().create(first.staging(), &json!({ "name": "x" })).await;
    let user = first.new_user(&[]);
    let set = |role: &str| {
        first.admin(&["role", "set", "--user", &user, "--environment", first.staging(), "--role", role]);
        Instant::now()
    };
    set("engineer");
    let token = first.admin(&["token", "--user", &user]);
    let there = second.stranger().with_token(token["token"].as_str().unwrap());
    there.get(&at(&made)).await.destination(200);
    there.patch(&at(&made), &json!({ "name": "y" })).await.destination(200);
    for (role, status) in [("viewer", 403), ("none", 404)] {
        let since = set(role);
        loop {
            let answer = there.patch(&at(&made), &json!({ "name": "z" })).await;
            if answer.status == status {
                break;
            }
            answer.destination(200);
            assert!(since.elapsed() < Duration::from_secs(5), "still an engineer, not {role}");
        }
    }
    there.get(&at(&made)).await.problem(404, "not-found");
}
