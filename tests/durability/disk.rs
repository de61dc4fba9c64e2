//! No space is left for SQLite's file.

use serde_json::json;
use testkit::database::is_postgres;

use super::each_change_has_its_event;
use crate::support::{Server, reply::within};

/// A write beyond the limit fails, as on a full disk, instead of ending the process.
const IGNORING_THE_SIGNAL: [&str; 4] = ["/bin/sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

#[tokio::test]
async fn a_full_disk_is_told_clearly_and_the_file_stays_intact() {
    if is_postgres() {
        return; // The disk is the database server's.
    }
    let mut server = Server::started(&[("WAYPOST_LOG", "error")], &IGNORING_THE_SIGNAL).await;
    let (client, list) = (server.client(), within(server.staging()));
    let create =
        |number: usize| client.post(&list, &json!({ "name": format!("{number} {}", "x".repeat(80)) }));
    let size = std::fs::metadata(server.data_dir().join("waypost.db-wal")).unwrap().len();
    server.limit_files(&(size + 600_000).to_string());
    let (mut answered, mut refused) = (0, 0);
    for number in 0..2_000 {
        let answer = create(number).await;
        if answer.status == 201 {
            answered += 1;
            continue;
        }
        answer.problem(503, "database-unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"), "{:?}", answer.headers);
        client.get(&list).await.payload(200);
        refused += 1;
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20, "{answered} were answered");
    assert!(answered > 10, "{answered}");
    server.limit_files("unlimited");
    for number in 0..20 {
        create(number).await.destination(201);
    }
    let count = server.database().count("destinations");
    assert_eq!(count, answered + 20, "what was answered and nothing else");
    each_change_has_its_event(&server);
    server.send_term();
    assert_eq!(server.ended().await, Some(0));
    server.restart().await;
    assert_eq!(server.database().count("destinations"), count);
    each_change_has_its_event(&server);
}
