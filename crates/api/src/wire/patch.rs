//! Absent, null and value are three things: the member of a merge patch, as serde reads it.

use domain::{destination::change::Patch, secret::SecretText};
use serde::{Deserialize, Deserializer};

/// A member that may be absent (by `#[serde(default)]`), `null`, or there.
#[derive(Debug, Default)]
pub enum Maybe<T> {
    /// Not in the body.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// There.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Value))
    }
}

impl<T> Maybe<T> {
    /// The value, if one is there, to look at.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if one is there.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Turns the value into the domain's; one that cannot be is as good as absent (its fault has been noted).
    pub fn parse<U>(self, parse: impl FnOnce(T) -> Option<U>) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => parse(value).map_or(Patch::Absent, Patch::Value),
        }
    }
}

/// A secret in a body: goes straight into the type that cannot be printed.
#[derive(Debug)]
pub struct SecretIn(pub SecretText);

impl<'de> Deserialize<'de> for SecretIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(SecretText::from(text)))
    }
}
