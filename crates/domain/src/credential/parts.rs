//! The stored values of a credential, read one by one into the typed form that outbound uses.

use std::{error::Error, fmt};

use super::strategy::Strategy;
use crate::{
    endpoint::Endpoint,
    form::{FieldValue, Fields},
    secret::SecretText,
};

/// A stored credential that lacks what its strategy needs, or holds something else in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingField {
    /// Key of the strategy.
    pub strategy: &'static str,
    /// Which field.
    pub field: &'static str,
}

impl fmt::Display for MissingField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stored credential has no usable {} for {}", self.field, self.strategy)
    }
}

impl Error for MissingField {}

/// Fields, with defaults where there is no value, and opened secrets.
pub(super) struct Parts {
    strategy: &'static Strategy,
    fields: Fields,
    secrets: Vec<(&'static str, SecretText)>,
}

impl Parts {
    pub(super) fn new(
        strategy: &'static Strategy,
        fields: Fields,
        secrets: Vec<(&'static str, SecretText)>,
    ) -> Self {
        Self { strategy, fields, secrets }
    }

    /// The error that this field is not there.
    pub(super) fn missing(&self, field: &'static str) -> MissingField {
        MissingField { strategy: self.strategy.key, field }
    }

    /// A value that is there or has a default.
    pub(super) fn required<T>(&self, field: &'static str, value: Option<T>) -> Result<T, MissingField> {
        value.ok_or_else(|| self.missing(field))
    }

    pub(super) fn text(&self, field: &'static str) -> Result<String, MissingField> {
        self.required(field, self.optional_text(field))
    }

    pub(super) fn optional_text(&self, field: &'static str) -> Option<String> {
        match self.value(field)? {
            FieldValue::Text(text) => Some(text),
            FieldValue::Integer(_) | FieldValue::Flag(_) | FieldValue::Texts(_) | FieldValue::Object(_) => {
                None
            }
        }
    }

    pub(super) fn endpoint(&self, field: &'static str) -> Result<Endpoint, MissingField> {
        Endpoint::parse(&self.text(field)?).map_err(|_| self.missing(field))
    }

    pub(super) fn optional_endpoint(&self, field: &'static str) -> Result<Option<Endpoint>, MissingField> {
        match self.value(field) {
            None => Ok(None),
            Some(_) => self.endpoint(field).map(Some),
        }
    }

    pub(super) fn seconds(&self, field: &'static str) -> Result<u32, MissingField> {
        match self.value(field) {
            Some(FieldValue::Integer(number)) => u32::try_from(number).map_err(|_| self.missing(field)),
            Some(
                FieldValue::Text(_) | FieldValue::Flag(_) | FieldValue::Texts(_) | FieldValue::Object(_),
            )
            | None => Err(self.missing(field)),
        }
    }

    /// A flag; false when it is not there.
    pub(super) fn flag(&self, field: &'static str) -> bool {
        self.value(field) == Some(FieldValue::Flag(true))
    }

    /// A list; empty when it is not there.
    pub(super) fn texts(&self, field: &'static str) -> Vec<String> {
        match self.value(field) {
            Some(FieldValue::Texts(texts)) => texts,
            Some(
                FieldValue::Text(_) | FieldValue::Integer(_) | FieldValue::Flag(_) | FieldValue::Object(_),
            )
            | None => Vec::new(),
        }
    }

    /// The members of an object; none when it is not there.
    pub(super) fn members(&self, field: &'static str) -> Vec<(String, FieldValue)> {
        match self.value(field) {
            Some(FieldValue::Object(members)) => members,
            Some(
                FieldValue::Text(_) | FieldValue::Integer(_) | FieldValue::Flag(_) | FieldValue::Texts(_),
            )
            | None => Vec::new(),
        }
    }

    pub(super) fn secret(&self, field: &'static str) -> Result<SecretText, MissingField> {
        self.required(field, self.optional_secret(field))
    }

    pub(super) fn optional_secret(&self, field: &'static str) -> Option<SecretText> {
        self.secrets.iter().find(|(name, _)| *name == field).map(|(_, secret)| secret.clone())
    }

    /// The stored value of a plain field, or its default.
    fn value(&self, field: &'static str) -> Option<FieldValue> {
        self.fields.get_or_default(self.strategy.fields, field)
    }

    /// The stored fields, for what depends on several of them.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }
}
