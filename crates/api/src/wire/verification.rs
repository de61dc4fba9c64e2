//! An attempt to verify, as it is asked for and as it is shown.

use domain::verification::{Answer, Check, SentRequest, Verification};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    destination::DestinationView,
    destination_body::MethodName,
    envelope::{Meta, PageMeta, envelopes},
    patch::{Maybe, SecretIn},
};
use crate::extract::body::WireBody;

/// How to verify. Everything is optional: `{}` sends a challenge with what is stored.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyRequest {
    /// Stored first, as PATCH would.
    #[schema(value_type = Option<String>, format = "uri", max_length = 2048, example = "https://labs.example.org/in")]
    #[serde(default)]
    pub endpoint: Maybe<String>,
    /// Stored first, as PATCH would.
    #[schema(value_type = Option<String>, format = Password, write_only, min_length = 8, max_length = 512, example = "correct-horse-battery-staple")]
    #[serde(default)]
    pub verification_token: Maybe<SecretIn>,
    /// Stored first, as PATCH would.
    #[schema(value_type = Option<MethodName>, example = "POST")]
    #[serde(default)]
    pub verification_method: Maybe<String>,
    /// Send a sample of this data model instead of a challenge; see `GET /data-models`.
    #[schema(example = "PatientAdmin")]
    #[serde(default)]
    pub data_model: Option<String>,
    /// The event of the sample; the model's first when left out.
    #[schema(example = "NewPatient")]
    #[serde(default)]
    pub event_type: Option<String>,
    /// Send nothing; production only.
    #[schema(example = false)]
    #[serde(default)]
    pub skip_verification: Option<bool>,
}

impl WireBody for VerifyRequest {
    const SCHEMA: &'static str = "VerifyRequest";
    const OPTIONAL: bool = true;
}

/// One attempt to verify a destination.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationView {
    /// Its id.
    #[schema(format = "uuid", example = "0192f1c0-7b21-7a10-8c55-6f2e1d3c4b5a")]
    pub id: String,
    /// What was tried.
    #[schema(format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e01")]
    pub destination_id: String,
    /// `passed`, `failed` or `skipped`.
    #[schema(value_type = OutcomeName, example = "passed")]
    pub outcome: &'static str,
    /// `challenge`, `sample` or `skip`.
    #[schema(value_type = ModeName, example = "challenge")]
    pub mode: &'static str,
    /// Data model of the sample, if one was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PatientAdmin")]
    pub data_model: Option<String>,
    /// Event of the sample, if one was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "NewPatient")]
    pub event_type: Option<String>,
    /// The steps that were taken, in order; the detail of a failed one says what to do.
    pub checks: Vec<CheckView>,
    /// What was sent; null if nothing was.
    pub request: Option<SentRequestView>,
    /// What came back; null if nothing did.
    pub response: Option<AnswerView>,
    /// When it began, UTC.
    #[schema(format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub started_at: String,
    /// Milliseconds it took.
    #[schema(example = 42)]
    pub duration_ms: i64,
}

/// How an attempt ended.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "a schema; the domain names the outcomes")]
pub enum OutcomeName {
    /// The destination works.
    Passed,
    /// It does not, yet.
    Failed,
    /// Nothing was sent, as was asked.
    Skipped,
}

/// What an attempt does.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "a schema; the domain names the modes")]
pub enum ModeName {
    /// Sends a challenge and looks for it in the answer.
    Challenge,
    /// Sends a sample message.
    Sample,
    /// Sends nothing.
    Skip,
}

/// One step of an attempt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckView {
    /// `endpoint`, `resolve`, `address`, `connect`, `tls`, `authorize`, `send` or `challenge`.
    #[schema(example = "send")]
    pub name: &'static str,
    /// `passed`, `failed` or `not_run`.
    #[schema(example = "passed")]
    pub outcome: &'static str,
    /// What was found; after a failure, what to do about it.
    #[schema(example = "The endpoint answered 200.")]
    pub detail: String,
    /// Milliseconds it took.
    #[schema(example = 12)]
    pub duration_ms: i64,
}

/// The request that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentRequestView {
    /// HTTP method.
    #[schema(example = "POST")]
    pub method: String,
    /// Where to, without what a challenge adds to the query.
    #[schema(example = "https://labs.example.org/in")]
    pub url: String,
}

/// The answer to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerView {
    /// HTTP status.
    #[schema(example = 200)]
    pub status: u16,
    /// First KiB of the body if it is text, without any secret that it repeats.
    #[schema(example = "{\"challenge\":\"4b1f9f0e-2c3d-4e5f-8a9b-0c1d2e3f4a5b\"}")]
    pub body: String,
}

envelopes! {
    /// The destination as it is now, and the attempt.
    VerifyEnvelope / VerifyPayload [Meta] { destination: DestinationView, verification: VerificationView }
    /// One attempt.
    VerificationEnvelope / VerificationPayload [Meta] { verification: VerificationView }
    /// A page of attempts, the latest first.
    VerificationPage / VerificationsPayload [PageMeta] { verifications: Vec<VerificationView> }
}

impl From<&Verification> for VerificationView {
    fn from(verification: &Verification) -> Self {
        Self {
            id: verification.id.to_string(),
            destination_id: verification.destination.to_string(),
            outcome: verification.outcome.name(),
            mode: verification.mode.name(),
            data_model: verification.data_model.clone(),
            event_type: verification.event_type.clone(),
            checks: verification.checks.iter().map(CheckView::from).collect(),
            request: verification.request.as_ref().map(SentRequestView::from),
            response: verification.response.as_ref().map(AnswerView::from),
            started_at: verification.started_at.to_string(),
            duration_ms: verification.duration_ms,
        }
    }
}

impl From<&Check> for CheckView {
    fn from(check: &Check) -> Self {
        Self {
            name: check.name.name(),
            outcome: check.outcome.name(),
            detail: check.detail.clone(),
            duration_ms: check.duration_ms,
        }
    }
}

impl From<&SentRequest> for SentRequestView {
    fn from(request: &SentRequest) -> Self {
        Self { method: request.method.clone(), url: request.url.clone() }
    }
}

impl From<&Answer> for AnswerView {
    fn from(answer: &Answer) -> Self {
        Self { status: answer.status, body: answer.body.clone() }
    }
}
