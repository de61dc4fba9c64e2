//! The table `audit_events`: written together with what it tells of, by the module that changes that.

use diesel::prelude::*;
use domain::audit::{AuditEvent, FieldChange};
use serde_json::{Value, json};

use crate::{
    engine::connection::each,
    error::StoreError,
    schema::audit_events,
    sql_types::{IdText, InstantText, JsonText},
    store::Changing,
};

#[derive(Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct EventRow {
    id: IdText,
    organization_id: Option<i64>,
    environment_id: Option<IdText>,
    actor: Option<IdText>,
    action: &'static str,
    resource_kind: &'static str,
    resource_id: String,
    request_id: Option<String>,
    changes: JsonText,
    at: InstantText,
}

impl From<&AuditEvent> for EventRow {
    fn from(event: &AuditEvent) -> Self {
        Self {
            id: event.id.into(),
            organization_id: event.organization.map(|id| id.0),
            environment_id: event.environment.map(IdText::from),
            actor: event.actor.map(IdText::from),
            action: event.action.name(),
            resource_kind: event.resource_kind.name(),
            resource_id: event.resource_id.clone(),
            request_id: event.request_id.clone(),
            changes: event.changes.iter().map(change_json).collect::<Value>().into(),
            at: event.at.into(),
        }
    }
}

fn change_json(change: &FieldChange) -> Value {
    json!({"field": change.field, "before": change.before, "after": change.after})
}

/// Adds a line to the trail.
pub(crate) fn append(tx: &mut Changing<'_>, event: &AuditEvent) -> Result<(), StoreError> {
    let row = EventRow::from(event);
    each!(&mut *tx.0, |inner| diesel::insert_into(audit_events::table).values(row).execute(inner))?;
    Ok(())
}
