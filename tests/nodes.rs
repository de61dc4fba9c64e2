//! Several nodes on one database: what one answers holds on the other. On PostgreSQL only; a file of SQLite belongs to
//! one node.

mod people;
mod start;
mod verifies;
mod writers;

use testkit::database::is_postgres;

use crate::support::Server;

/// Two nodes on a database of their own, the second one first, since it must go first; `None` on SQLite.
async fn two_nodes(extra: &[(&str, &str)]) -> Option<(Server, Server)> {
    if !is_postgres() {
        return None;
    }
    let first = Server::start_with(extra).await;
    let second = first.another_node().await;
    Some((second, first))
}
