//! The rule of a name or of a URL's path as a regular expression (ECMA-262 with the flag u), as JSON Schema wants it.

use domain::form::{Edge, Letters, NameRule, Segment, UrlPath};

/// What a name looks like; its length has members of its own in a schema.
pub(super) fn of_name(rule: &NameRule) -> String {
    format!("^{}$", name(rule, "$"))
}

/// What a URL looks like from its scheme to its end.
pub(super) fn of_url(path: UrlPath) -> String {
    let segments = match path {
        UrlPath::Any => return "^[Hh][Tt][Tt][Pp][Ss]?://[^?#]+$".to_owned(),
        UrlPath::Of(segments, _) => segments,
    };
    let segments: String = segments
        .iter()
        .map(|segment| match segment {
            Segment::Word(word) => format!("/{}", escaped(word)),
            Segment::Name(rule) => {
                format!("/(?=[^/]{{{},{}}}(?:/|$)){}", rule.min, rule.max, name(rule, "(?:/|$)"))
            }
        })
        .collect();
    format!("^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]+{segments}/?$")
}

/// A name that is followed by `end`: first what it is not, then what it is made of.
fn name(rule: &NameRule, end: &str) -> String {
    let letters = match rule.letters {
        Letters::Digits => "0-9",
        Letters::Lower => "a-z0-9",
        Letters::Ascii => "A-Za-z0-9",
        Letters::AnyScript => r"\p{Alphabetic}\p{N}",
    };
    let class = format!("[{letters}{}]", in_brackets(rule.others));
    let mut pattern = String::new();
    let mut rule_out = |what: String| pattern += &format!("(?!{what})");
    if !rule.never_first.is_empty() {
        rule_out(any_of(rule.never_first));
    }
    if !rule.never.is_empty() {
        rule_out(format!("{class}*{}", any_of(rule.never)));
    }
    if !rule.never_last.is_empty() {
        rule_out(format!("{class}*{}{end}", any_of(rule.never_last)));
    }
    if let Some(max) = rule.max_part {
        rule_out(format!("{class}*[^.]{{{}}}", max + 1));
    }
    if !rule.may_be_address {
        rule_out(format!(r"[0-9]+(?:\.[0-9]+){{3}}{end}"));
    }
    if let Some(first) = edge(rule.first) {
        pattern += &format!("(?={first})");
    }
    match edge(rule.last) {
        // Whether the name may be empty is its length's to say.
        Some(last) => pattern + &format!("{class}*(?<={last})"),
        None => pattern + &format!("{class}*"),
    }
}

fn edge(edge: Edge) -> Option<&'static str> {
    match edge {
        Edge::Any => None,
        Edge::Letter => Some("[A-Za-z]"),
        Edge::Digit => Some("[0-9]"),
        Edge::LetterOrDigit => Some("[A-Za-z0-9]"),
    }
}

fn any_of(texts: &[&str]) -> String {
    format!("(?:{})", texts.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("|"))
}

/// Only what means something inside brackets may be escaped there.
pub(super) fn in_brackets(characters: &str) -> String {
    escape(characters, &['\\', '[', ']', '^', '-'])
}

fn escaped(text: &str) -> String {
    escape(text, &['\\', '^', '$', '.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '/'])
}

fn escape(text: &str, special: &[char]) -> String {
    text.chars().flat_map(|c| special.contains(&c).then_some('\\').into_iter().chain([c])).collect()
}
