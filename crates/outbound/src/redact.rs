//! Takes the secrets that were sent out of what came back, in whichever form an endpoint may echo them, before
//! any of it is stored or shown. When in doubt, all of the text is withheld.

mod decode;
mod forms;

use domain::secret::SecretText;

use self::forms::{Alphabet, Pattern};

/// So much of an answer's text is kept.
pub const EXCERPT_LIMIT: usize = 1_024;

const MARK: &str = "[redacted]";
const WITHHELD: &str = "[withheld: the answer holds a secret]";

/// A shorter secret would be found everywhere once texts are decoded in every way.
const SHORTEST_HIDDEN: usize = 6;

/// How many times as long a form may be as its secret: base64 of an escaped text, and then some.
const LONGEST_FORM: usize = 8;

/// Knows the secrets of one call.
pub struct Redactor {
    secrets: Vec<SecretText>,
    patterns: Vec<Pattern>,
    alphabet: Alphabet,
    window: usize,
}

impl Redactor {
    /// For every secret that the call sent.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretText>) -> Self {
        let secrets: Vec<SecretText> =
            secrets.into_iter().filter(|secret| !secret.expose().is_empty()).cloned().collect();
        let patterns: Vec<Pattern> =
            secrets.iter().flat_map(|secret| forms::patterns_of(secret.expose())).collect();
        let longest = secrets.iter().map(|secret| secret.expose().len()).max().unwrap_or_default();
        Self {
            alphabet: Alphabet::of(&patterns),
            window: EXCERPT_LIMIT + longest * LONGEST_FORM,
            secrets,
            patterns,
        }
    }

    /// What may be shown of a body: its first KiB if it is text, else nothing; no control characters but line
    /// breaks and tabs, no secret. `is_cut` says that the body went on where it ends here, so that the first
    /// part of a secret may be its last word.
    pub fn excerpt(&self, body: &[u8], is_cut: bool) -> String {
        let Some(text) = text_of(body, is_cut) else { return String::new() };
        // Control characters go first: they could stand inside of a secret and hide it.
        let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let window = clean.get(..clean.floor_char_boundary(self.window)).unwrap_or_default();
        let masked = self.mask(window, is_cut || window.len() < clean.len());
        if self.is_hidden_in(&masked) {
            return WITHHELD.to_owned();
        }
        let end = masked.floor_char_boundary(EXCERPT_LIMIT);
        masked.get(..end).unwrap_or_default().to_owned()
    }

    fn mask(&self, text: &str, is_cut: bool) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let longest = self
                .patterns
                .iter()
                .filter_map(|pattern| Some((pattern.match_at(rest, &self.alphabet, is_cut)?, pattern)))
                .max_by_key(|(end, _)| *end);
            if let Some((end, pattern)) = longest {
                rest = rest.get(end..).unwrap_or_default();
                if pattern.is_base64() {
                    drop_shared_base64(&mut masked);
                    rest = rest.trim_start_matches(is_base64);
                }
                masked.push_str(MARK);
            } else {
                masked.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
        masked
    }

    /// Whether a secret is still there for somebody who decodes the text, up to three times over.
    fn is_hidden_in(&self, text: &str) -> bool {
        let sought: Vec<&str> = self
            .secrets
            .iter()
            .map(SecretText::expose)
            .filter(|text| text.len() >= SHORTEST_HIDDEN)
            .collect();
        !sought.is_empty() && decode::is_reachable(text.as_bytes(), &sought)
    }
}

/// The body as text. A character that the end of a cut body tears apart is left out.
fn text_of(body: &[u8], is_cut: bool) -> Option<&str> {
    match std::str::from_utf8(body) {
        Ok(text) => Some(text),
        Err(error) if is_cut && error.error_len().is_none() => {
            body.get(..error.valid_up_to()).and_then(|whole| std::str::from_utf8(whole).ok())
        }
        Err(_) => None,
    }
}

/// The up to three characters before a match that hold bits of the secret's first byte.
fn drop_shared_base64(masked: &mut String) {
    for _ in 0..3 {
        if !masked.ends_with(is_base64) {
            return;
        }
        masked.pop();
    }
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=')
}

#[cfg(test)]
mod tests;
