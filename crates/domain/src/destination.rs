//! A destination: where a data platform delivers messages, and how far its set-up has come.
//!
//! ```text
//!             type + configuration complete            verify ok / skip (production)
//! InProgress ------------------------------> Configured ----------------------------> Verified
//!      ^  save progress: any subset                ^  edit configuration, credential,      |
//!      '------------------------                   '  token or method: verify again <------'
//! ```
//!
//! The state is a variant that holds what is true in it, so a verified destination without a configuration cannot
//! be written down. [`Destination::apply`] is the only way on; it consumes the destination and answers with the next
//! one and the audit event that belongs to the step, or with a rejection and nothing changed.
//!
//! Whether the result of an attempt still fits is told by a fingerprint: `revision` goes up with every change to
//! something a message would prove (endpoint, settings, credential, token, method), and not with a rename. A pass is
//! taken only for the revision that was checked.

pub mod change;
pub mod draft;
mod lifecycle;
pub mod naming;
#[cfg(test)]
mod properties;
pub mod setup;
mod trail;

use self::draft::{Configuration, DestinationType, Draft};
use self::naming::{ExternalId, Name};
use crate::{
    audit::AuditEvent,
    credential::CredentialRef,
    environment::EnvironmentRef,
    fault::Faults,
    ids::DestinationId,
    refusal::Refusal,
    secret::{SealedText, StoredSecret},
    time::Timestamp,
    verification::{LastAttempt, Verification, VerificationMethod, named},
};

/// A destination, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Its identity.
    pub id: DestinationId,
    /// Where it lives, for good.
    pub environment: EnvironmentRef,
    /// The caller's own key for it.
    pub external_id: Option<ExternalId>,
    /// Its name for people.
    pub name: Name,
    /// The verb of its challenge.
    pub method: VerificationMethod,
    /// Its verification token, sealed.
    pub token: Option<StoredSecret>,
    /// The credential attached to it.
    pub credential: Option<CredentialRef>,
    /// What its messages are signed with, sealed; see the Standard Webhooks specification.
    pub signing_secret: Option<StoredSecret>,
    /// How far its set-up has come.
    pub state: State,
    /// Counts the changes that a message would have to prove.
    pub revision: i64,
    /// The last attempt to verify it.
    pub last_attempt: Option<LastAttempt>,
    /// Counts every change that shows; the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How far a set-up has come, with what is known there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Steps 1 and 2 are not complete.
    InProgress(Draft),
    /// They are; no message has proved them yet.
    Configured(Configuration),
    /// A message has, or production went without.
    Verified(Configuration, Proof),
}

/// Why a destination counts as verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Since when.
    pub verified_at: Timestamp,
    /// Whether no message was sent.
    pub skipped: bool,
    /// What exactly was proved.
    pub fingerprint: Fingerprint,
}

/// Tells the configuration that was checked from any later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(pub String);

named! {
    /// The three states, by name.
    Status {
        /// See [`State::InProgress`].
        InProgress = "in_progress",
        /// See [`State::Configured`].
        Configured = "configured",
        /// See [`State::Verified`].
        Verified = "verified",
    }
}

/// One step of a destination's life.
#[derive(Debug, Clone)]
pub enum Command {
    /// Saves progress, or edits.
    Save(Box<change::Change>),
    /// Takes the result of an attempt that began when the fingerprint was this.
    Record(Box<Verification>, Fingerprint),
    /// Goes without a message; production only.
    Skip(Box<Verification>),
    /// Learns that a field or secret of its credential changed: what was proved with the older one counts no more.
    CredentialChanged,
    /// Takes another secret for signing messages. That proves nothing, and takes no proof away.
    RotateSigningSecret(SealedText),
}

/// The next destination, and the event that tells of the step; no event when nothing changed.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The destination as it was: what is stored has to be this still, and only what differs has to be stored.
    pub before: Destination,
    /// The destination as it is now.
    pub destination: Destination,
    /// For the audit trail; `None` means that there is nothing to write.
    pub event: Option<AuditEvent>,
}

/// A destination just made, and the event that tells of it.
#[derive(Debug, Clone)]
pub struct Created {
    /// The destination.
    pub destination: Destination,
    /// For the audit trail.
    pub event: AuditEvent,
}

/// The event of a deletion that is allowed, and the version it deletes.
#[derive(Debug, Clone)]
pub struct Deleted {
    /// Which.
    pub id: DestinationId,
    /// The version that it deletes.
    pub seen_version: i64,
    /// For the audit trail.
    pub event: AuditEvent,
}

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The input is at fault.
    Invalid(Faults),
    /// The input is fine, and the answer is no.
    Refused(Refusal),
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl State {
    /// Its name.
    pub fn status(&self) -> Status {
        match self {
            Self::InProgress(_) => Status::InProgress,
            Self::Configured(_) => Status::Configured,
            Self::Verified(..) => Status::Verified,
        }
    }
}

impl Destination {
    /// The type, once chosen.
    pub fn destination_type(&self) -> Option<DestinationType> {
        match &self.state {
            State::InProgress(draft) => draft.destination_type(),
            State::Configured(configuration) | State::Verified(configuration, _) => {
                Some(configuration.destination_type())
            }
        }
    }

    /// The configuration, once complete.
    pub fn configuration(&self) -> Option<&Configuration> {
        match &self.state {
            State::InProgress(_) => None,
            State::Configured(configuration) | State::Verified(configuration, _) => Some(configuration),
        }
    }

    /// Whether type, provider and product are fixed.
    pub fn is_type_locked(&self) -> bool {
        self.configuration().is_some()
    }

    /// Whether a message proved exactly this.
    pub fn is_proved_by(&self, fingerprint: &Fingerprint) -> bool {
        match &self.state {
            State::Verified(_, proof) => proof.fingerprint == *fingerprint,
            State::InProgress(_) | State::Configured(_) => false,
        }
    }

    /// What a message sent now would prove.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(format!("r{}", self.revision))
    }
}
