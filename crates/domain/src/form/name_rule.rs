//! A vendor's rule for names and for the paths of URLs, as data: texts are checked by it, and a JSON Schema pattern
//! can be made from it.

use std::net::Ipv4Addr;

use url::Url;

use crate::fault::{FaultCode, Flaw};

/// Which letters and digits a name is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// `0-9`, and no letters.
    Digits,
    /// `a-z` and `0-9`.
    Lower,
    /// `A-Z`, `a-z` and `0-9`.
    Ascii,
    /// Letters and digits of any script.
    AnyScript,
}

/// What the first or the last character of a name must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Any that the name may hold.
    Any,
    /// A letter.
    Letter,
    /// A digit.
    Digit,
    /// A letter or a digit.
    LetterOrDigit,
}

/// What a vendor says about a kind of name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameRule {
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
    /// Its letters and digits.
    pub letters: Letters,
    /// What it may hold beside them.
    pub others: &'static str,
    /// Its first character.
    pub first: Edge,
    /// Its last character.
    pub last: Edge,
    /// Texts that it does not hold.
    pub never: &'static [&'static str],
    /// Texts that it does not start with.
    pub never_first: &'static [&'static str],
    /// Texts that it does not end with.
    pub never_last: &'static [&'static str],
    /// Most characters between two dots; no limit of its own when `None`.
    pub max_part: Option<usize>,
    /// Whether it may look like an IPv4 address.
    pub may_be_address: bool,
    /// The rule in a sentence, for who broke it.
    pub in_words: &'static str,
}

impl NameRule {
    /// A rule about length and characters only.
    pub const fn of(
        min: usize,
        max: usize,
        letters: Letters,
        others: &'static str,
        in_words: &'static str,
    ) -> Self {
        Self {
            min,
            max,
            letters,
            others,
            first: Edge::Any,
            last: Edge::Any,
            never: &[],
            never_first: &[],
            never_last: &[],
            max_part: None,
            may_be_address: true,
            in_words,
        }
    }

    /// Whether a name follows the rule.
    pub fn check(&self, name: &str) -> Result<(), Flaw> {
        let length = name.chars().count();
        if length < self.min {
            let detail = format!("At least {} characters. {}", self.min, self.in_words);
            return Err(Flaw::new(FaultCode::TooShort, detail));
        }
        if length > self.max {
            let detail = format!("At most {} characters. {}", self.max, self.in_words);
            return Err(Flaw::new(FaultCode::TooLong, detail));
        }
        if self.has_form(name) { Ok(()) } else { Err(Flaw::new(FaultCode::InvalidFormat, self.in_words)) }
    }

    fn has_form(&self, name: &str) -> bool {
        let may_hold = |c: char| self.letters.contain(c) || self.others.contains(c);
        name.chars().all(may_hold)
            && name.chars().next().is_none_or(|c| self.first.takes(c))
            && name.chars().next_back().is_none_or(|c| self.last.takes(c))
            && !self.never.iter().any(|part| name.contains(part))
            && !self.never_first.iter().any(|part| name.starts_with(part))
            && !self.never_last.iter().any(|part| name.ends_with(part))
            && self.max_part.is_none_or(|max| name.split('.').all(|part| part.chars().count() <= max))
            && (self.may_be_address || !is_address(name))
    }
}

/// Four numbers with dots between them, each small enough or not: vendors refuse both.
fn is_address(name: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    name.parse::<Ipv4Addr>().is_ok() || name.split('.').count() == 4 && name.split('.').all(is_number)
}

impl Letters {
    fn contain(self, c: char) -> bool {
        match self {
            Self::Digits => c.is_ascii_digit(),
            Self::Lower => c.is_ascii_lowercase() || c.is_ascii_digit(),
            Self::Ascii => c.is_ascii_alphanumeric(),
            Self::AnyScript => c.is_alphanumeric(),
        }
    }
}

impl Edge {
    fn takes(self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::Letter => c.is_ascii_alphabetic(),
            Self::Digit => c.is_ascii_digit(),
            Self::LetterOrDigit => c.is_ascii_alphanumeric(),
        }
    }
}

/// The path of a URL that a vendor hands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlPath {
    /// Whatever it is.
    Any,
    /// Of these segments, with or without a slash behind them.
    Of(&'static [Segment], &'static str),
}

/// A segment of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// This very word.
    Word(&'static str),
    /// A name by this rule.
    Name(&'static NameRule),
}

impl UrlPath {
    /// Whether a URL has this path, and no query.
    pub fn check(self, url: &Url) -> Result<(), Flaw> {
        if url.query().is_some() {
            let detail = "This URL is a base to which Waypost adds: it has no query (the part after ?).";
            return Err(Flaw::new(FaultCode::InvalidUrl, detail));
        }
        let (segments, in_words) = match self {
            Self::Any => return Ok(()),
            Self::Of(segments, in_words) => (segments, in_words),
        };
        let path = url.path();
        let given: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').skip(1).collect();
        let fits = given.len() == segments.len()
            && given.iter().zip(segments).all(|(given, segment)| match segment {
                Segment::Word(word) => given == word,
                Segment::Name(rule) => rule.check(given).is_ok(),
            });
        if fits { Ok(()) } else { Err(Flaw::new(FaultCode::InvalidFormat, in_words)) }
    }
}
