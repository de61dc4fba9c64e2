//! Master keys and what is derived from them: the keys that wrap the data keys of secrets. The first of a ring
//! seals, all of them open, so that a new one can be put in front while the old one is still needed.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    digest::{SHA256, digest},
    hkdf::{HKDF_SHA256, Prk, Salt},
    rand,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::secret::SecretText;
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox, zeroize::Zeroizing};

use super::{
    Place, SealingError,
    envelope::{Envelope, KEY, KeyId, TAG},
};

/// Sets the keys derived here apart from those that any other program derives from the same bytes.
const SALT: &[u8] = b"waypost master key v1";

/// A text that is not 32 bytes in base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a master key is 32 random bytes in base64 (44 characters), as `openssl rand -base64 32` prints them"
)]
pub struct MalformedKey;

/// 32 random bytes from which all else derives; wiped when dropped.
pub struct MasterKey(SecretBox<[u8; KEY]>);

impl MasterKey {
    /// Reads standard base64; white space around it is ignored, as key files end with a line feed.
    pub fn parse(text: &SecretText) -> Result<Self, MalformedKey> {
        let bytes = Zeroizing::new(STANDARD.decode(text.expose().trim()).map_err(|_| MalformedKey)?);
        if bytes.len() != KEY {
            return Err(MalformedKey);
        }
        Ok(Self(SecretBox::init_with_mut(|key: &mut [u8; KEY]| key.copy_from_slice(&bytes))))
    }

    /// A new one from the system's randomness.
    pub fn generate() -> Result<Self, SealingError> {
        random_key().map(Self)
    }

    /// In base64, to be stored by the operator.
    pub fn to_base64(&self) -> SecretText {
        SecretText::from(STANDARD.encode(self.0.expose_secret()))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[master key]")
    }
}

/// The master keys of a server.
pub struct Keyring {
    active: WrappingKey,
    older: Vec<WrappingKey>,
}

impl Keyring {
    /// `active` seals; it and `older` open.
    pub fn new(active: &MasterKey, older: &[MasterKey]) -> Result<Self, SealingError> {
        let older = older.iter().map(WrappingKey::derive).collect::<Result<_, _>>()?;
        Ok(Self { active: WrappingKey::derive(active)?, older })
    }

    /// The ids of all keys, 16 hex digits each, the active one first.
    pub fn key_ids(&self) -> Vec<String> {
        self.all().map(|key| key.id.hex()).collect()
    }

    /// The id of the key that seals.
    pub fn active_key_id(&self) -> String {
        self.active.id.hex()
    }

    /// Seals bytes so that they open only at this place.
    pub fn seal(&self, secret: &[u8], place: &Place) -> Result<Vec<u8>, SealingError> {
        let aad = place.associated_data();
        let data_key = random_key()?;
        let mut wrapped_key = with_room(data_key.expose_secret());
        let wrap_nonce = encrypt(&self.active.key, &aad, &mut wrapped_key)?;
        let mut ciphertext = with_room(secret);
        let nonce = encrypt(&cipher(&data_key)?, &aad, &mut ciphertext)?;
        let envelope = Envelope {
            key_id: self.active.id,
            wrap_nonce: wrap_nonce.as_ref(),
            wrapped_key: &wrapped_key,
            nonce: nonce.as_ref(),
            ciphertext: &ciphertext,
        };
        Ok(envelope.to_bytes())
    }

    /// Opens what was sealed for this place, with whichever key it was.
    pub fn open(&self, sealed: &[u8], place: &Place) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        let envelope = Envelope::parse(sealed).ok_or(SealingError::Malformed)?;
        let aad = place.associated_data();
        let data_key = self.unwrap_data_key(&envelope, &aad)?;
        decrypt(&cipher(&data_key)?, &aad, envelope.nonce.into(), envelope.ciphertext)
    }

    /// The same secret for the same place, its data key wrapped by the active key. The secret itself stays sealed.
    pub fn rewrap(&self, sealed: &[u8], place: &Place) -> Result<Vec<u8>, SealingError> {
        let envelope = Envelope::parse(sealed).ok_or(SealingError::Malformed)?;
        let aad = place.associated_data();
        let data_key = self.unwrap_data_key(&envelope, &aad)?;
        let mut wrapped_key = with_room(data_key.expose_secret());
        let wrap_nonce = encrypt(&self.active.key, &aad, &mut wrapped_key)?;
        let rewrapped = Envelope {
            key_id: self.active.id,
            wrap_nonce: wrap_nonce.as_ref(),
            wrapped_key: &wrapped_key,
            ..envelope
        };
        Ok(rewrapped.to_bytes())
    }

    fn unwrap_data_key(
        &self,
        envelope: &Envelope<'_>,
        aad: &[u8],
    ) -> Result<SecretBox<[u8; KEY]>, SealingError> {
        let wrapping = self
            .all()
            .find(|key| key.id == envelope.key_id)
            .ok_or_else(|| SealingError::UnknownKey(envelope.key_id.hex()))?;
        let bytes = decrypt(&wrapping.key, aad, envelope.wrap_nonce.into(), envelope.wrapped_key)?;
        let mut data_key = SecretBox::new(Box::new([0; KEY]));
        let room: &mut [u8; KEY] = data_key.expose_secret_mut();
        *room = bytes.as_slice().try_into().map_err(|_| SealingError::Malformed)?;
        Ok(data_key)
    }

    fn all(&self) -> impl Iterator<Item = &WrappingKey> {
        std::iter::once(&self.active).chain(&self.older)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[keyring]")
    }
}

struct WrappingKey {
    id: KeyId,
    key: RandomizedNonceKey,
}

impl WrappingKey {
    fn derive(master: &MasterKey) -> Result<Self, SealingError> {
        let root = Salt::new(HKDF_SHA256, SALT).extract(master.0.expose_secret());
        let key = cipher(&expand(&root, b"wrapping key")?)?;
        // From an output of its own, so that the id tells nothing about the key.
        let digest = digest(&SHA256, expand(&root, b"key id")?.expose_secret());
        let (id, _) = digest.as_ref().split_first_chunk().ok_or(SealingError::Library)?;
        Ok(Self { id: KeyId(*id), key })
    }
}

fn expand(root: &Prk, purpose: &[u8]) -> Result<SecretBox<[u8; KEY]>, SealingError> {
    let mut output = SecretBox::new(Box::new([0; KEY]));
    let room: &mut [u8; KEY] = output.expose_secret_mut();
    root.expand(&[purpose], HKDF_SHA256).and_then(|okm| okm.fill(room)).map_err(|_| SealingError::Library)?;
    Ok(output)
}

/// 32 bytes from the system's randomness.
pub(super) fn random_key() -> Result<SecretBox<[u8; KEY]>, SealingError> {
    let mut key = SecretBox::new(Box::new([0; KEY]));
    let room: &mut [u8; KEY] = key.expose_secret_mut();
    rand::fill(room).map_err(|_| SealingError::Library)?;
    Ok(key)
}

fn cipher(key: &SecretBox<[u8; KEY]>) -> Result<RandomizedNonceKey, SealingError> {
    RandomizedNonceKey::new(&AES_256_GCM, key.expose_secret()).map_err(|_| SealingError::Library)
}

/// A copy to be encrypted in place, with room for the tag: growing would leave plain bytes behind.
fn with_room(bytes: &[u8]) -> Vec<u8> {
    let mut copy = Vec::with_capacity(bytes.len().saturating_add(TAG));
    copy.extend_from_slice(bytes);
    copy
}

fn encrypt(key: &RandomizedNonceKey, aad: &[u8], bytes: &mut Vec<u8>) -> Result<Nonce, SealingError> {
    key.seal_in_place_append_tag(Aad::from(aad), bytes).map_err(|_| SealingError::Library)
}

fn decrypt(
    key: &RandomizedNonceKey,
    aad: &[u8],
    nonce: Nonce,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealingError> {
    let mut bytes = Zeroizing::new(ciphertext.to_vec());
    let length =
        key.open_in_place(nonce, Aad::from(aad), &mut bytes).map_err(|_| SealingError::Refused)?.len();
    bytes.truncate(length);
    Ok(bytes)
}
