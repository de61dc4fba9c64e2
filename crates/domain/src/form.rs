//! Forms as data: the fields of a cloud product's settings or of an auth strategy, described once. Checks, JSON
//! Schema, OpenAPI and wizard forms are all made from this.

mod check;
mod fields;
mod name_rule;
#[cfg(test)]
pub(crate) mod properties;

pub use check::{MAX_ITEM_LENGTH, MAX_ITEMS, MAX_OBJECT_DEPTH, MAX_OBJECT_VALUES};
pub use fields::{Edit, Fields};
pub use name_rule::{Edge, Letters, NameRule, Segment, UrlPath};

use std::fmt;

/// Most characters of a text field that says nothing else.
pub const USUAL_LENGTH: usize = 1_024;

/// All visible ASCII punctuation and the space: with letters and digits what fits a header as it is.
pub const HEADER_CHARACTERS: &str = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// What a field's value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text of a length, all of whose characters are allowed: letters, digits and those listed.
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        /// Characters allowed beside ASCII letters and digits; every one but control characters when `None`.
        others: Option<&'static str>,
    },
    /// A name by a vendor's rule.
    Name(&'static NameRule),
    /// A URL that passes the same rules as any endpoint.
    Url,
    /// A URL to which Waypost adds: the same, without a query and with such a path.
    BaseUrl(UrlPath),
    /// A whole number.
    Integer {
        /// Least.
        min: i64,
        /// Most.
        max: i64,
    },
    /// Yes or no; the texts `"true"` and `"false"` count too, as the published samples have them.
    Flag,
    /// A list of at most [`MAX_ITEMS`] texts.
    Texts,
    /// An object with members of any name, whose values are what a [`FieldValue`] can be.
    Object,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A private key, PEM or JWK. Whether it is one, and fits its algorithm, is `outbound::private_key`'s to say.
    PrivateKey,
}

/// A value written down in a form: a default or an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// Text.
    Text(&'static str),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
    /// A list of texts.
    Texts(&'static [&'static str]),
    /// An object of texts.
    Object(&'static [(&'static str, &'static str)]),
}

/// One field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Member name on the wire.
    pub name: &'static str,
    /// Label of the form field.
    pub title: &'static str,
    /// Help text.
    pub description: &'static str,
    /// A value that would pass.
    pub example: Literal,
    /// Whether the form is incomplete without it.
    pub required: bool,
    /// Whether it is stored sealed and never shown.
    pub secret: bool,
    /// What it must be.
    pub kind: FieldKind,
    /// What is used when it is left out.
    pub default: Option<Literal>,
}

impl Field {
    /// An optional field of this kind.
    pub const fn of(
        kind: FieldKind,
        name: &'static str,
        title: &'static str,
        description: &'static str,
        example: Literal,
    ) -> Self {
        Self { name, title, description, example, required: false, secret: false, kind, default: None }
    }

    /// An optional field of text: 1 to [`USUAL_LENGTH`] characters of any kind.
    pub const fn text(
        name: &'static str,
        title: &'static str,
        description: &'static str,
        example: &'static str,
    ) -> Self {
        let kind = FieldKind::Text { min: 1, max: USUAL_LENGTH, others: None };
        Self::of(kind, name, title, description, Literal::Text(example))
    }

    /// An optional URL.
    pub const fn url(
        name: &'static str,
        title: &'static str,
        description: &'static str,
        example: &'static str,
    ) -> Self {
        Self::of(FieldKind::Url, name, title, description, Literal::Text(example))
    }

    /// An optional name by a vendor's rule.
    pub const fn named(
        rule: &'static NameRule,
        name: &'static str,
        title: &'static str,
        description: &'static str,
        example: &'static str,
    ) -> Self {
        Self::of(FieldKind::Name(rule), name, title, description, Literal::Text(example))
    }

    /// An optional URL to which Waypost adds.
    pub const fn base_url(
        path: UrlPath,
        name: &'static str,
        title: &'static str,
        description: &'static str,
        example: &'static str,
    ) -> Self {
        Self::of(FieldKind::BaseUrl(path), name, title, description, Literal::Text(example))
    }

    /// Whether its value is a URL, which will be called.
    pub fn is_url(&self) -> bool {
        match self.kind {
            FieldKind::Url | FieldKind::BaseUrl(_) => true,
            FieldKind::Text { .. }
            | FieldKind::Name(_)
            | FieldKind::Integer { .. }
            | FieldKind::Flag
            | FieldKind::Texts
            | FieldKind::Object
            | FieldKind::Choice(_)
            | FieldKind::PrivateKey => false,
        }
    }

    /// The same field as text of another length and other characters; see [`FieldKind::Text`].
    pub const fn limited(self, min: usize, max: usize, others: Option<&'static str>) -> Self {
        Self { kind: FieldKind::Text { min, max, others }, ..self }
    }

    /// The same field, required.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same field, secret.
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// The same field with a default.
    pub const fn defaulting(self, default: Literal) -> Self {
        Self { default: Some(default), ..self }
    }
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
    /// A list of texts.
    Texts(Vec<String>),
    /// Members and their values, in their order, each name once.
    Object(Vec<(String, FieldValue)>),
}

impl From<Literal> for FieldValue {
    fn from(literal: Literal) -> Self {
        match literal {
            Literal::Text(text) => Self::Text(text.to_owned()),
            Literal::Integer(number) => Self::Integer(number),
            Literal::Flag(flag) => Self::Flag(flag),
            Literal::Texts(texts) => Self::Texts(texts.iter().map(|text| (*text).to_owned()).collect()),
            Literal::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, text)| ((*name).to_owned(), Self::Text((*text).to_owned())))
                    .collect(),
            ),
        }
    }
}

impl fmt::Display for FieldValue {
    /// For the audit trail: readable, not meant to be parsed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
            Self::Texts(texts) => write!(f, "{texts:?}"),
            Self::Object(members) => {
                let mut map = f.debug_map();
                for (name, value) in members {
                    match value {
                        // Quoted, to be told from a number of the same digits.
                        Self::Text(text) => map.entry(name, text),
                        Self::Integer(_) | Self::Flag(_) | Self::Texts(_) | Self::Object(_) => {
                            map.entry(name, &format_args!("{value}"))
                        }
                    };
                }
                map.finish()
            }
        }
    }
}
