//! The schema of a problem document (RFC 9457); `failure.rs` writes them.

use serde::Serialize;
use utoipa::ToSchema;

use super::verification::VerificationView;

/// What went wrong, for programs (`code`, `errors`) and for people (`title`, `detail`).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A page that explains the problem: `<public url>/problems/<code>`.
    #[schema(format = "uri", example = "https://waypost.example.org/problems/validation-failed")]
    pub r#type: String,
    /// A short summary, the same for every occurrence.
    #[schema(example = "The body is not valid")]
    pub title: String,
    /// HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What is particular to this occurrence.
    #[schema(example = "The body has one fault; see errors.")]
    pub detail: String,
    /// The path of the request.
    #[schema(example = "/platform/v1/environments/0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02/destinations")]
    pub instance: String,
    /// Stable code to match on.
    #[schema(example = "validation-failed")]
    pub code: String,
    /// The id of the request, as in the header `X-Request-Id`.
    #[schema(example = "0192f1c0-6a11-7f02-9b53-0c8f4f9a2d11")]
    pub request_id: String,
    /// Every fault of the body or the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<ProblemEntry>>,
    /// The attempt, with `verification-failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationView>,
}

/// One fault.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemEntry {
    /// JSON Pointer into the body, `#/...`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "#/endpoint")]
    pub pointer: Option<String>,
    /// Name of the query parameter, instead of a pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Stable code of the fault.
    #[schema(example = "https-required")]
    pub code: String,
    /// What is wrong and what is expected.
    #[schema(example = "Staging and production take https only; http is for development environments.")]
    pub detail: String,
}
