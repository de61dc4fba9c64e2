//! What tests of several crates need: a database of their own. A dev-dependency only.

#![warn(missing_docs)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

pub mod database;
