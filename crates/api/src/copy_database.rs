//! `waypost-server copy`: moves an installation from SQLite to PostgreSQL and says what was moved.

use std::{
    io::{self, IsTerminal, Write},
    thread,
};

use tokio::sync::oneshot;

use crate::wiring::{StartFailure, failure};

/// Copies on a thread of its own; the text to print at the end: each table with its rows and their checksum.
pub async fn run(from: String, to: String) -> Result<String, StartFailure> {
    let (reply, answer) = oneshot::channel();
    let work = move || {
        let is_watched = io::stderr().is_terminal();
        drop(reply.send(persistence::copy::copy(&from, &to, |table, rows| {
            if is_watched {
                // Nobody reads it; copying goes on.
                drop(write!(io::stderr().lock(), "\r\x1b[K{table}: {rows} rows"));
            }
        })));
        if is_watched {
            drop(write!(io::stderr().lock(), "\r\x1b[K"));
        }
    };
    thread::Builder::new().name("db-copy".to_owned()).spawn(work).map_err(failure)?;
    let copied = answer.await.map_err(failure)?.map_err(failure)?;
    let lines = copied
        .iter()
        .map(|copied| format!("{:<20} {:>10} rows  sha256 {}\n", copied.table, copied.rows, copied.checksum));
    Ok(lines.chain(["Both databases hold the same rows.\n".to_owned()]).collect())
}
