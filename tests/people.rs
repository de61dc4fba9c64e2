//! Contract section 5: people, pipelines and their keys.

mod accounts;
mod assertions;
mod clients;
mod everybody;
mod keys;
mod provider;
mod roles;
mod rotation;
