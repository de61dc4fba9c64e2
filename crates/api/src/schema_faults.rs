//! From what a JSON Schema validator finds to faults with pointers. No fault quotes what was sent: it may be a secret.

#![expect(clippy::wildcard_enum_match_arm, reason = "the validator's kinds of error are many and grow")]

use domain::fault::{FaultCode, Faults};
use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

/// Finds every fault of `body`, and takes the members at fault out of it, so that what is left fits the schema but
/// for members that are missing.
pub fn take_out(validator: &Validator, body: &mut Value) -> Faults {
    if validator.is_valid(body) {
        return Faults::default();
    }
    let mut found = Found::default();
    for error in validator.iter_errors(body) {
        found.note(&error);
    }
    for pointer in &found.remove {
        remove(body, pointer);
    }
    found.faults
}

#[derive(Default)]
struct Found {
    faults: Faults,
    /// Plain JSON Pointers, without `#`.
    remove: Vec<String>,
}

impl Found {
    fn note(&mut self, error: &ValidationError<'_>) {
        let at = error.instance_path().as_str().to_owned();
        match error.kind() {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                for name in unexpected {
                    let member = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                    self.add(&member, FaultCode::UnknownField, "There is no such member.".to_owned());
                }
            }
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                self.faults.add(format!("#{at}/{name}"), FaultCode::Required, "This member must be there.");
            }
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => self.note_branches(&at, context),
            Kind::Type { kind } => {
                self.add(&at, FaultCode::WrongType, format!("Expected: {}.", type_names(kind)))
            }
            Kind::MinLength { limit } => {
                self.add(&at, FaultCode::TooShort, format!("At least {limit} characters."));
            }
            Kind::MaxLength { limit } => {
                self.add(&at, FaultCode::TooLong, format!("At most {limit} characters."));
            }
            Kind::Enum { options } => {
                self.add(&at, FaultCode::InvalidValue, format!("One of: {}.", list(options)))
            }
            Kind::Pattern { pattern } => {
                self.add(&at, FaultCode::InvalidFormat, format!("It must match {pattern}."));
            }
            Kind::Format { format } => {
                self.add(&at, FaultCode::InvalidFormat, format!("Not a valid {format}."))
            }
            other => {
                self.add(&at, FaultCode::InvalidValue, format!("It breaks the rule `{}`.", other.keyword()))
            }
        }
    }

    /// An optional object is "null or the object": of the branches, the one that has the value's type tells what is
    /// wrong inside it.
    fn note_branches(&mut self, at: &str, branches: &[Vec<ValidationError<'static>>]) {
        let fits_type = |branch: &&Vec<ValidationError<'static>>| {
            !branch.iter().any(|error| {
                matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == at
            })
        };
        match branches.iter().find(fits_type) {
            Some(branch) => branch.iter().for_each(|error| self.note(error)),
            None => {
                let kinds = branches.iter().flatten().filter_map(|error| match error.kind() {
                    Kind::Type { kind } => Some(type_names(kind)),
                    _ => None,
                });
                let expected = kinds.collect::<Vec<_>>().join(" or ");
                self.add(at, FaultCode::WrongType, format!("Expected: {expected}."));
            }
        }
    }

    fn add(&mut self, at: &str, code: FaultCode, detail: String) {
        self.faults.add(format!("#{at}"), code, detail);
        self.remove.push(at.to_owned());
    }
}

fn type_names(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => {
            several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or ")
        }
    }
}

fn list(options: &Value) -> String {
    let names = options.as_array().into_iter().flatten().map(|option| option.as_str().unwrap_or("null"));
    names.collect::<Vec<_>>().join(", ")
}

fn remove(body: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    let name = name.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(members)) = body.pointer_mut(parent) {
        members.remove(&name);
    }
}
