//! Environments of an organization, and what each kind of them allows.

use std::{fmt, str::FromStr};

use crate::ids::{EnvironmentId, OrganizationId};

/// Which kind of environment: the rules hang on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnvironmentFlag {
    /// For building: plain `http` is allowed.
    Development,
    /// As production, with test data.
    Staging,
    /// Live data.
    Production,
}

impl EnvironmentFlag {
    /// Every kind, in the order a set-up goes through them.
    pub const ALL: [Self; 3] = [Self::Development, Self::Staging, Self::Production];

    /// The name on the wire, capitalised as in the published API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Development => "Development",
            Self::Staging => "Staging",
            Self::Production => "Production",
        }
    }

    /// Whether an endpoint may be plain `http`.
    pub fn allows_plain_http(self) -> bool {
        match self {
            Self::Development => true,
            Self::Staging | Self::Production => false,
        }
    }

    /// Whether a destination may be set up without a message being sent.
    pub fn allows_skipping_verification(self) -> bool {
        match self {
            Self::Production => true,
            Self::Development | Self::Staging => false,
        }
    }

    /// Whether only platform staff may delete a destination.
    pub fn guards_deletion(self) -> bool {
        match self {
            Self::Production => true,
            Self::Development | Self::Staging => false,
        }
    }
}

impl fmt::Display for EnvironmentFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no kind of environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownFlag;

impl FromStr for EnvironmentFlag {
    type Err = UnknownFlag;

    fn from_str(text: &str) -> Result<Self, UnknownFlag> {
        Self::ALL.into_iter().find(|flag| flag.name() == text).ok_or(UnknownFlag)
    }
}

/// An environment, in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its identity.
    pub id: EnvironmentId,
    /// The organization it belongs to, for good.
    pub organization: OrganizationId,
    /// A name for people.
    pub name: String,
    /// Which kind.
    pub flag: EnvironmentFlag,
}

impl Environment {
    /// What a destination needs to know of it.
    pub fn reference(&self) -> EnvironmentRef {
        EnvironmentRef { id: self.id, organization: self.organization, flag: self.flag }
    }
}

/// What a destination needs to know of its environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvironmentRef {
    /// Its identity.
    pub id: EnvironmentId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Which kind.
    pub flag: EnvironmentFlag,
}
