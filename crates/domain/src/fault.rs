//! Faults of input: where, which kind, what to do. A collector, so that the caller learns of every fault at once.

use std::borrow::Cow;

/// The kinds of input fault, each with a stable slug for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// A member that the body does not have.
    UnknownField,
    /// A member that must be there is not.
    Required,
    /// A member of another JSON type than it should be.
    WrongType,
    /// Too few characters or items.
    TooShort,
    /// Too many characters or items.
    TooLong,
    /// Out of the range or set of values that are allowed.
    InvalidValue,
    /// A text that does not have the form it should.
    InvalidFormat,
    /// A secret that starts or ends with white space.
    SurroundingWhitespace,
    /// Members that exclude each other.
    ConflictingFields,
    /// A URL that is not one, or has parts it may not have.
    InvalidUrl,
    /// A URL that must be `https` and is not.
    HttpsRequired,
    /// A URL that leads where Waypost does not call.
    AddressNotAllowed,
    /// A reference to something that does not exist here.
    UnknownReference,
    /// A value that must equal one given elsewhere and does not.
    Mismatch,
    /// A role that the only owner of an organization would give up.
    LastOwner,
    /// One thing more than there may be.
    LimitReached,
}

impl FaultCode {
    /// The slug that clients match on.
    pub fn slug(self) -> &'static str {
        match self {
            Self::UnknownField => "unknown-field",
            Self::Required => "required",
            Self::WrongType => "wrong-type",
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::InvalidValue => "invalid-value",
            Self::InvalidFormat => "invalid-format",
            Self::SurroundingWhitespace => "surrounding-whitespace",
            Self::ConflictingFields => "conflicting-fields",
            Self::InvalidUrl => "invalid-url",
            Self::HttpsRequired => "https-required",
            Self::AddressNotAllowed => "address-not-allowed",
            Self::UnknownReference => "unknown-reference",
            Self::Mismatch => "mismatch",
            Self::LastOwner => "last-owner",
            Self::LimitReached => "limit-reached",
        }
    }
}

/// One fault of a request body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON Pointer into the body, with a leading `#`: `#/endpoint`.
    pub pointer: String,
    /// Which kind.
    pub code: FaultCode,
    /// What is wrong and what is expected, in plain words. Never holds the value that was sent.
    pub detail: Cow<'static, str>,
}

/// Every fault found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes one more fault. The same kind at the same place is noted once, whoever finds it again.
    pub fn add(&mut self, pointer: impl Into<String>, code: FaultCode, detail: impl Into<Cow<'static, str>>) {
        self.extend([Fault { pointer: pointer.into(), code, detail: detail.into() }]);
    }

    /// Keeps the value of a parse that went well; notes the fault of one that did not.
    pub fn keep<T>(&mut self, pointer: &str, parsed: Result<T, Flaw>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(Flaw { code, detail }) => {
                self.add(pointer, code, detail);
                None
            }
        }
    }

    /// Whether a fault at exactly this place has been noted.
    pub fn points_at(&self, pointer: &str) -> bool {
        self.0.iter().any(|fault| fault.pointer == pointer)
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults in the order they were found.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// `value` if nothing is wrong, else every fault.
    pub fn unless_any<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        for fault in faults {
            if !self.0.iter().any(|known| known.pointer == fault.pointer && known.code == fault.code) {
                self.0.push(fault);
            }
        }
    }
}

/// A fault that does not know yet where in the body it sits: what a value's own parser answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Which kind.
    pub code: FaultCode,
    /// What is wrong and what is expected, in plain words.
    pub detail: Cow<'static, str>,
}

impl Flaw {
    /// A flaw of this kind.
    pub fn new(code: FaultCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into() }
    }
}
