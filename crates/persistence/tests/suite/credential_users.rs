//! The destinations that use a credential: who they are, and what its change does to them.

use domain::{
    access::Permission,
    credential::Credential,
    destination::{Command, Destination, Rejection, Status},
    ids::AuditEventId,
};
use persistence::{StoreError, credentials, destinations};

use crate::{
    destinations::attempt,
    fixture::{World, act, fresh},
};

/// A destination with the credential, made at that time and then verified, if it is to be.
async fn user(world: &World, credential: &Credential, millis: i64, verified: bool) -> Destination {
    let mut created = world.draft(&format!("Labs {millis}"), millis);
    created.destination.credential = Some(credential.reference());
    let stored = world.save(created).await.unwrap();
    if !verified {
        return stored;
    }
    let proves = stored.may_verify().unwrap();
    let record = Command::Record(Box::new(attempt(stored.id, millis)), proves);
    let applied = stored.apply(record, &act(millis)).unwrap();
    let verified = applied.destination.clone();
    world.store.change(move |tx| destinations::update(tx, &applied)).await.unwrap();
    verified
}

async fn take_back(world: &World, credential: &Credential) -> usize {
    let id = credential.id;
    let job = move |tx: &mut persistence::Changing<'_>| {
        credentials::take_back(tx, id, &act(900), || AuditEventId(fresh()))
    };
    world.store.change(job).await.map_err(|error: StoreError| error).unwrap()
}

async fn now(world: &World, destination: &Destination) -> Destination {
    world.get(destination.id, world.scope(Permission::DestinationsRead)).await.unwrap()
}

#[tokio::test]
async fn users_are_named_the_oldest_first_and_no_more_than_asked_for() {
    let world = World::new().await;
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let other = world.save_credential(world.credential("Other", 1)).await.unwrap();
    let mut expected = Vec::new();
    for millis in [2, 3, 4] {
        let stored = user(&world, &credential, millis, false).await;
        user(&world, &other, millis, false).await;
        expected.push((stored.id, stored.name));
    }
    let id = credential.id;
    let ask = async |limit| world.store.read(move |tx| credentials::users_of(tx, id, limit)).await.unwrap();
    assert_eq!(ask(10).await, expected);
    assert_eq!(ask(2).await, expected[..2]);
}

#[tokio::test]
async fn verified_users_are_configured_again_each_with_its_own_event() {
    let world = World::new().await;
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let mut users = Vec::new();
    for millis in 0..230 {
        users.push(user(&world, &credential, millis, true).await);
    }
    let events = world.count("audit_events");
    assert_eq!(take_back(&world, &credential).await, users.len());
    assert_eq!(world.count("audit_events"), events + 230);
    for before in &users {
        let after = now(&world, before).await;
        assert_eq!(after.state.status(), Status::Configured);
        assert_eq!((after.revision, after.version), (before.revision + 1, before.version + 1));
    }
    assert_eq!(take_back(&world, &credential).await, 0);
}

#[tokio::test]
async fn an_attempt_under_way_with_the_old_credential_proves_nothing() {
    let world = World::new().await;
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let configured = user(&world, &credential, 2, false).await;
    let proves = configured.may_verify().unwrap();
    let events = world.count("audit_events");
    assert_eq!(take_back(&world, &credential).await, 0);
    assert_eq!(world.count("audit_events"), events);
    let after = now(&world, &configured).await;
    assert_eq!((after.revision, after.version), (configured.revision + 1, configured.version));
    let passed = Command::Record(Box::new(attempt(after.id, 3)), proves);
    let recorded = after.apply(passed, &act(4)).unwrap();
    assert_eq!(recorded.destination.state.status(), Status::Configured);
}

#[tokio::test]
async fn destinations_with_another_credential_stay_verified() {
    let world = World::new().await;
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let other = world.save_credential(world.credential("Other", 1)).await.unwrap();
    let stranger = user(&world, &other, 2, true).await;
    let own = user(&world, &credential, 3, true).await;
    assert_eq!(take_back(&world, &credential).await, 1);
    assert_eq!(now(&world, &stranger).await, stranger);
    assert_eq!(now(&world, &own).await.state.status(), Status::Configured);
}

#[tokio::test]
async fn the_change_and_what_it_takes_back_are_kept_together_or_not_at_all() {
    let world = World::new().await;
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let own = user(&world, &credential, 3, true).await;
    let id = credential.id;
    let failed: Result<(), StoreError> = world
        .store
        .change(move |tx| {
            credentials::take_back(tx, id, &act(900), || AuditEventId(fresh()))?;
            Err(StoreError::Stale)
        })
        .await;
    assert_eq!(failed, Err(StoreError::Stale));
    assert_eq!(now(&world, &own).await, own);
    // And a destination without anything proved has nothing to be taken back.
    let draft = world.draft("Draft", 5).destination;
    let applied: Result<_, Rejection> = draft.apply(Command::CredentialChanged, &act(6));
    applied.unwrap();
}
