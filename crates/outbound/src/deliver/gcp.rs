//! The products of Google Cloud, and what they share: where a service listens, and what its refusals mean.

pub(super) mod cloud_storage;
pub(super) mod databricks;
pub(super) mod healthcare_fhir;
pub(super) mod pub_sub;
mod refusal;

use super::cloud::CloudDelivery;

/// Where a service listens, without a slash at its end: at the endpoint that is set, or at Google's own.
fn base_of<'a>(job: &'a CloudDelivery<'_>, public: &'static str) -> &'a str {
    job.base_url("endpointUrl").unwrap_or(public)
}
