//! Rotation of the master key: nothing is lost, nobody is disturbed, a change always wins, and it can be stopped.

use domain::{
    access::Permission,
    destination::{
        Command, Destination,
        change::{Change, Patch},
    },
    secret::{SecretText, StoredSecret},
};
use persistence::{
    StoreError, credentials, destinations,
    rotation::{Progress, Remaining, remaining, rotate_batch},
    sealing::{Keyring, MasterKey, Sealer, SealingError},
};

use crate::{
    fixture::{World, act, at, fresh},
    sealing::key,
};

fn ring(active: char, older: &[char]) -> Keyring {
    let older: Vec<MasterKey> = older.iter().copied().map(key).collect();
    Keyring::new(&key(active), &older).unwrap()
}

async fn sealer(world: &World, ring: Keyring) -> Sealer {
    Sealer::start(&world.store, ring, fresh(), at(0)).await.unwrap()
}

async fn with_token(world: &World, sealer: &Sealer, text: &str) -> Destination {
    let mut created = world.draft("Labs", 1);
    let place = destinations::token_place(created.destination.id);
    let sealed = sealer.seal(&SecretText::from(text.to_owned()), &place).unwrap();
    created.destination.token = Some(StoredSecret::replacing(None, sealed, at(1)));
    world.save(created).await.unwrap()
}

async fn token(world: &World, sealer: &Sealer, destination: &Destination) -> Result<String, SealingError> {
    let stored = world.get(destination.id, world.scope(Permission::DestinationsRead)).await.unwrap();
    let place = destinations::token_place(stored.id);
    let opened = sealer.open(&stored.token.unwrap().sealed.envelope, &place)?;
    Ok(opened.expose().to_owned())
}

fn change_of_token(sealer: &Sealer, destination: &Destination, text: &str) -> Command {
    let place = destinations::token_place(destination.id);
    let sealed = sealer.seal(&SecretText::from(text.to_owned()), &place).unwrap();
    Command::Save(Box::new(Change { token: Patch::Value(sealed), ..Change::default() }))
}

async fn rotate(world: &World, ring: &Keyring, limit: u16) -> Progress {
    let (mut total, mut after) = (Progress::default(), None);
    loop {
        let batch = rotate_batch(&world.store, ring, after, limit).await.unwrap();
        assert!(batch.rewrapped + batch.overtaken + batch.failed.len() <= usize::from(limit));
        total.rewrapped += batch.rewrapped;
        total.overtaken += batch.overtaken;
        total.failed.extend(batch.failed);
        after = batch.next;
        if after.is_none() {
            return total;
        }
    }
}

#[tokio::test]
async fn afterwards_every_secret_opens_with_the_new_key_alone() {
    let world = World::new().await;
    let before = sealer(&world, ring('B', &[])).await;
    let mut stored = Vec::new();
    for number in 0..7 {
        stored.push(with_token(&world, &before, &format!("token-{number}")).await);
    }
    let both = ring('C', &['B']);
    let old = ring('B', &[]).active_key_id();
    let expected = [Remaining { key_id: old, secrets: 8 }];
    assert_eq!(remaining(&world.store, &both).await.unwrap(), expected);
    let total = rotate(&world, &both, 3).await;
    assert_eq!(total, Progress { rewrapped: 8, ..Progress::default() });
    assert_eq!(remaining(&world.store, &both).await.unwrap(), []);
    let after = sealer(&world, ring('C', &[])).await;
    for (number, destination) in stored.iter().enumerate() {
        assert_eq!(token(&world, &after, destination).await.unwrap(), format!("token-{number}"));
    }
    assert_eq!(rotate(&world, &both, 3).await, Progress::default());
}

#[tokio::test]
async fn signing_secrets_and_those_of_credentials_are_rotated_too_each_at_its_place() {
    let world = World::new().await;
    let before = sealer(&world, ring('B', &[])).await;
    let seal = |text: &str, place| {
        let sealed = before.seal(&SecretText::from(text.to_owned()), &place).unwrap();
        StoredSecret::replacing(None, sealed, at(1))
    };
    let mut created = world.draft("Labs", 1);
    let id = created.destination.id;
    created.destination.token = Some(seal("token", destinations::token_place(id)));
    created.destination.signing_secret = Some(seal("signing", destinations::signing_place(id)));
    world.save(created).await.unwrap();
    let mut credentials_of = Vec::new();
    for number in 0..3 {
        let mut created = world.credential("Key", 1);
        let place = credentials::secret_place(created.credential.id, "privateKey");
        created.credential.secrets = vec![("privateKey", seal(&format!("key {number}"), place))];
        credentials_of.push(world.save_credential(created).await.unwrap().id);
    }
    let both = ring('C', &['B']);
    assert_eq!(remaining(&world.store, &both).await.unwrap()[0].secrets, 6);
    // One at a time, so that the cursor passes from row to row and from column to column.
    assert_eq!(rotate(&world, &both, 1).await, Progress { rewrapped: 6, ..Progress::default() });
    let after = sealer(&world, ring('C', &[])).await;
    let now = world.get(id, world.scope(Permission::DestinationsRead)).await.unwrap();
    let open = |secret: &StoredSecret, place| {
        after.open(&secret.sealed.envelope, &place).map(|text| text.expose().to_owned())
    };
    assert_eq!(open(&now.token.unwrap(), destinations::token_place(id)).unwrap(), "token");
    assert_eq!(open(&now.signing_secret.unwrap(), destinations::signing_place(id)).unwrap(), "signing");
    for (number, id) in credentials_of.into_iter().enumerate() {
        let stored = world.get_credential(id, world.scope(Permission::CredentialsRead)).await.unwrap();
        let place = credentials::secret_place(id, "privateKey");
        assert_eq!(open(stored.secret("privateKey").unwrap(), place).unwrap(), format!("key {number}"));
    }
}

#[tokio::test]
async fn a_rotation_that_was_stopped_goes_on_from_the_start() {
    let world = World::new().await;
    let before = sealer(&world, ring('B', &[])).await;
    for _ in 0..4 {
        with_token(&world, &before, "token").await;
    }
    let both = ring('C', &['B']);
    let first = rotate_batch(&world.store, &both, None, 3).await.unwrap();
    assert_eq!((first.rewrapped, first.next.is_some()), (3, true));
    // Both keys are needed in between, and every secret opens.
    sealer(&world, ring('C', &['B'])).await;
    assert_eq!(rotate(&world, &both, 3).await.rewrapped, 2);
    assert_eq!(remaining(&world.store, &both).await.unwrap(), []);
}

#[tokio::test]
async fn a_secret_that_does_not_open_is_reported_and_stays_as_it_is() {
    let world = World::new().await;
    let before = sealer(&world, ring('B', &[])).await;
    let (one, other) = (with_token(&world, &before, "one").await, with_token(&world, &before, "two").await);
    let moved = format!(
        "update destinations set token_envelope = (select token_envelope from destinations where id = '{}')
         where id = '{}'",
        other.id, one.id
    );
    world.raw().execute(&moved);
    let both = ring('C', &['B']);
    let total = rotate(&world, &both, 1).await;
    assert_eq!(total.failed, [(destinations::token_place(one.id), SealingError::Refused)]);
    assert_eq!(total.rewrapped, 2);
    let left = [Remaining { key_id: ring('B', &[]).active_key_id(), secrets: 1 }];
    assert_eq!(remaining(&world.store, &both).await.unwrap(), left);
}

#[tokio::test]
async fn a_write_of_what_was_read_before_the_rotation_does_not_bring_the_old_key_back() {
    let world = World::new().await;
    let before = sealer(&world, ring('B', &[])).await;
    let stored = with_token(&world, &before, "token").await;
    let both = ring('C', &['B']);
    rotate(&world, &both, 10).await;
    let rename = Change {
        name: Some(domain::destination::naming::Name::parse("Renamed").unwrap()),
        ..Change::default()
    };
    let applied = stored.clone().apply(Command::Save(Box::new(rename)), &act(5)).unwrap();
    world.store.change(move |tx| destinations::update(tx, &applied)).await.unwrap();
    assert_eq!(remaining(&world.store, &both).await.unwrap(), []);
    let after = sealer(&world, ring('C', &[])).await;
    assert_eq!(token(&world, &after, &stored).await.unwrap(), "token");
}

#[tokio::test]
async fn under_load_no_change_of_a_secret_is_lost_and_no_row_stays_behind() {
    let world = World::new().await;
    let before = sealer(&world, ring('B', &[])).await;
    let mut stored = Vec::new();
    for number in 0..40 {
        stored.push(with_token(&world, &before, &format!("token-{number}")).await);
    }
    // The running server opens with both keys and seals with the new one.
    let serving = std::sync::Arc::new(sealer(&world, ring('C', &['B'])).await);
    let changes: Vec<_> = stored
        .iter()
        .cloned()
        .step_by(2)
        .map(|destination| {
            let (store, sealer) = (world.store.clone(), serving.clone());
            let scope = world.scope(Permission::DestinationsWrite);
            tokio::spawn(async move {
                for round in 0..5 {
                    let command = change_of_token(&sealer, &destination, &format!("round-{round}"));
                    let (id, act) = (destination.id, act(round));
                    store
                        .change(move |tx| {
                            let applied = destinations::get_for(tx, &scope, id)?.apply(command, &act);
                            destinations::update(tx, &applied.unwrap())
                        })
                        .await
                        .map_err(|error: StoreError| error)
                        .unwrap();
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let both = ring('C', &['B']);
    let total = rotate(&world, &both, 4).await;
    for change in changes {
        change.await.unwrap();
    }
    assert_eq!(total.failed, []);
    assert_eq!(remaining(&world.store, &both).await.unwrap(), []);
    let after = sealer(&world, ring('C', &[])).await;
    for (number, destination) in stored.iter().enumerate() {
        let expected = if number % 2 == 0 { "round-4".to_owned() } else { format!("token-{number}") };
        assert_eq!(token(&world, &after, destination).await.unwrap(), expected);
    }
}
