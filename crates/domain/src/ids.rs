//! One newtype per kind of identity, so that a destination's id can never be passed for an environment's.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// An identity text that is not a UUID in its hyphenated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedId;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            /// Accepts the hyphenated form only (36 characters), in either case.
            fn from_str(text: &str) -> Result<Self, MalformedId> {
                if text.len() != uuid::fmt::Hyphenated::LENGTH {
                    return Err(MalformedId);
                }
                Uuid::try_parse(text).map($name).map_err(|_| MalformedId)
            }
        }
    )+};
}

uuid_ids! {
    /// An environment of an organization.
    EnvironmentId;
    /// A place where messages are delivered.
    DestinationId;
    /// An auth credential, with which Waypost authenticates itself to a destination.
    CredentialId;
    /// One attempt to verify a destination.
    VerificationId;
    /// A person or a pipeline that calls the API.
    UserId;
    /// A key pair of a user; the `client_id` of the tokens that it gets.
    ApiKeyId;
    /// One line of the audit trail.
    AuditEventId;
}

/// An organization; a number, as in the published API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId(pub i64);

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for OrganizationId {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<Self, MalformedId> {
        match text.parse() {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(MalformedId),
        }
    }
}
