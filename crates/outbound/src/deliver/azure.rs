//! The products of Microsoft Azure, and what they share: what a refused token means.

pub(super) mod blob_storage;
pub(super) mod databricks;
pub(super) mod event_hubs;
pub(super) mod health_data_services;
mod refusal;
