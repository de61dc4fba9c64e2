//! Secrets: the plain text that cannot be printed, compared or serialized, and the sealed form that may be stored.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::time::Timestamp;

/// A secret in plain text, wiped when dropped. No `Display`, no `PartialEq`, no serde: whoever needs the text
/// says so with [`SecretText::expose`].
#[derive(Clone)]
pub struct SecretText(SecretString);

impl SecretText {
    /// The plain text. Call it only where it is sealed, sent or searched for.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// What a secret was sealed into: an authenticated ciphertext bound to its row and column, and a keyed hash by
/// which equal secrets are known as equal without opening either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedText {
    /// The whole envelope, key id included, as `persistence::sealing` made it.
    pub envelope: Vec<u8>,
    /// HMAC under a key of this server; useless elsewhere.
    pub fingerprint: String,
}

/// A stored secret: its sealed text and which version of it this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSecret {
    /// Ciphertext and fingerprint.
    pub sealed: SealedText,
    /// 1 for the first value, one more for each different one after it.
    pub version: i64,
    /// When this version was stored.
    pub updated_at: Timestamp,
}

impl StoredSecret {
    /// The first version of a secret, or the next one; the stored one itself when the value is the same.
    pub fn replacing(previous: Option<&Self>, sealed: SealedText, now: Timestamp) -> Self {
        match previous {
            Some(same) if same.sealed.fingerprint == sealed.fingerprint => same.clone(),
            Some(older) => Self { sealed, version: older.version.saturating_add(1), updated_at: now },
            None => Self { sealed, version: 1, updated_at: now },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        let secret = SecretText::from("hunter2-hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "[secret]");
        assert_eq!(secret.expose(), "hunter2-hunter2");
    }

    #[test]
    fn an_equal_secret_keeps_its_version_and_another_one_gets_the_next() {
        let seal =
            |mark: &str| SealedText { envelope: mark.as_bytes().to_vec(), fingerprint: mark.to_owned() };
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let first = StoredSecret::replacing(None, seal("a"), at(1));
        let same = StoredSecret::replacing(Some(&first), seal("a"), at(2));
        let other = StoredSecret::replacing(Some(&same), seal("b"), at(3));
        assert_eq!((first.version, same.version, other.version), (1, 1, 2));
        assert_eq!((same.updated_at, other.updated_at), (at(1), at(3)));
    }
}
