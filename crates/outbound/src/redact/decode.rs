//! The last look: undoes every usual encoding of a text, a few times over, and says whether a secret comes out.
//! It only finds; it repairs nothing.

use std::collections::HashSet;

use base64::{Engine, alphabet::STANDARD, engine::GeneralPurpose, engine::general_purpose::NO_PAD};

/// How many encodings may lie over each other.
const DEPTH: usize = 3;

/// A text that grew beyond this while being decoded is cut.
const GROWTH_LIMIT: usize = 128 * 1_024;

/// A shorter run of base64 or hex cannot hold a secret.
const SHORTEST_RUN: usize = 8;

type Decoder = fn(&[u8]) -> Vec<u8>;

const DECODERS: [Decoder; 6] = [percent, backslash, entities, base64, hex, letters];

/// Whether one of the texts is in `text`, forwards or backwards, as it is or decoded.
pub(super) fn is_reachable(text: &[u8], sought: &[&str]) -> bool {
    let needles: Vec<Vec<u8>> = sought
        .iter()
        .flat_map(|secret| {
            let forwards = secret.to_ascii_lowercase().into_bytes();
            let backwards = forwards.iter().rev().copied().collect();
            [forwards, backwards]
        })
        .collect();
    let mut seen = HashSet::from([text.to_vec()]);
    let mut layer = vec![text.to_vec()];
    for depth in 0..=DEPTH {
        if layer.iter().any(|text| holds_any(text, &needles)) {
            return true;
        }
        if depth < DEPTH {
            layer = layer
                .iter()
                .flat_map(|text| DECODERS.iter().map(|decode| decode(text)))
                .filter(|text| text.len() >= SHORTEST_RUN / 2 && seen.insert(text.clone()))
                .collect();
        }
    }
    false
}

fn holds_any(text: &[u8], needles: &[Vec<u8>]) -> bool {
    let text = text.to_ascii_lowercase();
    needles.iter().any(|needle| text.windows(needle.len()).any(|part| part == needle.as_slice()))
}

/// `%41`, and `=41` of quoted-printable.
fn percent(text: &[u8]) -> Vec<u8> {
    unescape(text, |rest| match rest {
        [b'%' | b'=', high, low, ..] => Some((vec![hex_pair(*high, *low)?], 3)),
        [b'+', ..] => Some((vec![b' '], 1)),
        _ => None,
    })
}

/// `\u0041`, `\x41`, `\/`.
fn backslash(text: &[u8]) -> Vec<u8> {
    unescape(text, |rest| match rest {
        [b'\\', b'u' | b'U', a, b, c, d, ..] => {
            let unit = u16::from_be_bytes([hex_pair(*a, *b)?, hex_pair(*c, *d)?]);
            Some((String::from_utf16_lossy(&[unit]).into_bytes(), 6))
        }
        [b'\\', b'x' | b'X', high, low, ..] => Some((vec![hex_pair(*high, *low)?], 4)),
        [b'\\', other, ..] => Some((vec![*other], 2)),
        _ => None,
    })
}

/// `&#65;`, `&#x41;`, `&amp;`.
fn entities(text: &[u8]) -> Vec<u8> {
    unescape(text, |rest| {
        let length = rest.iter().take(12).position(|byte| *byte == b';')?;
        let name = std::str::from_utf8(rest.get(..length)?).ok()?.strip_prefix('&')?.to_ascii_lowercase();
        let character = match name.as_str() {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "sol" => '/',
            "plus" => '+',
            "equals" => '=',
            other => {
                let number = other.strip_prefix('#')?;
                char::from_u32(match number.strip_prefix('x') {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                })?
            }
        };
        Some((character.to_string().into_bytes(), length + 1))
    })
}

/// Every run of base64, begun at each of its first four characters; line breaks do not end a run.
fn base64(text: &[u8]) -> Vec<u8> {
    let engine = GeneralPurpose::new(&STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));
    let digits: Vec<u8> = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut decoded = Vec::new();
    for run in digits.split(|byte| !is_digit(byte)).filter(|run| run.len() >= SHORTEST_RUN) {
        for begin in 0..4 {
            let part = run.get(begin..).unwrap_or_default();
            let length = if part.len() % 4 == 1 { part.len() - 1 } else { part.len() };
            decoded.extend(engine.decode(part.get(..length).unwrap_or_default()).unwrap_or_default());
            decoded.push(b'\n');
        }
    }
    decoded.truncate(GROWTH_LIMIT);
    decoded
}

/// Every run of hex, begun at each of its first two digits; separators as in `de:ad` do not end a run.
fn hex(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b':' | b'-' | b' ' | b',' | b'\n' | b'\t'))
        .collect();
    let mut decoded = Vec::new();
    for run in digits.split(|byte| !byte.is_ascii_hexdigit()).filter(|run| run.len() >= SHORTEST_RUN) {
        for begin in 0..2 {
            let pairs = run.get(begin..).unwrap_or_default().chunks_exact(2);
            decoded.extend(pairs.filter_map(|pair| match pair {
                [high, low] => hex_pair(*high, *low),
                _ => None,
            }));
            decoded.push(b'\n');
        }
    }
    decoded
}

/// Without white space and what is not ASCII, which could stand between the letters of a secret.
fn letters(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(u8::is_ascii_graphic).collect()
}

/// Replaces what `read` knows at a place by what it stands for; it answers with that and the length it read.
fn unescape(text: &[u8], read: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.first() {
        let (bytes, length) = read(rest).unwrap_or_else(|| (vec![*first], 1));
        plain.extend(bytes);
        rest = rest.get(length..).unwrap_or_default();
    }
    plain
}

fn hex_pair(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? * 16 + digit(low)?)
}
