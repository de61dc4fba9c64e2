//! An auth credential: how Waypost authenticates itself to a destination. Shared by destinations of one environment.
//!
//! Its strategy and environment are fixed. Every change of a field or secret raises `revision`: tokens fetched with an
//! older one are not used any more, and the verified destinations that use it have to be verified again.

pub mod algorithm;
pub mod api_key;
pub mod aws_sigv4;
pub mod basic;
pub mod gcp_jwt;
pub mod google_wif;
pub mod jwt_bearer;
mod lifecycle;
pub mod oauth_two_legged;
mod parts;
#[cfg(test)]
mod properties;
pub mod smart_backend;
mod strategy;

pub use algorithm::KeyAlgorithm;
pub use api_key::ApiKey;
pub use aws_sigv4::AwsSigv4;
pub use basic::Basic;
pub use gcp_jwt::GcpJwt;
pub use google_wif::GoogleWif;
pub use jwt_bearer::JwtBearer;
pub use oauth_two_legged::{OAuthTwoLegged, TokenRequestFormat};
pub use parts::MissingField;
pub use smart_backend::SmartBackend;
pub use strategy::{KEYS, Material, Strategy, find_secret_field, find_strategy, parse_strategy, strategies};

use crate::{
    audit::AuditEvent,
    destination::{
        change::Patch,
        naming::{ExternalId, Name},
    },
    environment::EnvironmentRef,
    form::{Edit, Fields},
    ids::{CredentialId, EnvironmentId, OrganizationId},
    secret::{SealedText, StoredSecret},
    time::Timestamp,
};

/// A credential, whole; its secrets sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its identity.
    pub id: CredentialId,
    /// Where it lives, for good.
    pub environment: EnvironmentRef,
    /// The caller's own key for it.
    pub external_id: Option<ExternalId>,
    /// Its name for people.
    pub name: Name,
    /// How it authenticates, for good.
    pub strategy: &'static Strategy,
    /// The values of the fields that are not secret.
    pub fields: Fields,
    /// The secrets by field name, in the order of the strategy's fields.
    pub secrets: Vec<(&'static str, StoredSecret)>,
    /// Counts every change that shows; the `ETag`.
    pub version: i64,
    /// Counts the changes of fields and secrets.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A credential as a destination knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialRef {
    /// Which.
    pub id: CredentialId,
    /// How it authenticates.
    pub strategy: &'static Strategy,
}

/// What a caller wants of a new credential, or changed of one that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialChange {
    /// The organization, named again: it has to be the environment's.
    pub organization: Option<OrganizationId>,
    /// The environment, named again: it has to be the credential's.
    pub environment: Option<EnvironmentId>,
    /// The key of the strategy, named again: it has to be the credential's.
    pub strategy: Option<String>,
    /// The caller's own key.
    pub external_id: Patch<ExternalId>,
    /// The name; it can be replaced, never cleared.
    pub name: Option<Name>,
    /// Fields that are not secret, by their names on the wire; `None` clears one. Those left out keep their value.
    pub fields: Vec<(String, Option<Edit>)>,
    /// Secrets, already sealed. Put in those too whose text is at fault, lest they count as missing.
    pub secrets: Vec<(&'static str, Patch<SealedText>)>,
}

/// A credential just made, and the event that tells of it.
#[derive(Debug, Clone)]
pub struct Created {
    /// The credential.
    pub credential: Credential,
    /// For the audit trail.
    pub event: AuditEvent,
}

/// A credential after a change.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The credential as it is now.
    pub credential: Credential,
    /// The version that it replaces.
    pub seen_version: i64,
    /// For the audit trail; `None` means that there is nothing to write.
    pub event: Option<AuditEvent>,
    /// Whether a field or secret changed: the destinations that use it have to be told, each by
    /// [`Command::CredentialChanged`](crate::destination::Command::CredentialChanged).
    pub takes_back_destinations: bool,
}

/// The event of a deletion that is allowed, and the version it deletes.
#[derive(Debug, Clone)]
pub struct Deleted {
    /// Which.
    pub id: CredentialId,
    /// The version that it deletes.
    pub seen_version: i64,
    /// For the audit trail.
    pub event: AuditEvent,
}

impl Credential {
    /// What a destination needs to know of it.
    pub fn reference(&self) -> CredentialRef {
        CredentialRef { id: self.id, strategy: self.strategy }
    }

    /// The stored secret of this name.
    pub fn secret(&self, name: &str) -> Option<&StoredSecret> {
        self.secrets.iter().find(|(known, _)| *known == name).map(|(_, secret)| secret)
    }
}
