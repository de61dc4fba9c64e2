//! How the database is reached: connections, the threads that own them, migrations. Knows no table.

pub(crate) mod at_once;
pub(crate) mod connection;
pub(crate) mod job;
pub(crate) mod lanes;
pub(crate) mod limited;
pub(crate) mod migrate;
pub(crate) mod prepared;
mod suspicion;
pub(crate) mod told;
pub(crate) mod transaction;
pub(crate) mod violation;
