//! Sealing opens only at its place, only whole, and only with its key; malformed input is an error, never a panic.

use domain::secret::SecretText;
use proptest::prelude::*;

use super::{envelope::Envelope, *};

fn master(byte: u8) -> MasterKey {
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [byte; 32]);
    MasterKey::parse(&SecretText::from(text)).unwrap()
}

fn keyring() -> Keyring {
    Keyring::new(&master(1), &[]).unwrap()
}

fn place(row: &str, column: &'static str) -> Place {
    Place { table: "destinations", row: row.to_owned(), column }
}

#[test]
fn what_is_sealed_opens_at_its_place_and_nowhere_else() {
    let ring = keyring();
    let sealed = ring.seal(b"hunter2-hunter2", &place("a", "token")).unwrap();
    assert_eq!(ring.open(&sealed, &place("a", "token")).unwrap().as_slice(), b"hunter2-hunter2");
    for elsewhere in [place("b", "token"), place("a", "other"), place("at", "oken"), place("", "atoken")] {
        assert_eq!(ring.open(&sealed, &elsewhere).unwrap_err(), SealingError::Refused, "{elsewhere:?}");
    }
    let other_table = Place { table: "credentials", ..place("a", "token") };
    assert_eq!(ring.open(&sealed, &other_table).unwrap_err(), SealingError::Refused);
}

#[test]
fn equal_secrets_are_sealed_differently_each_time() {
    let (ring, here) = (keyring(), place("a", "token"));
    assert_ne!(ring.seal(b"same", &here).unwrap(), ring.seal(b"same", &here).unwrap());
}

#[test]
fn an_older_key_still_opens_and_a_missing_one_is_named() {
    let here = place("a", "token");
    let sealed = keyring().seal(b"secret", &here).unwrap();
    let rotated = Keyring::new(&master(2), &[master(1)]).unwrap();
    assert_eq!(rotated.open(&sealed, &here).unwrap().as_slice(), b"secret");
    let without = Keyring::new(&master(2), &[]).unwrap();
    let id = keyring().key_ids().remove(0);
    assert_eq!(without.open(&sealed, &here).unwrap_err(), SealingError::UnknownKey(id));
}

#[test]
fn a_rewrapped_secret_needs_the_active_key_only_and_keeps_its_place() {
    let here = place("a", "token");
    let sealed = keyring().seal(b"secret", &here).unwrap();
    let both = Keyring::new(&master(2), &[master(1)]).unwrap();
    let rewrapped = both.rewrap(&sealed, &here).unwrap();
    let alone = Keyring::new(&master(2), &[]).unwrap();
    assert_eq!(alone.open(&rewrapped, &here).unwrap().as_slice(), b"secret");
    assert_eq!(both.open(&rewrapped, &here).unwrap().as_slice(), b"secret");
    assert_eq!(alone.open(&rewrapped, &place("b", "token")).unwrap_err(), SealingError::Refused);
    // The ciphertext is the same, so the plain text was never needed.
    let tails = [&sealed, &rewrapped].map(|bytes| Envelope::parse(bytes).unwrap().ciphertext.to_vec());
    assert_eq!(tails[0], tails[1]);
}

#[test]
fn what_does_not_open_is_not_rewrapped() {
    let here = place("a", "token");
    let sealed = keyring().seal(b"secret", &here).unwrap();
    let both = Keyring::new(&master(2), &[master(1)]).unwrap();
    assert_eq!(both.rewrap(&sealed, &place("b", "token")).unwrap_err(), SealingError::Refused);
    assert_eq!(both.rewrap(&sealed[1..], &here).unwrap_err(), SealingError::Malformed);
    let unknown = SealingError::UnknownKey(keyring().active_key_id());
    assert_eq!(Keyring::new(&master(2), &[]).unwrap().rewrap(&sealed, &here).unwrap_err(), unknown);
}

/// Made by another implementation of the format (Python, `cryptography`) from the same master key.
const FOREIGN: &str = "01010877f30496af0ab7a53c0a0a0a0a0a0a0a0a0a0a0a0a0a140184fa1d2d99ea67d741acc2e1b6dc42680123\
    f3b213f8f5e0ddb96351ac8e7915497dcb28c164fd1d268b8248430b0b0b0b0b0b0b0b0b0b0b0bc0fb7cd5ea1e\
    bf84b3bc75cbc03ae7b95391db9dc596e7777147915bdca975";

#[test]
fn the_format_stays_the_same_over_releases() {
    let bytes: Vec<u8> = (0..FOREIGN.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&FOREIGN[at..at + 2], 16).unwrap())
        .collect();
    assert_eq!(keyring().key_ids(), ["77f30496af0ab7a5"]);
    assert_eq!(keyring().open(&bytes, &place("a", "token")).unwrap().as_slice(), b"hunter2-hunter2");
}

#[test]
fn a_master_key_is_32_bytes_in_base64_and_shows_nothing() {
    let generated = MasterKey::generate().unwrap();
    let text = generated.to_base64();
    assert_eq!(text.expose().len(), 44);
    let again = MasterKey::parse(&SecretText::from(format!(" {}\n", text.expose()))).unwrap();
    let ids = |key: &MasterKey| Keyring::new(key, &[]).unwrap().key_ids();
    assert_eq!(ids(&again), ids(&generated));
    assert_eq!(format!("{generated:?} {:?}", keyring()), "[master key] [keyring]");
    for wrong in ["", "abc", "AAAA", &format!("{}AAAA", text.expose())] {
        assert!(MasterKey::parse(&SecretText::from(wrong.to_owned())).is_err(), "{wrong}");
    }
}

#[test]
fn every_changed_byte_and_every_cut_is_noticed() {
    let (ring, here) = (keyring(), place("a", "token"));
    let sealed = ring.seal(b"secret", &here).unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(ring.open(&changed, &here).is_err(), "byte {at}");
        assert!(ring.open(&sealed[..at], &here).is_err(), "cut at {at}");
    }
}

proptest! {
    #[test]
    fn opening_anything_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..100) {
        let (ring, here) = (keyring(), place("a", "token"));
        prop_assert!(ring.open(&bytes, &here).is_err());
        let mut mixed = ring.seal(b"secret", &here).unwrap();
        mixed.truncate(cut);
        mixed.extend_from_slice(&bytes);
        prop_assert!(ring.open(&mixed, &here).is_err());
    }

    #[test]
    fn taking_apart_undoes_putting_together(secret in proptest::collection::vec(any::<u8>(), 0..100)) {
        let sealed = keyring().seal(&secret, &place("a", "token")).unwrap();
        prop_assert_eq!(Envelope::parse(&sealed).unwrap().to_bytes(), sealed);
    }
}

#[test]
fn a_sealer_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Sealer>();
    shared::<Store>();
}
