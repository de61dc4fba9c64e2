//! What the chapters stand on: the server under test, a client, an endpoint with scripted behaviour, a look into
//! the database, a way to it that can be cut.

pub(crate) mod certificates;
pub(crate) mod client;
pub(crate) mod counterpart;
pub(crate) mod database;
pub(crate) mod endpoint;
pub(crate) mod proxy;
pub(crate) mod reply;
pub(crate) mod server;
pub(crate) mod signer;

pub(crate) use client::{Answer, Client};
pub(crate) use counterpart::Counterpart;
pub(crate) use endpoint::{Endpoint, Reply};
pub(crate) use server::Server;
