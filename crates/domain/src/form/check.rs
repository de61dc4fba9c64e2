//! The checks of one value against its field.

use super::{Field, FieldKind, FieldValue};
use crate::{
    endpoint::Endpoint,
    fault::{FaultCode, Flaw},
    secret::SecretText,
};

/// Most items of a list.
pub const MAX_ITEMS: usize = 20;
/// Most characters of an item, of an object's text, and of a member's name.
pub const MAX_ITEM_LENGTH: usize = 1_024;
/// Most values inside an object, at all depths together.
pub const MAX_OBJECT_VALUES: usize = 100;
/// Most objects inside one another.
pub const MAX_OBJECT_DEPTH: usize = 4;
/// Most characters of a private key: an RSA key of 8,192 bits as PEM has about 6,400.
const MAX_KEY_LENGTH: usize = 16_384;

impl Field {
    /// Checks one value and brings it into its normal form; a value in normal form passes as it is.
    pub fn check(&self, value: FieldValue) -> Result<FieldValue, Flaw> {
        match (self.kind, value) {
            (FieldKind::Text { min, max, others }, FieldValue::Text(text)) => {
                check_text(&text, min, max, others).map(|()| FieldValue::Text(text))
            }
            (FieldKind::Url, FieldValue::Text(text)) => {
                Endpoint::parse(&text).map(|endpoint| FieldValue::Text(endpoint.as_str().to_owned()))
            }
            (FieldKind::Name(rule), FieldValue::Text(text)) => {
                rule.check(&text).map(|()| FieldValue::Text(text))
            }
            (FieldKind::BaseUrl(path), FieldValue::Text(text)) => {
                let endpoint = Endpoint::parse(&text)?;
                path.check(endpoint.url()).map(|()| FieldValue::Text(endpoint.as_str().to_owned()))
            }
            (FieldKind::Integer { min, max }, FieldValue::Integer(number)) => {
                if (min..=max).contains(&number) {
                    Ok(FieldValue::Integer(number))
                } else {
                    Err(Flaw::new(FaultCode::InvalidValue, format!("A number from {min} to {max}.")))
                }
            }
            (FieldKind::Flag, FieldValue::Flag(flag)) => Ok(FieldValue::Flag(flag)),
            (FieldKind::Flag, FieldValue::Text(text)) => match text.as_str() {
                "true" => Ok(FieldValue::Flag(true)),
                "false" => Ok(FieldValue::Flag(false)),
                _ => Err(Flaw::new(FaultCode::InvalidValue, "true or false.")),
            },
            (FieldKind::Texts, FieldValue::Texts(texts)) => {
                check_texts(&texts).map(|()| FieldValue::Texts(texts))
            }
            (FieldKind::Object, FieldValue::Object(members)) => {
                let mut left = MAX_OBJECT_VALUES;
                check_members(&members, MAX_OBJECT_DEPTH, &mut left).map(|()| FieldValue::Object(members))
            }
            (FieldKind::Choice(choices), FieldValue::Text(text)) => {
                if choices.contains(&text.as_str()) {
                    Ok(FieldValue::Text(text))
                } else {
                    Err(Flaw::new(FaultCode::InvalidValue, format!("One of: {}.", choices.join(", "))))
                }
            }
            (FieldKind::PrivateKey, FieldValue::Text(text)) => {
                check_key(&text).map(|()| FieldValue::Text(text))
            }
            (
                kind,
                FieldValue::Text(_)
                | FieldValue::Integer(_)
                | FieldValue::Flag(_)
                | FieldValue::Texts(_)
                | FieldValue::Object(_),
            ) => Err(Flaw::new(FaultCode::WrongType, format!("Must be {}.", type_name(kind)))),
        }
    }

    /// Checks a secret's plain text: it may not be surrounded by white space, which comes from pasting and makes
    /// every use of it fail. The one exception is the line end that closes a PEM file.
    pub fn check_secret(&self, secret: &SecretText) -> Result<(), Flaw> {
        let text = secret.expose();
        let bare = match self.kind {
            FieldKind::PrivateKey => {
                text.strip_suffix('\n').map_or(text, |cut| cut.strip_suffix('\r').unwrap_or(cut))
            }
            FieldKind::Text { .. }
            | FieldKind::Name(_)
            | FieldKind::Url
            | FieldKind::BaseUrl(_)
            | FieldKind::Integer { .. }
            | FieldKind::Flag
            | FieldKind::Texts
            | FieldKind::Object
            | FieldKind::Choice(_) => text,
        };
        if bare.trim() != bare {
            let detail = "A secret may not start or end with white space; it was probably pasted along.";
            return Err(Flaw::new(FaultCode::SurroundingWhitespace, detail));
        }
        match self.kind {
            FieldKind::Text { min, max, others } => check_text(text, min, max, others),
            FieldKind::PrivateKey => check_key(bare),
            FieldKind::Name(_)
            | FieldKind::Url
            | FieldKind::BaseUrl(_)
            | FieldKind::Integer { .. }
            | FieldKind::Flag
            | FieldKind::Texts
            | FieldKind::Object
            | FieldKind::Choice(_) => Err(Flaw::new(FaultCode::WrongType, "Only text can be a secret.")),
        }
    }
}

fn type_name(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. }
        | FieldKind::Name(_)
        | FieldKind::Url
        | FieldKind::BaseUrl(_)
        | FieldKind::Choice(_)
        | FieldKind::PrivateKey => "text",
        FieldKind::Integer { .. } => "a whole number",
        FieldKind::Flag => "true or false",
        FieldKind::Texts => "a list of texts",
        FieldKind::Object => "an object",
    }
}

fn check_text(text: &str, min: usize, max: usize, others: Option<&'static str>) -> Result<(), Flaw> {
    let length = text.chars().count();
    if length < min {
        let detail =
            if min == 1 { "At least 1 character.".to_owned() } else { format!("At least {min} characters.") };
        return Err(Flaw::new(FaultCode::TooShort, detail));
    }
    if length > max {
        return Err(Flaw::new(FaultCode::TooLong, format!("At most {max} characters.")));
    }
    let allowed = |c: char| match others {
        Some(others) => c.is_ascii_alphanumeric() || others.contains(c),
        None => !c.is_control(),
    };
    if text.chars().all(allowed) {
        return Ok(());
    }
    let detail = match others {
        Some("") => "Letters and digits only.".to_owned(),
        Some(super::HEADER_CHARACTERS) => "Visible ASCII characters only.".to_owned(),
        Some(others) => format!("Letters, digits and {others} only."),
        None => "No control characters.".to_owned(),
    };
    Err(Flaw::new(FaultCode::InvalidFormat, detail))
}

fn check_texts(texts: &[String]) -> Result<(), Flaw> {
    if texts.len() > MAX_ITEMS {
        return Err(Flaw::new(FaultCode::TooLong, format!("At most {MAX_ITEMS} items.")));
    }
    texts.iter().try_for_each(|text| check_text(text, 1, MAX_ITEM_LENGTH, None))
}

fn check_members(members: &[(String, FieldValue)], depth: usize, left: &mut usize) -> Result<(), Flaw> {
    let Some(depth) = depth.checked_sub(1) else {
        let detail = format!("At most {MAX_OBJECT_DEPTH} objects inside one another.");
        return Err(Flaw::new(FaultCode::InvalidValue, detail));
    };
    for (name, value) in members {
        *left = left.checked_sub(1).ok_or_else(|| {
            Flaw::new(FaultCode::TooLong, format!("At most {MAX_OBJECT_VALUES} values in all."))
        })?;
        check_text(name, 1, MAX_ITEM_LENGTH, None)?;
        match value {
            FieldValue::Text(text) => check_text(text, 0, MAX_ITEM_LENGTH, None)?,
            FieldValue::Texts(texts) => check_texts(texts)?,
            FieldValue::Object(members) => check_members(members, depth, left)?,
            FieldValue::Integer(_) | FieldValue::Flag(_) => {}
        }
    }
    Ok(())
}

fn check_key(text: &str) -> Result<(), Flaw> {
    if text.is_empty() {
        return Err(Flaw::new(FaultCode::TooShort, "A private key as PEM or JWK."));
    }
    if text.chars().count() > MAX_KEY_LENGTH {
        return Err(Flaw::new(FaultCode::TooLong, format!("At most {MAX_KEY_LENGTH} characters.")));
    }
    if text.chars().any(|c| c.is_control() && !c.is_ascii_whitespace()) {
        return Err(Flaw::new(FaultCode::InvalidFormat, "No control characters but line ends."));
    }
    Ok(())
}
