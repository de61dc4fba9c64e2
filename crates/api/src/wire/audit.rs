//! The audit trail, as it is shown and exported.

use domain::audit::FieldChange;
use persistence::audit::Recorded;
use serde::Serialize;
use utoipa::ToSchema;

use super::envelope::{PageMeta, envelopes};

/// Events, a JSON object a line.
#[derive(ToSchema)]
#[schema(value_type = String, example = "{\"id\":\"0192f1c0-6666-7ee0-b061-9c0d1e2f3041\",\"action\":\"destination.updated\"}\n")]
#[expect(dead_code, reason = "a schema; the lines are written one by one")]
pub struct AuditLines(String);

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEventView {
    /// Its id.
    #[schema(format = "uuid", example = "0192f1c0-6666-7ee0-b061-9c0d1e2f3041")]
    pub id: String,
    /// When, UTC.
    #[schema(format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub at: String,
    /// Id of the user who did it; null for an operator at the command line.
    #[schema(example = "0192f1c0-1111-7aa0-9c2d-5e6f7a8b9c0d")]
    pub actor: Option<String>,
    /// What was done.
    #[schema(example = "destination.updated")]
    pub action: &'static str,
    /// To what.
    pub resource: AuditResourceView,
    /// Id of the environment, if it was done in one.
    #[schema(example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02")]
    pub environment_id: Option<String>,
    /// Number of the organization.
    #[schema(example = 118)]
    pub organization_id: Option<i64>,
    /// The request it was done by.
    #[schema(example = "0192f1c0-7777-7ff0-8172-0d1e2f304152")]
    pub request_id: Option<String>,
    /// What it changed. Secrets show as their version.
    pub changes: Vec<FieldChangeView>,
    /// Its number in the chain; null for a moment after it was done.
    #[schema(example = 4711)]
    pub sequence: Option<i64>,
    /// SHA-256 over the hash before it and the event; null for a moment after it was done.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: Option<String>,
}

/// What something was done to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditResourceView {
    /// Which kind of thing.
    #[schema(example = "destination")]
    pub kind: &'static str,
    /// Its id.
    #[schema(example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e01")]
    pub id: String,
}

/// One member, before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChangeView {
    /// The member's name.
    #[schema(example = "name")]
    pub field: String,
    /// Its value before; null if it had none.
    #[schema(example = "Labs")]
    pub before: Option<String>,
    /// Its value after; null if it has none.
    #[schema(example = "Nightly labs")]
    pub after: Option<String>,
}

envelopes! {
    /// A page of the audit trail, the newest event first.
    AuditEventPage / AuditEventsPayload [PageMeta] { audit_events: Vec<AuditEventView> }
}

impl From<&Recorded> for AuditEventView {
    fn from(Recorded { event, link }: &Recorded) -> Self {
        let (sequence, hash) = link.clone().unzip();
        Self {
            id: event.id.to_string(),
            at: event.at.to_string(),
            actor: event.actor.map(|user| user.to_string()),
            action: event.action.name(),
            resource: AuditResourceView { kind: event.resource_kind.name(), id: event.resource_id.clone() },
            environment_id: event.environment.map(|id| id.to_string()),
            organization_id: event.organization.map(|id| id.0),
            request_id: event.request_id.clone(),
            changes: event.changes.iter().map(FieldChangeView::from).collect(),
            sequence,
            hash,
        }
    }
}

impl From<&FieldChange> for FieldChangeView {
    fn from(change: &FieldChange) -> Self {
        let FieldChange { field, before, after } = change;
        Self { field: field.to_string(), before: before.clone(), after: after.clone() }
    }
}
