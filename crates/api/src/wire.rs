//! What goes over the wire: bodies in, views out, and their conversions. The only place with `ToSchema`.

pub mod account;
pub mod api_key;
pub mod audit;
pub mod catalog;
pub mod cloud_settings;
pub mod credential;
pub mod credential_body;
pub mod dataset;
pub mod destination;
pub mod destination_body;
pub mod envelope;
pub mod form;
pub mod moment;
pub mod organization;
pub mod parameters;
pub mod patch;
pub mod problem;
pub mod role;
pub mod verification;
