//! Deliveries: a message in, a report of eight checks out. One module per kind of destination.

mod advice;
pub mod standard;
