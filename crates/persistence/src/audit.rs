//! The table `audit_events`: written together with what it tells of, by the module that changes that; read by page.
//! The chain that proves the trail is put together in `chain`.

pub mod chain;
mod list;

use diesel::{
    IntoSql,
    pg::Pg,
    prelude::*,
    query_builder::QueryFragment,
    sql_types::{BigInt, Nullable, Text},
};
use domain::audit::{AuditEvent, FieldChange};
use serde_json::{Value, json};

pub use self::list::{Filter, Recorded, page};
use crate::{
    engine::{connection::each, told::written},
    error::StoreError,
    schema::audit_events,
    sql_types::{Id, IdText, Instant, InstantText, JsonDoc, JsonText},
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

/// Adds a line for each row [`written`], in the statement of PostgreSQL that writes it.
pub(crate) fn telling(event: &AuditEvent) -> impl QueryFragment<Pg> + use<> {
    let row = EventRow::from(event);
    let values = written::table.select((
        row.id.into_sql::<Id>(),
        row.organization_id.into_sql::<Nullable<BigInt>>(),
        row.environment_id.into_sql::<Nullable<Id>>(),
        row.actor.into_sql::<Nullable<Id>>(),
        row.action.into_sql::<Text>(),
        row.resource_kind.into_sql::<Text>(),
        row.resource_id.into_sql::<Text>(),
        row.request_id.into_sql::<Nullable<Text>>(),
        row.changes.into_sql::<JsonDoc>(),
        row.at.into_sql::<Instant>(),
    ));
    diesel::insert_into(audit_events::table).values(values).into_columns((
        audit_events::id,
        audit_events::organization_id,
        audit_events::environment_id,
        audit_events::actor,
        audit_events::action,
        audit_events::resource_kind,
        audit_events::resource_id,
        audit_events::request_id,
        audit_events::changes,
        audit_events::at,
    ))
}
