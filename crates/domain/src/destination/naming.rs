//! What a destination is called: by people, and by the caller's own programs. And its verification token's form.

use std::fmt;

use crate::{
    fault::{FaultCode, Flaw},
    secret::SecretText,
};

/// 1 to 255 characters after trimming; any text, duplicates allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Trims and checks. NUL is refused because not every database can store it.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let trimmed = text.trim();
        match trimmed.chars().count() {
            0 => {
                Err(Flaw::new(FaultCode::TooShort, "A name has at least one character that is not a space."))
            }
            1..=255 if trimmed.contains('\0') => {
                Err(Flaw::new(FaultCode::InvalidFormat, "A name cannot hold the character U+0000."))
            }
            1..=255 => Ok(Self(trimmed.to_owned())),
            _ => Err(Flaw::new(FaultCode::TooLong, "A name has at most 255 characters.")),
        }
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it is searched and sorted by: without case.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

/// Text without case, for comparing names.
pub fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The caller's own stable key: 1 to 64 of `[A-Za-z0-9._-]`, unique in its environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId(String);

impl ExternalId {
    /// Checks the form.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            let detail = "1 to 64 characters: letters, digits, dot, underscore, hyphen.";
            Err(Flaw::new(FaultCode::InvalidFormat, detail))
        }
    }

    /// The key as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks a verification token: 8 to 512 visible ASCII characters, so that it fits a header as it is.
pub fn check_token(token: &SecretText) -> Result<(), Flaw> {
    let text = token.expose();
    let detail = "A verification token has 8 to 512 visible ASCII characters.";
    if text.trim() != text {
        let detail = "A secret may not start or end with white space; it was probably pasted along.";
        return Err(Flaw::new(FaultCode::SurroundingWhitespace, detail));
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Flaw::new(FaultCode::InvalidFormat, detail));
    }
    match text.len() {
        0..=7 => Err(Flaw::new(FaultCode::TooShort, detail)),
        8..=512 => Ok(()),
        _ => Err(Flaw::new(FaultCode::TooLong, detail)),
    }
}
