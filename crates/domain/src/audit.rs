//! The audit trail: who changed what, when, on which request, from what to what. Secrets never enter it.

use crate::{
    ids::{AuditEventId, EnvironmentId, OrganizationId, UserId},
    time::Timestamp,
    verification::named,
};

named! {
    /// What was done.
    Action {
        /// An organization was made, with its environments and owner.
        OrganizationCreated = "organization.created",
        /// A user was made.
        UserCreated = "user.created",
        /// A role was given, changed or taken away.
        RoleSet = "role.set",
        /// A destination was made.
        DestinationCreated = "destination.created",
        /// A destination was changed.
        DestinationUpdated = "destination.updated",
        /// A message proved a destination.
        DestinationVerified = "destination.verified",
        /// A message did not prove a destination.
        VerificationFailed = "destination.verification-failed",
        /// A message proved a configuration that had changed in the meantime.
        VerificationOutdated = "destination.verification-outdated",
        /// A production destination was set up without a message.
        VerificationSkipped = "destination.verification-skipped",
        /// A destination was deleted.
        DestinationDeleted = "destination.deleted",
    }
}

named! {
    /// What kind of thing it was done to.
    ResourceKind {
        /// An organization.
        Organization = "organization",
        /// A user.
        User = "user",
        /// A destination.
        Destination = "destination",
    }
}

/// One member of a resource, before and after. A secret shows as its version, never as its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The member's name on the wire.
    pub field: &'static str,
    /// Its value before; `None` if it had none.
    pub before: Option<String>,
    /// Its value after; `None` if it has none.
    pub after: Option<String>,
}

/// Under which circumstances something is done: passed in, because nothing in `domain` reads a clock.
#[derive(Debug, Clone)]
pub struct Act {
    /// The id that the audit event will have.
    pub event_id: AuditEventId,
    /// Who; `None` for the operator at the command line.
    pub actor: Option<UserId>,
    /// On which request; `None` at the command line.
    pub request_id: Option<String>,
    /// When.
    pub now: Timestamp,
}

/// One line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its identity.
    pub id: AuditEventId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Option<UserId>,
    /// On which request.
    pub request_id: Option<String>,
    /// Whose; `None` for what belongs to no organization, such as a new user.
    pub organization: Option<OrganizationId>,
    /// In which environment, if in one.
    pub environment: Option<EnvironmentId>,
    /// What was done.
    pub action: Action,
    /// To which kind of thing.
    pub resource_kind: ResourceKind,
    /// To which one, as text, for kinds differ in their ids.
    pub resource_id: String,
    /// What it changed.
    pub changes: Vec<FieldChange>,
}
