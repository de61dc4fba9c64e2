//! Deliveries: a message in, a report of eight checks out. A standard destination gets it by HTTP; a cloud product by
//! its own API, each in a file of its own: `deliver/<provider>/<product>.rs` makes the request and reads the answer.
//! To add one: such a file, and its line in [`cloud`].

mod advice;
mod aws;
mod azure;
pub mod cloud;
mod exchange;
mod fhir;
#[cfg(test)]
mod fixture;
mod gcp;
mod object_name;
pub mod standard;
mod vendor_error;
