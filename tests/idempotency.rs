//! Contract section 1, idempotency: the same request with the same key is done once, and answered alike.

use serde_json::{Value, json};
use testkit::database::is_postgres;
use tokio::task::JoinSet;

use crate::support::{
    Answer, Client, Endpoint, Reply, Server,
    reply::{ENDPOINT, at, id, within},
};

fn draft(name: &str) -> Value {
    json!({ "name": name, "endpoint": ENDPOINT })
}

async fn create(client: &Client, environment: &str, key: &str, body: &Value) -> Answer {
    client.post(&within(environment), body).header("idempotency-key", key).await
}

async fn count(client: &Client, environment: &str) -> usize {
    let list = client.get(&format!("{}?_count=200", within(environment))).await;
    list.payload(200)["destinations"].as_array().unwrap().len()
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_makes_nothing_more() {
    let mut server = Server::start().await;
    let client = server.client();
    let first = create(&client, server.staging(), "k1", &draft("Labs")).await;
    let made = first.destination(201).clone();
    assert!(!is_replay(&first));
    let again = create(&client, server.staging(), "k1", &draft("Labs")).await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert!(is_replay(&again));
    for name in ["etag", "location", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert!(
        again.header("x-request-id").is_some()
            && again.header("x-request-id") != first.header("x-request-id")
    );
    // Also when the destination is another one by now, and after a restart.
    client.patch(&at(&made), &json!({ "name": "Nightly" })).await.destination(200);
    assert_eq!(create(&client, server.staging(), "k1", &draft("Labs")).await.text, first.text);
    server.kill().await;
    server.restart().await;
    let client = server.client();
    let later = create(&client, server.staging(), "k1", &draft("Labs")).await;
    assert!(is_replay(&later) && later.text == first.text);
    assert_eq!(count(&client, server.staging()).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_at_once_make_one_destination() {
    let server = Server::start().await;
    let client = server.client();
    let asked: Vec<_> = (0..100)
        .map(|_| {
            let call = client.post(&within(server.staging()), &draft("Labs"));
            tokio::spawn(call.header("idempotency-key", "once").into_future())
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
    assert!(!made.is_empty());
    made.dedup();
    assert_eq!((made.len(), count(&client, server.staging()).await), (1, 1));
    let last = create(&client, server.staging(), "once", &draft("Labs")).await;
    assert_eq!(id(last.destination(201)), made[0]);
}

#[tokio::test]
async fn another_request_does_not_get_the_key() {
    let server = Server::start().await;
    let client = server.client();
    create(&client, server.staging(), "k", &draft("Labs")).await.destination(201);
    create(&client, server.staging(), "k", &draft("Other")).await.problem(422, "idempotency-key-reused");
    create(&client, server.development(), "k", &draft("Labs")).await.problem(422, "idempotency-key-reused");
    // The key is the caller's: somebody else has the same one.
    let other = server.caller("engineer", server.staging());
    assert!(!is_replay(&create(&other, server.staging(), "k", &draft("Labs")).await));
    assert_eq!(count(&client, server.staging()).await, 2);
}

#[tokio::test]
async fn a_refusal_is_played_again_and_what_cannot_be_a_key_is_told() {
    let server = Server::start().await;
    let client = server.client();
    let first = create(&client, server.staging(), "bad", &json!({ "colour": "red" })).await;
    assert_eq!(first.faults(), ["#/colour unknown-field", "#/name required"]);
    let again = create(&client, server.staging(), "bad", &json!({ "colour": "red" })).await;
    assert!(is_replay(&again));
    assert_eq!((again.status, &again.text), (422, &first.text));
    for key in ["", "two words", "ümlaut", &"k".repeat(256)] {
        create(&client, server.staging(), key, &draft("Labs")).await.problem(400, "malformed-request");
    }
    create(&client, server.staging(), &"k".repeat(255), &draft("Labs")).await.destination(201);
    // Without a token nobody learns what was answered to whom.
    let stranger = server.stranger();
    create(&stranger, server.staging(), "bad", &json!({ "colour": "red" }))
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_secret_that_is_shown_once_is_shown_to_a_replay_and_not_stored_in_clear() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({ "name": "CI", "generate": true });
    let ask = || client.post("/me/apikeys", &body).header("idempotency-key", "pair");
    let first = ask().await;
    let private = first.payload(201)["privateKey"]["jwk"]["d"].as_str().unwrap().to_owned();
    let again = ask().await;
    assert_eq!(again.payload(201)["privateKey"]["jwk"]["d"], private);
    let made = client.configured(server.staging(), ENDPOINT).await;
    let path = format!("{}/changeWebhookSigningSecret", at(&made));
    let rotate = || client.call("POST", &path).header("idempotency-key", "rotate");
    let secret = rotate().await.payload(200)["secret"].as_str().unwrap().to_owned();
    assert_eq!(rotate().await.payload(200)["secret"], secret.as_str());
    let stored = match is_postgres() {
        true => server.database().dump().into_bytes(),
        false => ["waypost.db", "waypost.db-wal"]
            .iter()
            .flat_map(|name| std::fs::read(server.data_dir().join(name)).unwrap_or_default())
            .collect(),
    };
    let holds = |text: &str| stored.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!holds(&private) && !holds(&secret) && holds("labs.example.org"));
}

#[tokio::test]
async fn while_the_first_is_under_way_the_second_is_told_so() {
    let server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "20s")]).await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let path = format!("{}/verify", at(&made));
    let verify = || client.post(&path, &json!({})).header("idempotency-key", "v");
    let first = tokio::spawn(verify().into_future());
    endpoint.arrived(1).await;
    let second = verify().await;
    second.problem(409, "idempotency-in-progress");
    assert!(second.header("retry-after").is_some());
    endpoint.release();
    let first = first.await.unwrap();
    assert_eq!(first.destination(200)["status"], "verified");
    let again = verify().await;
    assert!(is_replay(&again) && again.text == first.text);
    assert_eq!(endpoint.received().len(), 1);
}

/// Whatever moment the server dies at, the same request afterwards is answered, and the thing is there once. It is killed
/// as soon as one of many answers is there, for then changes that were committed with that one are not answered yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_crash_between_commit_and_answer_the_request_is_played_again() {
    let mut server = Server::start().await;
    let bind = server.url().trim_start_matches("http://").to_owned();
    server.set_env("WAYPOST_BIND", &bind);
    let (mut replayed, mut unanswered) = (0, 0);
    for round in 0..20_u64 {
        let client = server.client();
        let environment = server.staging().to_owned();
        let mut asked = JoinSet::new();
        for number in 0..40 {
            let name = format!("{round}-{number}");
            let call = client.post(&within(&environment), &draft(&name)).header("idempotency-key", &name);
            asked.spawn(async move { (number, call.attempt().await) });
        }
        let first = asked.join_next().await.unwrap().unwrap();
        server.kill().await;
        let mut answers = asked.join_all().await;
        answers.push(first);
        server.restart().await;
        let client = server.client();
        for (number, _) in answers.into_iter().filter(|(_, answer)| answer.is_none()) {
            unanswered += 1;
            let name = format!("{round}-{number}");
            let again = create(&client, &environment, &name, &draft(&name)).await;
            if again.status == 409 {
                // It died before the change; the claim ends by itself.
                again.problem(409, "idempotency-in-progress");
            } else {
                again.destination(201);
                replayed += usize::from(is_replay(&again));
            }
            let found = client.get(&format!("{}?name={name}", within(&environment))).await;
            let found = found.payload(200)["destinations"].as_array().unwrap().len();
            assert_eq!(found, usize::from(again.status == 201), "{name}");
        }
        if replayed >= 3 && round >= 4 {
            return;
        }
    }
    panic!("of {unanswered} that were not answered, only {replayed} had been done");
}
