//! The server's own keys: made once, outliving a change of master key, and a missing master key stops the start.

use domain::secret::SecretText;
use persistence::{
    StartError, Store, StoreError, destinations,
    sealing::{Keyring, MasterKey, Sealer},
};

use crate::fixture::{World, at, fresh};

pub(crate) fn key(letter: char) -> MasterKey {
    // 43 letters and one sign of padding are 32 bytes in base64, if the last letter leaves no bits over.
    let text: String = std::iter::repeat_n(letter, 42).chain(['A', '=']).collect();
    MasterKey::parse(&SecretText::from(text)).unwrap()
}

async fn start(store: &Store, keyring: Keyring) -> Result<Sealer, StartError> {
    Sealer::start(store, keyring, fresh(), at(0)).await
}

#[tokio::test]
async fn fingerprints_outlive_a_change_of_the_master_key() {
    let world = World::new().await;
    let token = SecretText::from("hunter2-hunter2".to_owned());
    let before = start(&world.store, Keyring::new(&key('B'), &[]).unwrap()).await.unwrap();
    let after = start(&world.store, Keyring::new(&key('C'), &[key('B')]).unwrap()).await.unwrap();
    assert_eq!(before.fingerprint(&token), after.fingerprint(&token));
    assert_eq!(before.fingerprint(&token).len(), 32);
    assert_ne!(
        before.fingerprint(&token),
        before.fingerprint(&SecretText::from("hunter2-hunter3".to_owned()))
    );
    assert_eq!(world.count("server_keys"), 1);
    let other = World::new().await;
    let elsewhere = start(&other.store, Keyring::new(&key('B'), &[]).unwrap()).await.unwrap();
    assert_ne!(before.fingerprint(&token), elsewhere.fingerprint(&token));
}

#[tokio::test]
async fn a_missing_master_key_is_named_and_nothing_is_changed() {
    let world = World::new().await;
    start(&world.store, Keyring::new(&key('B'), &[]).unwrap()).await.unwrap();
    let ids = Keyring::new(&key('B'), &[]).unwrap().key_ids();
    let refused = start(&world.store, Keyring::new(&key('C'), &[]).unwrap()).await.unwrap_err();
    assert_eq!(refused, StartError::UnknownKey(ids.join(", ")));
    assert_eq!(world.count("server_keys"), 1);
}

#[tokio::test]
async fn a_stored_token_needs_its_master_key_and_the_files_do_not_show_it() {
    let world = World::new().await;
    start(&world.store, Keyring::new(&key('B'), &[]).unwrap()).await.unwrap();
    let sealer = start(&world.store, Keyring::new(&key('C'), &[key('B')]).unwrap()).await.unwrap();
    let canary = "canary-5c1d9b2e7f3a4086";
    let mut created = world.draft("Labs", 1);
    let place = destinations::token_place(created.destination.id);
    let sealed = sealer.seal(&SecretText::from(canary.to_owned()), &place).unwrap();
    created.destination.token =
        Some(domain::secret::StoredSecret::replacing(None, sealed.clone(), created.destination.created_at));
    world.save(created).await.unwrap();
    assert_eq!(sealer.open(&sealed.envelope, &place).unwrap().expose(), canary);

    let without = start(&world.store, Keyring::new(&key('B'), &[]).unwrap()).await.unwrap_err();
    let missing = Keyring::new(&key('C'), &[]).unwrap().key_ids().join(", ");
    assert_eq!(without, StartError::UnknownKey(missing));
    let Some(folder) = world.database.folder() else {
        let rows = "select concat(d, encode(token_envelope, 'escape')) as value from destinations d";
        assert!(world.raw().texts(rows).iter().all(|row| !row.contains(canary)));
        return;
    };
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(canary.len()).any(|window| window == canary.as_bytes()));
    }
    let _: StoreError = sealer.open(b"", &place).unwrap_err().into();
}
