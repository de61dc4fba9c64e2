//! Pages of the trail of an organization, the newest event first.

use diesel::prelude::*;
use domain::{
    audit::{Action, AuditEvent, FieldChange, ResourceKind},
    ids::{EnvironmentId, OrganizationId, UserId},
    time::Timestamp,
};
use serde::Deserialize;

use crate::{
    error::StoreError,
    page::{Keyset, Page, PageRequest},
    row::RowName,
    schema::audit_events,
    sql_types::{IdText, InstantText, JsonText},
    store::Reading,
};

/// Which events; every condition that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this user.
    pub actor: Option<UserId>,
    /// Of this kind.
    pub action: Option<Action>,
    /// On this kind of thing.
    pub resource_kind: Option<ResourceKind>,
    /// On this thing.
    pub resource_id: Option<String>,
    /// In this environment.
    pub environment: Option<EnvironmentId>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

/// An event, and its place in the chain once it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The event.
    pub event: AuditEvent,
    /// Its number, and the hash over the hash before it and the event.
    pub link: Option<(i64, String)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub(super) struct EventRow {
    pub(super) id: IdText,
    pub(super) organization_id: Option<i64>,
    pub(super) environment_id: Option<IdText>,
    pub(super) actor: Option<IdText>,
    pub(super) action: String,
    pub(super) resource_kind: String,
    pub(super) resource_id: String,
    pub(super) request_id: Option<String>,
    pub(super) changes: JsonText,
    pub(super) at: InstantText,
    pub(super) sequence: Option<i64>,
    pub(super) hash: Option<String>,
}

#[derive(Deserialize)]
struct StoredChange {
    field: String,
    before: Option<String>,
    after: Option<String>,
}

impl TryFrom<EventRow> for Recorded {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let name = RowName { table: "audit_events", id: &row.id.0 };
        let changes: Vec<StoredChange> =
            serde_json::from_str(&row.changes.0).map_err(|_| name.corrupt("changes"))?;
        let changes = changes.into_iter().map(|change| FieldChange {
            field: change.field.into(),
            before: change.before,
            after: change.after,
        });
        let text = |id: &Option<IdText>| id.as_ref().map(|id| id.0.clone());
        let (environment, actor) = (text(&row.environment_id), text(&row.actor));
        let event = AuditEvent {
            id: name.parse("id", &row.id.0)?,
            at: name.parse("at", &row.at.0)?,
            actor: name.parse_some("actor", actor.as_deref())?,
            organization: row.organization_id.map(OrganizationId),
            environment: name.parse_some("environment_id", environment.as_deref())?,
            action: name.expect("action", Action::from_name(&row.action))?,
            resource_kind: name.expect("resource_kind", ResourceKind::from_name(&row.resource_kind))?,
            changes: changes.collect(),
            request_id: row.request_id,
            resource_id: row.resource_id,
        };
        Ok(Self { event, link: row.sequence.zip(row.hash) })
    }
}

/// A page of the trail of an organization.
pub fn page(
    tx: &mut Reading<'_>,
    organization: OrganizationId,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Recorded>, StoreError> {
    let mut query = audit_events::table
        .filter(audit_events::organization_id.eq(organization.0))
        .select(EventRow::as_select())
        .order((audit_events::at.desc(), audit_events::id.desc()))
        .limit(page.rows())
        .into_boxed();
    if let Some(actor) = filter.actor {
        query = query.filter(audit_events::actor.eq(IdText::from(actor)));
    }
    if let Some(action) = filter.action {
        query = query.filter(audit_events::action.eq(action.name()));
    }
    if let Some(kind) = filter.resource_kind {
        query = query.filter(audit_events::resource_kind.eq(kind.name()));
    }
    if let Some(id) = &filter.resource_id {
        query = query.filter(audit_events::resource_id.eq(id.clone()));
    }
    if let Some(environment) = filter.environment {
        query = query.filter(audit_events::environment_id.eq(IdText::from(environment)));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_events::at.ge(InstantText::from(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_events::at.lt(InstantText::from(to)));
    }
    if let Some(after) = &page.after {
        let (key, id) = (InstantText(after.key.clone()), IdText(after.id.clone()));
        query = query.filter(
            audit_events::at.le(key.clone()).and(audit_events::at.lt(key).or(audit_events::id.lt(id))),
        );
    }
    let rows: Vec<EventRow> = query.load(tx.0)?;
    let keyset = |row: &EventRow| Keyset { key: row.at.0.clone(), id: row.id.0.clone() };
    Page::cut(rows, page.limit, keyset, Recorded::try_from)
}
