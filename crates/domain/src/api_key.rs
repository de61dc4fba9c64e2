//! API keys: public keys of a user, who proves itself by signing with the private ones. No secret is shared.

use crate::{
    ids::{ApiKeyId, UserId},
    time::Timestamp,
};

/// Keys that a user may have.
pub const MAX_KEYS_OF_USER: i64 = 50;

/// Where the public keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// Here: a JWK Set, as JSON text.
    Set(String),
    /// Published by the user, at this URL.
    Url(String),
}

impl KeySource {
    /// For the audit trail: where they are, not what they are.
    pub fn summary(&self) -> String {
        match self {
            Self::Set(text) => format!("a key set of {} bytes", text.len()),
            Self::Url(url) => url.clone(),
        }
    }
}

/// A key of a user; its id is the `client_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose.
    pub user: UserId,
    /// A name for people.
    pub name: String,
    /// The public keys.
    pub source: KeySource,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When a token was last got with it, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Counts every change; the `ETag`.
    pub version: i64,
}

impl ApiKey {
    /// The key with another name or other public keys; itself if they are the same.
    pub fn changed(&self, name: Option<String>, source: Option<KeySource>, now: Timestamp) -> Self {
        let next = Self {
            name: name.unwrap_or_else(|| self.name.clone()),
            source: source.unwrap_or_else(|| self.source.clone()),
            ..self.clone()
        };
        if next == *self {
            return next;
        }
        Self { version: self.version.saturating_add(1), updated_at: now, ..next }
    }
}
