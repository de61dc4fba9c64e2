//! The service as its users meet it: the real binary, over HTTP and its command line, one chapter per part of the
//! contract. ONE test binary, because each further one would be linked and started for itself; the runner gives
//! every test its own process anyway.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop at that very line; helpers of tests too"
)]

mod access;
mod audit;
mod by_key;
mod catalog;
mod cloud;
mod commands;
mod conventions;
mod copying;
mod credentials;
mod destinations;
mod durability;
mod egress;
mod every_operation;
mod idempotency;
mod key_rotation;
mod leaks;
mod lifecycle;
mod limits;
mod listing;
mod nodes;
mod openapi;
mod people;
mod preconditions;
mod quickstart;
mod races;
mod readme_credentials;
mod readme_pipelines;
mod sample_datasets;
mod sample_receiver;
mod sample_schemas;
mod structure;
mod support;
mod verify;
mod verify_failures;
mod webhooks;
