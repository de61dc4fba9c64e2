//! Secrets at rest: each is encrypted under a data key of its own, which is wrapped by a master key, and both are
//! bound to the row and column they are for, so that a ciphertext copied elsewhere does not open.
//!
//! All cryptography is aws-lc-rs; only the framing is ours. Sealing and opening happen outside the store's jobs.

mod envelope;
mod keyring;
#[cfg(test)]
mod tests;

use std::fmt;

use aws_lc_rs::hmac;
use domain::{
    secret::{SealedText, SecretText},
    time::Timestamp,
};
use secrecy::ExposeSecret;
use uuid::Uuid;

pub use self::keyring::{Keyring, MalformedKey, MasterKey};
use crate::{
    error::{StartError, StoreError},
    sealed_columns,
    server_keys::{self, Purpose, ServerKey},
    store::Store,
};

/// First part of what every ciphertext is bound to: what it is for, and by which rules.
const DOMAIN: &str = "waypost secret v1";

/// Where a secret lives; it opens nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The row's key.
    pub row: String,
    /// The column.
    pub column: &'static str,
}

impl Place {
    /// Each part with its length before it, so that no two places give the same bytes.
    fn associated_data(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in [DOMAIN, self.table, &self.row, self.column] {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// Why a secret is not sealed or not opened. Tells nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// Not an envelope of a layout that this program knows.
    #[error("the stored secret is malformed")]
    Malformed,
    /// Sealed with a master key that is not in the ring.
    #[error("the stored secret needs the master key {0}, which is not configured")]
    UnknownKey(String),
    /// Sealed for another place, or altered.
    #[error("the stored secret does not belong here or was altered")]
    Refused,
    /// The cryptographic library failed.
    #[error("the cryptographic library failed")]
    Library,
}

impl From<SealingError> for StoreError {
    fn from(error: SealingError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Seals and opens the secrets of a server, and marks them so that equal ones are known.
pub struct Sealer {
    keyring: Keyring,
    fingerprints: hmac::Key,
}

impl Sealer {
    /// Makes sure that every master key which the database needs is in the ring, and loads the key of fingerprints,
    /// or makes it on first use under the id `fresh`. That key is random and itself sealed: fingerprints outlive a
    /// change of the master key. Changes nothing if it fails.
    pub async fn start(
        store: &Store,
        keyring: Keyring,
        fresh: Uuid,
        now: Timestamp,
    ) -> Result<Self, StartError> {
        let failed = |error: &dyn fmt::Display| StartError::ServerKeys(error.to_string());
        let needed = store.read(sealed_columns::key_ids).await.map_err(|error| failed(&error))?;
        let known = keyring.key_ids();
        let missing: Vec<String> = needed.into_iter().filter(|id| !known.contains(id)).collect();
        if !missing.is_empty() {
            return Err(StartError::UnknownKey(missing.join(", ")));
        }
        let random = keyring::random_key().map_err(|error| failed(&error))?;
        let sealed = keyring
            .seal(random.expose_secret(), &server_keys::place(fresh))
            .map_err(|error| failed(&error))?;
        let offered =
            ServerKey { id: fresh, purpose: Purpose::Fingerprint, sealed, created_at: now, retired_at: None };
        let stored = store
            .change(move |tx| server_keys::active_or_insert(tx, offered))
            .await
            .map_err(|error: StoreError| failed(&error))?;
        let bytes =
            keyring.open(&stored.sealed, &server_keys::place(stored.id)).map_err(|error| failed(&error))?;
        Ok(Self { fingerprints: hmac::Key::new(hmac::HMAC_SHA256, &bytes), keyring })
    }

    /// Seals a secret for its place.
    pub fn seal(&self, secret: &SecretText, place: &Place) -> Result<SealedText, SealingError> {
        let envelope = self.keyring.seal(secret.expose().as_bytes(), place)?;
        Ok(SealedText { envelope, fingerprint: self.fingerprint(secret) })
    }

    /// Opens a secret that was sealed for this place.
    pub fn open(&self, envelope: &[u8], place: &Place) -> Result<SecretText, SealingError> {
        let bytes = self.keyring.open(envelope, place)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| SealingError::Malformed)?;
        Ok(SecretText::from(text.to_owned()))
    }

    /// 32 hex digits that are the same for equal secrets, and useless without this server's key.
    pub fn fingerprint(&self, secret: &SecretText) -> String {
        let tag = hmac::sign(&self.fingerprints, secret.expose().as_bytes());
        let (half, _) = tag.as_ref().split_at(tag.as_ref().len() / 2);
        envelope::hex(half)
    }

    /// The ring, for keys of the server itself that are not text.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealer]")
    }
}
