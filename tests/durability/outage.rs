//! The database goes away and comes back: its connections are ended under load, or the way to it is cut. On
//! PostgreSQL; a file does neither.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use testkit::database::{Database, is_postgres};

use super::each_change_has_its_event;
use crate::support::{
    Answer, Client, Server,
    client::Call,
    proxy::Proxy,
    reply::{at, within},
};

/// Connections that write, of one server.
const WRITING: usize = 8;

/// Calls again and again until told to stop; each answer that is no success.
async fn load(stop: Arc<AtomicBool>, call: impl Fn(usize) -> Call) -> (usize, Vec<Answer>) {
    let (mut good, mut bad) = (0, Vec::new());
    for number in 0_usize.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let answer = call(number).await;
        if answer.status < 300 {
            good += 1;
        } else {
            bad.push(answer);
        }
    }
    (good, bad)
}

fn reading(client: Client, environment: &str, path: String) -> impl Fn(usize) -> Call + use<> {
    let paths = ["/me".to_owned(), path, within(environment), "/organizations".to_owned()];
    move |number| client.get(&paths[number % paths.len()])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_ended_under_load_cost_no_read_and_at_most_one_write_each() {
    if !is_postgres() {
        return;
    }
    let server = Server::start_with(&[("WAYPOST_LOG", "warn")]).await;
    let made = server.client().create(server.staging(), &json!({ "name": "x" })).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (mut readers, mut writers) = (Vec::new(), Vec::new());
    for _ in 0..12 {
        let call = reading(server.client(), server.staging(), at(&made));
        readers.push(tokio::spawn(load(Arc::clone(&stop), call)));
        let (client, list) = (server.client(), within(server.staging()));
        let call = move |number| client.post(&list, &json!({ "name": format!("n{number}") }));
        writers.push(tokio::spawn(load(Arc::clone(&stop), call)));
    }
    let mut ended = Vec::new();
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        ended.push(server.cut_connections());
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        let (good, bad) = reader.await.unwrap();
        assert!(bad.is_empty(), "a read saw it: {:?}", bad[0]);
        assert!(good > 20, "{good}");
    }
    let (mut answered, mut refused) = (0, 0);
    for writer in writers {
        let (good, bad) = writer.await.unwrap();
        for answer in &bad {
            answer.problem(503, "database-unavailable");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
        answered += good;
        refused += bad.len();
    }
    assert!(
        refused <= WRITING * ended.len(),
        "{refused} of {answered} writes for {ended:?} connections ended"
    );
    for number in 0..50 {
        server.client().patch(&at(&made), &json!({ "name": format!("{number}") })).await.destination(200);
    }
    // A write whose connection ended with its commit was refused, and may be there all the same.
    let stored: usize = server.database().count("destinations").try_into().unwrap();
    assert!((answered + 1..=answered + 1 + refused).contains(&stored), "{stored}: {answered}, {refused}");
    each_change_has_its_event(&server);
}

/// Many reads and writes at once.
async fn burst(server: &Server) -> Vec<Answer> {
    let (client, list) = (server.client(), within(server.staging()));
    let calls = (0..64).map(|number| {
        let call = match number % 2 {
            0 => client.get(&list),
            _ => client.post(&list, &json!({ "name": format!("n{number}") })),
        };
        tokio::spawn(call.into_future())
    });
    let calls: Vec<_> = calls.collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_gone_all_say_so_and_within_a_second_of_its_return_all_is_well() {
    if !is_postgres() {
        return;
    }
    let database = Database::fresh();
    let (mut proxy, address) = Proxy::before(&database.address()).await;
    let server = Server::start_with(&[("DATABASE_URL", &address), ("WAYPOST_LOG", "warn")]).await;
    let operator = Client::new(server.admin_url(), None);
    assert_eq!(operator.get("//readyz").await.status, 200);
    for _ in 0..2 {
        proxy.cut().await;
        let begun = Instant::now();
        for answer in burst(&server).await {
            answer.problem(503, "database-unavailable");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert_eq!(operator.get("//readyz").await.status, 503);
        assert_eq!(operator.get("//healthz").await.status, 200, "the process is well");
        proxy.restore();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(operator.get("//readyz").await.status, 200);
        for answer in burst(&server).await {
            assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
        }
    }
    each_change_has_its_event(&server);
}
