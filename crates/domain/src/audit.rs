//! The audit trail: who changed what, when, on which request, from what to what. Secrets never enter it.

use std::borrow::Cow;

use crate::{
    environment::EnvironmentRef,
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
        /// A user was renamed.
        UserUpdated = "user.updated",
        /// A user was removed: it may do nothing any more.
        UserRemoved = "user.removed",
        /// An environment was made beside the first three.
        EnvironmentCreated = "environment.created",
        /// An API key was made.
        ApiKeyCreated = "api-key.created",
        /// An API key was renamed, or got other public keys.
        ApiKeyUpdated = "api-key.updated",
        /// An API key was revoked.
        ApiKeyRevoked = "api-key.revoked",
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
        /// A change of the credential that a destination uses made what was proved of it outdated.
        DestinationCredentialChanged = "destination.credential-changed",
        /// The secret that a destination's messages are signed with was replaced.
        SigningSecretRotated = "destination.signing-secret-rotated",
        /// A destination was deleted.
        DestinationDeleted = "destination.deleted",
        /// A credential was made.
        CredentialCreated = "credential.created",
        /// A credential was changed.
        CredentialUpdated = "credential.updated",
        /// A credential was deleted.
        CredentialDeleted = "credential.deleted",
    }
}

named! {
    /// What kind of thing it was done to.
    ResourceKind {
        /// An organization.
        Organization = "organization",
        /// An environment.
        Environment = "environment",
        /// A user.
        User = "user",
        /// An API key.
        ApiKey = "api-key",
        /// A destination.
        Destination = "destination",
        /// An auth credential.
        Credential = "credential",
    }
}

/// One member of a resource, before and after. A secret shows as its version, never as its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The member's name on the wire.
    pub field: Cow<'static, str>,
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

/// What an event is about.
pub(crate) struct Subject {
    /// Which kind.
    pub(crate) kind: ResourceKind,
    /// Which one, as text.
    pub(crate) id: String,
}

impl AuditEvent {
    /// The event of something done to this; where, is for the caller to add.
    pub fn of(kind: ResourceKind, id: String, action: Action, changes: Vec<FieldChange>, act: &Act) -> Self {
        Self {
            id: act.event_id,
            at: act.now,
            actor: act.actor,
            request_id: act.request_id.clone(),
            organization: None,
            environment: None,
            action,
            resource_kind: kind,
            resource_id: id,
            changes,
        }
    }

    /// The event of something done in an environment.
    pub(crate) fn in_environment(
        environment: EnvironmentRef,
        action: Action,
        subject: Subject,
        changes: Vec<FieldChange>,
        act: &Act,
    ) -> Self {
        Self {
            id: act.event_id,
            at: act.now,
            actor: act.actor,
            request_id: act.request_id.clone(),
            organization: Some(environment.organization),
            environment: Some(environment.id),
            action,
            resource_kind: subject.kind,
            resource_id: subject.id,
            changes,
        }
    }
}

/// The members that differ, by name. Each side lists its members by their names on the wire.
pub(crate) fn differences(
    before: Vec<(&'static str, String)>,
    after: Vec<(&'static str, String)>,
) -> Vec<FieldChange> {
    let mut changes: Vec<FieldChange> = Vec::new();
    for (field, value) in before {
        changes.push(FieldChange { field: field.into(), before: Some(value), after: None });
    }
    for (field, value) in after {
        match changes.iter_mut().find(|change| change.field == field) {
            Some(change) => change.after = Some(value),
            None => changes.push(FieldChange { field: field.into(), before: None, after: Some(value) }),
        }
    }
    changes.retain(|change| change.before != change.after);
    changes.sort_unstable_by(|one, other| one.field.cmp(&other.field));
    changes
}

impl FieldChange {
    /// Of a member of this name on the wire.
    pub fn new(field: &'static str, before: Option<String>, after: Option<String>) -> Self {
        Self { field: field.into(), before, after }
    }
}
