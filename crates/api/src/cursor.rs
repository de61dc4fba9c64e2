//! Page cursors: where the next page begins, signed together with the filters it was given for.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use persistence::Keyset;

use crate::{failure::Failure, problem::ProblemCode};

/// Bytes of the signature that a cursor bears.
const TAG: usize = 16;

/// Signs cursors and checks them.
pub struct Cursors(hmac::Key);

impl Cursors {
    /// With a key of this server.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The cursor of the page that begins after `keyset`. `list` names the list, its filters and its order.
    pub fn seal(&self, list: &str, keyset: &Keyset) -> String {
        let place = format!("{}\n{}", keyset.id, keyset.key);
        let mut bytes = self.tag(list, &place);
        bytes.extend_from_slice(place.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Where the page of this cursor begins. Fails for a cursor that was not made for this very list.
    pub fn open(&self, list: &str, cursor: &str) -> Result<Keyset, Failure> {
        let opened = || {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let (tag, place) = bytes.split_at_checked(TAG)?;
            let place = std::str::from_utf8(place).ok()?;
            aws_lc_rs::constant_time::verify_slices_are_equal(tag, &self.tag(list, place)).ok()?;
            let (id, key) = place.split_once('\n')?;
            Some(Keyset { key: key.to_owned(), id: id.to_owned() })
        };
        opened().ok_or_else(|| {
            let errors = vec![Failure::parameter("_cursor", "invalid-cursor", "Not a cursor of this list.")];
            Failure::of(ProblemCode::InvalidCursor).with_errors(errors)
        })
    }

    fn tag(&self, list: &str, place: &str) -> Vec<u8> {
        let tag = hmac::sign(&self.0, format!("{}\n{list}{place}", list.len()).as_bytes());
        tag.as_ref().iter().copied().take(TAG).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_for_its_list_and_unaltered() {
        let cursors = Cursors::new(&[7; 32]);
        let keyset = Keyset { key: "nightly\nlabs".to_owned(), id: "0192".to_owned() };
        let cursor = cursors.seal("a?status=verified", &keyset);
        assert_eq!(cursors.open("a?status=verified", &cursor).unwrap(), keyset);
        assert!(cursors.open("a", &cursor).is_err());
        for at in 0..cursor.len() {
            let mut altered = cursor.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert!(cursors.open("a?status=verified", &altered).is_err(), "{altered}");
        }
    }
}
