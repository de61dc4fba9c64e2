//! A row of PostgreSQL that is held, so that requests wait where a test wants them to meet.

use std::time::Duration;

use testkit::database::Raw;

use crate::support::Server;

/// Nobody else can change the row until this is let go.
pub(super) struct Held {
    holder: Raw,
    watcher: Raw,
}

impl Held {
    /// The row that a statement changes or locks, uncommitted.
    pub(super) fn by(server: &Server, statement: &str) -> Self {
        let mut holder = Raw::open(&server.database_url());
        holder.execute(&format!("begin; {statement}"));
        Self { holder, watcher: Raw::open(&server.database_url()) }
    }

    /// Waits until so many statements of the server wait for rows.
    pub(super) async fn waited_for_by(&mut self, count: i64) {
        let waiting = "pg_stat_activity where application_name = current_setting('application_name')
                       and wait_event_type = 'Lock'";
        for _ in 0..400 {
            if self.watcher.count(waiting) >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("fewer than {count} wait");
    }

    /// Commits.
    pub(super) fn release(mut self) {
        self.holder.execute("commit");
    }
}
