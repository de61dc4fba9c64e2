//! The audit trail of an organization: by page, or all of it as a stream.

use actix_web::{
    HttpResponse, get,
    web::{Bytes, Data},
};
use domain::{
    audit::{Action, ResourceKind},
    ids::OrganizationId,
    time::Timestamp,
};
use futures_util::stream;
use persistence::{
    PageRequest, Scope, StoreError,
    audit::{self, Filter, Recorded},
    roles,
};

use crate::{
    extract::{
        caller::{AuditRead, Caller},
        id::Id,
        page::ListQuery,
    },
    failure::Failure,
    reply,
    state::State,
    wire::{
        audit::{AuditEventPage, AuditEventView, AuditEventsPayload, AuditLines},
        parameters::AuditQuery,
    },
};

/// Events of one piece of a stream: so many are in memory at a time.
const PIECE: u16 = 200;

/// List the audit events of an organization
///
/// The newest first; for admins and owners. With `format=ndjson` all that the filters leave, one JSON object a line,
/// as a stream, which goes on while you read.
#[utoipa::path(tag = "audit", security(("bearer" = ["audit:read"])), params(AuditQuery),
    responses((status = 200, content(
        (AuditEventPage = "application/json"),
        (AuditLines = "application/x-ndjson"),
    ), description = "A page of events, or all of them.")))]
#[get("/organizations/{organizationId}/audit-events")]
pub async fn list_audit_events(
    caller: Caller<AuditRead>,
    organization: Id<OrganizationId>,
    mut query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let moment = "An RFC 3339 time, such as 2026-11-24T09:00:00Z.";
    let filter = Filter {
        actor: query.id("actor"),
        action: query.parse("action", "An action, such as destination.updated.", Action::from_name),
        resource_kind: query.parse(
            "resourceKind",
            "organization, environment, user, api-key, destination or credential.",
            ResourceKind::from_name,
        ),
        resource_id: query.text("resourceId"),
        environment: query.id("environmentId"),
        from: query.parse("from", moment, |text| text.parse::<Timestamp>().ok()),
        to: query.parse("to", moment, |text| text.parse::<Timestamp>().ok()),
    };
    let is_stream = query.parse("format", "json or ndjson.", |text| match text {
        "json" => Some(false),
        "ndjson" => Some(true),
        _ => None,
    });
    let page = query.page(&state.cursors)?;
    let trail = Trail { scope: caller.scope(), organization: organization.0, filter, state: state.clone() };
    if is_stream == Some(true) {
        return trail.stream(PageRequest { after: page.request.after.clone(), limit: PIECE }).await;
    }
    let found = trail.read(page.request.clone()).await?;
    let audit_events = found.items.iter().map(AuditEventView::from).collect();
    let meta = page.meta(&state.cursors, found.next.as_ref());
    Ok(reply::ok(&AuditEventPage { meta, payload: AuditEventsPayload { audit_events } }))
}

/// The part of the trail that was asked for, as its reader may see it.
struct Trail {
    scope: Scope,
    organization: OrganizationId,
    filter: Filter,
    state: Data<State>,
}

impl Trail {
    /// Asks anew for each page whether the reader may see it: a stream may last.
    async fn read(&self, request: PageRequest) -> Result<persistence::Page<Recorded>, Failure> {
        let (scope, organization, filter) = (self.scope, self.organization, self.filter.clone());
        self.state
            .store
            .read(move |tx| {
                roles::admit(tx, &scope, organization)?;
                audit::page(tx, organization, &filter, &request)
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// Nothing is held while the reader reads: each piece is a read of its own.
    async fn stream(self, first: PageRequest) -> Result<HttpResponse, Failure> {
        let found = self.read(first).await?;
        let pieces = stream::try_unfold((self, Some(found)), |(trail, found)| async move {
            let Some(found) = found else { return Ok::<_, Failure>(None) };
            let text = lines(&found.items)?;
            let next = match found.next {
                Some(after) => Some(trail.read(PageRequest { after: Some(after), limit: PIECE }).await?),
                None => None,
            };
            Ok(Some((text, (trail, next))))
        });
        Ok(HttpResponse::Ok()
            .insert_header(("cache-control", "no-store"))
            .content_type("application/x-ndjson")
            .streaming(pieces))
    }
}

fn lines(events: &[Recorded]) -> Result<Bytes, Failure> {
    let mut text = Vec::new();
    for event in events {
        serde_json::to_writer(&mut text, &AuditEventView::from(event)).map_err(Failure::internal)?;
        text.push(b'\n');
    }
    Ok(text.into())
}
