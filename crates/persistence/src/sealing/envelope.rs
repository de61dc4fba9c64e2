//! The bytes of a sealed secret: taking them apart and putting them together. Knows no key.
//!
//! ```text
//! 0x01 | algorithm (0x01 AES-256-GCM) | length + id of the master key | length + wrapped data key | nonce | ciphertext + tag
//! ```

/// The layout written here.
const VERSION: u8 = 1;
/// AES-256-GCM, for the data key and for the secret.
const ALGORITHM: u8 = 1;
/// Bytes of a nonce of AES-GCM.
pub(super) const NONCE: usize = 12;
/// Bytes of a tag of AES-GCM.
pub(super) const TAG: usize = 16;
/// Bytes of a data key.
pub(super) const KEY: usize = 32;
/// Bytes of a wrapped data key: nonce, key, tag.
const WRAPPED: usize = NONCE + KEY + TAG;

/// Tells master keys apart without telling anything about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyId(pub(super) [u8; 8]);

impl KeyId {
    /// As the operator sees it: 16 hex digits.
    pub(super) fn hex(self) -> String {
        hex(&self.0)
    }
}

/// An envelope's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Envelope<'a> {
    /// Which master key wraps the data key.
    pub(super) key_id: KeyId,
    /// Nonce of the wrapping.
    pub(super) wrap_nonce: &'a [u8; NONCE],
    /// The data key, encrypted, with its tag.
    pub(super) wrapped_key: &'a [u8],
    /// Nonce of the secret.
    pub(super) nonce: &'a [u8; NONCE],
    /// The secret, encrypted, with its tag.
    pub(super) ciphertext: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Takes the bytes apart; `None` if they are no envelope of this layout.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let ([VERSION, ALGORITHM], rest) = bytes.split_first_chunk::<2>()? else { return None };
        let (key_id, rest) = split_prefixed(rest)?;
        let (wrapped, rest) = split_prefixed(rest)?;
        let (wrap_nonce, wrapped_key) = wrapped.split_first_chunk::<NONCE>()?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>()?;
        let fits = wrapped.len() == WRAPPED && ciphertext.len() >= TAG;
        let key_id = KeyId(key_id.try_into().ok()?);
        fits.then_some(Self { key_id, wrap_nonce, wrapped_key, nonce, ciphertext })
    }

    /// Puts the parts together.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let [key_length, wrapped_length] = [8, 60];
        let mut bytes = vec![VERSION, ALGORITHM, key_length];
        bytes.extend_from_slice(&self.key_id.0);
        bytes.push(wrapped_length);
        for part in [self.wrap_nonce, self.wrapped_key, self.nonce, self.ciphertext] {
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

fn split_prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*length))
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
