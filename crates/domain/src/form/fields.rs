//! The values of a form: checked, by the names the form lists, in that order. Secrets are not among them.

use super::{Field, FieldValue};
use crate::{
    endpoint::Endpoint,
    environment::EnvironmentFlag,
    fault::{FaultCode, Faults},
};

/// What a merge patch (RFC 7396) says of one field that is not cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Replaces what is stored.
    Set(FieldValue),
    /// Merges an object into the stored one; `None` takes a member away.
    Merge(Vec<(String, Option<Edit>)>),
}

impl Edit {
    /// What is stored afterwards.
    pub fn onto(self, stored: Option<FieldValue>) -> FieldValue {
        let edits = match self {
            Self::Set(value) => return value,
            Self::Merge(edits) => edits,
        };
        let mut members = match stored {
            Some(FieldValue::Object(members)) => members,
            Some(
                FieldValue::Text(_) | FieldValue::Integer(_) | FieldValue::Flag(_) | FieldValue::Texts(_),
            )
            | None => Vec::new(),
        };
        for (name, edit) in edits {
            let at = members.iter().position(|(known, _)| *known == name);
            match (at.and_then(|at| members.get_mut(at)), edit) {
                (Some((_, value)), Some(edit)) => *value = edit.onto(Some(value.clone())),
                (None, Some(edit)) => members.push((name, edit.onto(None))),
                (_, None) => members.retain(|(known, _)| *known != name),
            }
        }
        FieldValue::Object(members)
    }
}

/// Checked values by the names of their form, in that order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(&'static str, FieldValue)>);

impl Fields {
    /// Takes what was sent for a form; every unknown name and bad value is a fault below `pointer`. Names of secret
    /// fields count as unknown: a secret never becomes a plain value.
    pub fn parse(
        form: &'static [Field],
        sent: Vec<(String, FieldValue)>,
        pointer: &str,
        faults: &mut Faults,
    ) -> Self {
        let mut kept = Vec::new();
        for (name, value) in sent {
            match form.iter().find(|field| field.name == name && !field.secret) {
                Some(field) => {
                    let checked = faults.keep(&format!("{pointer}/{}", field.name), field.check(value));
                    kept.extend(checked.map(|value| (field.name, value)));
                }
                None => {
                    let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                    faults.add(pointer, FaultCode::UnknownField, "There is no such field here.");
                }
            }
        }
        let place = |name| form.iter().position(|field| field.name == name);
        kept.sort_by_key(|(name, _)| place(*name));
        kept.dedup_by(|later, earlier| later.0 == earlier.0);
        Self(kept)
    }

    /// The names and values after a merge patch, still unchecked; `None` clears a field.
    pub fn merged(&self, edits: Vec<(String, Option<Edit>)>) -> Vec<(String, FieldValue)> {
        let mut all: Vec<(String, FieldValue)> =
            self.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        for (name, edit) in edits {
            let stored = self.get(&name).cloned();
            match edit {
                None => all.retain(|(known, _)| *known != name),
                Some(edit) => {
                    let value = edit.onto(stored);
                    match all.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, slot)) => *slot = value,
                        None => all.push((name, value)),
                    }
                }
            }
        }
        all
    }

    /// Whether every plain field that the form requires is there.
    pub fn complete(&self, form: &'static [Field]) -> bool {
        form.iter()
            .filter(|field| field.required && !field.secret)
            .all(|field| self.get(field.name).is_some())
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&FieldValue> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The value of a field, or the default that the form has for it.
    pub fn get_or_default(&self, form: &'static [Field], name: &str) -> Option<FieldValue> {
        let default = || form.iter().find(|field| field.name == name)?.default.map(FieldValue::from);
        self.get(name).cloned().or_else(default)
    }

    /// The value of a field, if it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            FieldValue::Text(text) => Some(text),
            FieldValue::Integer(_) | FieldValue::Flag(_) | FieldValue::Texts(_) | FieldValue::Object(_) => {
                None
            }
        }
    }

    /// Names and values, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &FieldValue)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// The URLs among them: every one of them will be called, and has to pass the guard.
    pub fn urls(&self, form: &'static [Field]) -> impl Iterator<Item = (&'static str, Endpoint)> {
        form.iter()
            .filter(|field| field.is_url())
            .filter_map(|field| Some((field.name, Endpoint::parse(self.text(field.name)?).ok()?)))
    }

    /// Notes every URL whose scheme this kind of environment does not take.
    pub fn check_schemes(
        &self,
        form: &'static [Field],
        flag: EnvironmentFlag,
        pointer: &str,
        faults: &mut Faults,
    ) {
        for (name, endpoint) in self.urls(form) {
            faults.keep(&format!("{pointer}/{name}"), endpoint.check_scheme(flag));
        }
    }
}
