//! The forms a secret is looked for in, as patterns of characters; and how each character may be written:
//! percent-encoded, escaped for JSON or HTML, and so on, in any mixture.

use std::collections::HashMap;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// A shorter piece of base64 or hex would be found everywhere.
const SHORTEST_CODED: usize = 6;

/// One form of one secret.
pub(super) struct Pattern {
    characters: Vec<char>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The text itself, reversed or in hex: in upper and lower case.
    Plain,
    /// The characters of its base64 that do not depend on what stands before and after it.
    Base64,
}

/// How each character of the patterns may be written; the first way is the character itself.
pub(super) struct Alphabet(HashMap<char, Vec<String>>);

/// Every form of a secret that is not empty.
pub(super) fn patterns_of(secret: &str) -> Vec<Pattern> {
    let plain = |characters: Vec<char>| Pattern { characters, kind: Kind::Plain };
    let mut patterns = vec![plain(secret.chars().collect())];
    let coded = |text: &String| text.len() >= SHORTEST_CODED;
    patterns.extend(
        base64_cores(secret)
            .into_iter()
            .filter(coded)
            .map(|core| Pattern { characters: core.chars().collect(), kind: Kind::Base64 }),
    );
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    if coded(&hex) {
        patterns.push(plain(hex.chars().collect()));
        patterns.push(plain(secret.chars().rev().collect()));
    }
    patterns
}

/// The secret may start at any of the three places of a base64 group, in either alphabet.
fn base64_cores(secret: &str) -> Vec<String> {
    let mut cores = Vec::new();
    for (shift, shared) in [(0, 0), (1, 2), (2, 3)] {
        let mut bytes = vec![0; shift];
        bytes.extend_from_slice(secret.as_bytes());
        // What an incomplete last group ends in depends on the byte that follows.
        let whole = if bytes.len().is_multiple_of(3) { 0 } else { 1 };
        for text in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            let core = text.get(shared..text.len() - whole).unwrap_or_default();
            if !cores.iter().any(|known| known == core) {
                cores.push(core.to_owned());
            }
        }
    }
    cores
}

impl Alphabet {
    /// Of all characters that these patterns hold.
    pub(super) fn of(patterns: &[Pattern]) -> Self {
        let mut writings = HashMap::new();
        for character in patterns.iter().flat_map(|pattern| &pattern.characters) {
            writings.entry(*character).or_insert_with(|| writings_of(*character));
        }
        Self(writings)
    }
}

fn writings_of(character: char) -> Vec<String> {
    let code = u32::from(character);
    let mut utf8 = [0; 4];
    let bytes: Vec<u8> = character.encode_utf8(&mut utf8).bytes().collect();
    let each = |mark: &str| bytes.iter().map(|byte| format!("{mark}{byte:02x}")).collect::<String>();
    let mut utf16 = [0; 2];
    let units = character.encode_utf16(&mut utf16);
    let escape: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
    let mut writings = vec![
        character.to_string(),
        each("%"),
        each("%25"),
        each("%2525"),
        each("="),
        each("\\x"),
        escape.replace('\\', "\\\\"),
        escape,
        format!("&#{code};"),
        format!("&#x{code:x};"),
        format!("&amp;#{code};"),
        format!("&amp;#x{code:x};"),
    ];
    let named: &[&str] = match character {
        ' ' => &["+", "&nbsp;"],
        '&' => &["&amp;", "&amp;amp;"],
        '<' => &["&lt;", "&amp;lt;"],
        '>' => &["&gt;", "&amp;gt;"],
        '"' => &["&quot;", "&amp;quot;", "\\\"", "\\\\\"", "\\\\\\\""],
        '\'' => &["&apos;", "&#039;", "\\'"],
        '/' => &["\\/", "\\\\/"],
        '\\' => &["\\\\", "\\\\\\\\"],
        _ => &[],
    };
    writings.extend(named.iter().map(ToString::to_string));
    writings
}

impl Pattern {
    pub(super) fn is_base64(&self) -> bool {
        self.kind == Kind::Base64
    }

    /// Where the longest match that starts at the beginning of the text ends. In a text that was cut, a pattern
    /// that goes on behind its end matches up to there.
    pub(super) fn match_at(&self, text: &str, alphabet: &Alphabet, is_cut: bool) -> Option<usize> {
        let text = text.as_bytes();
        let mut ends = vec![0];
        for (position, character) in self.characters.iter().enumerate() {
            let writings = alphabet.0.get(character)?;
            let mut next = Vec::new();
            for end in ends {
                let rest = text.get(end..).unwrap_or_default();
                for (nth, writing) in writings.iter().enumerate() {
                    let exact = nth == 0 && self.is_base64();
                    match starts_with(rest, writing.as_bytes(), exact) {
                        Start::Whole if !next.contains(&(end + writing.len())) => {
                            next.push(end + writing.len());
                        }
                        Start::Torn if is_cut && position > 0 => return Some(text.len()),
                        Start::Whole | Start::Torn | Start::No => {}
                    }
                }
            }
            if next.is_empty() {
                return None;
            }
            ends = next;
        }
        ends.into_iter().max()
    }
}

enum Start {
    Whole,
    /// The text ends inside of what is sought.
    Torn,
    No,
}

fn starts_with(text: &[u8], sought: &[u8], exact: bool) -> Start {
    let length = text.len().min(sought.len());
    let (Some(head), Some(part)) = (text.get(..length), sought.get(..length)) else { return Start::No };
    let is_same = if exact { head == part } else { head.eq_ignore_ascii_case(part) };
    match is_same {
        true if length == sought.len() => Start::Whole,
        true => Start::Torn,
        false => Start::No,
    }
}
