//! Use cases of more than one step: those that call outward, and those that several routes share.

pub mod api_keys;
pub mod delivery;
pub mod send_dataset;
pub mod try_credential;
pub mod verify;
mod verify_plan;
pub mod write_credential;
