//! Use cases that do more than load, decide and store: those that call outward.

pub mod verify;
