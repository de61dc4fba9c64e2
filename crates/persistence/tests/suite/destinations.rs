//! One destination: every state comes back as it was stored, foreigners see nothing, a lost race changes nothing.

use domain::{
    access::{EnvironmentRole, Permission},
    destination::{
        Command, Destination, Fingerprint, State, Status,
        change::{Change, Patch},
        draft::{CloudDraft, DestinationType, Draft},
        naming::{ExternalId, Name},
    },
    ids::{DestinationId, UserId, VerificationId},
    secret::{SealedText, StoredSecret},
    verification::{Check, CheckName, CheckOutcome, Mode, Outcome, Verification, VerificationMethod},
};
use persistence::{Changing, Reading, Scope, StoreError, Unique, destinations};
use testkit::database::is_postgres;

use crate::fixture::{World, act, at, fresh, sealed};

fn renamed(destination: Destination, name: &str) -> domain::destination::Applied {
    let change = Change { name: Some(Name::parse(name).unwrap()), ..Change::default() };
    destination.apply(Command::Save(Box::new(change)), &act(50)).unwrap()
}

pub(crate) fn attempt(destination: DestinationId, millis: i64) -> Verification {
    Verification {
        id: VerificationId(fresh()),
        destination,
        outcome: Outcome::Passed,
        mode: Mode::Challenge,
        data_model: None,
        event_type: None,
        checks: vec![Check {
            name: CheckName::Endpoint,
            outcome: CheckOutcome::Passed,
            detail: "It may be called.".to_owned(),
            duration_ms: 1,
        }],
        request: None,
        response: None,
        started_at: at(millis),
        duration_ms: 12,
    }
}

#[tokio::test]
async fn a_destination_comes_back_as_it_was_stored() {
    let world = World::new().await;
    let mut created = world.draft("Nightly labs", 1);
    created.destination.external_id = Some(ExternalId::parse("nightly.labs-1").unwrap());
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    created.destination.credential = Some(credential.reference());
    created.destination.signing_secret = Some(StoredSecret::replacing(None, sealed("signing"), at(1)));
    created.destination.method = VerificationMethod::Get;
    let stored = world.save(created).await.unwrap();
    assert_eq!(world.get(stored.id, world.scope(Permission::DestinationsRead)).await.unwrap(), stored);
}

#[tokio::test]
async fn a_draft_of_each_type_comes_back_as_it_was_stored() {
    let world = World::new().await;
    for draft in [Draft::Untyped, Draft::Standard, Draft::Cloud(CloudDraft::default())] {
        let mut created = world.draft("Draft", 1);
        created.destination.state = State::InProgress(draft);
        let stored = world.save(created).await.unwrap();
        assert_eq!(world.get(stored.id, world.scope(Permission::DestinationsRead)).await.unwrap(), stored);
    }
}

#[tokio::test]
async fn a_verified_destination_keeps_its_token_proof_and_last_attempt() {
    let world = World::new().await;
    let stored = world.save(world.draft("Labs", 1)).await.unwrap();
    let sealed = SealedText { envelope: vec![0, 159, 146, 150], fingerprint: "f00d".to_owned() };
    let change = Change { token: Patch::Value(sealed), ..Change::default() };
    let with_token = stored.apply(Command::Save(Box::new(change)), &act(2)).unwrap();
    let fingerprint = with_token.destination.may_verify().unwrap();
    let record = Command::Record(Box::new(attempt(with_token.destination.id, 3)), fingerprint);
    let verified = with_token.destination.clone().apply(record, &act(4)).unwrap();
    let expected = verified.destination.clone();
    world
        .store
        .change(move |tx| {
            destinations::update(tx, &with_token)?;
            destinations::update(tx, &verified)
        })
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(expected.state.status(), Status::Verified);
    assert_eq!(expected.destination_type(), Some(DestinationType::Standard));
    assert_eq!(world.get(expected.id, world.scope(Permission::DestinationsRead)).await.unwrap(), expected);
}

/// A step writes only the columns that it changes, so each kind of step has to be seen to write all of them.
#[tokio::test]
async fn after_each_kind_of_step_what_is_stored_is_what_the_step_came_to() {
    let world = World::new().await;
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let mut destination = world.save(world.draft("Labs", 1)).await.unwrap();
    let save = |change: Change| Command::Save(Box::new(change));
    let text = |text: &str| ExternalId::parse(text).unwrap();
    let token = |mark: &str| save(Change { token: Patch::Value(sealed(mark)), ..Change::default() });
    let commands = [
        save(Change { name: Some(Name::parse("Other").unwrap()), ..Change::default() }),
        save(Change { external_id: Patch::Value(text("key")), ..Change::default() }),
        token("one"),
        save(Change { method: Patch::Value(VerificationMethod::Get), ..Change::default() }),
        Command::RotateSigningSecret(sealed("signs")),
        Command::Record(Box::new(attempt(destination.id, 5)), Fingerprint("r0".to_owned())),
        save(Change { credential: Patch::Value(credential.reference()), ..Change::default() }),
        Command::Record(Box::new(attempt(destination.id, 6)), Fingerprint("r4".to_owned())),
        Command::CredentialChanged,
        token("two"),
        save(Change { token: Patch::Null, credential: Patch::Null, ..Change::default() }),
        save(Change { external_id: Patch::Null, method: Patch::Null, ..Change::default() }),
    ];
    for (tick, command) in (10..).zip(commands) {
        let told = format!("{command:?}");
        let next = destinations::step(&world.store, {
            let (scope, id) = (world.scope(Permission::DestinationsWrite), destination.id);
            move |tx: &mut Reading<'_>| -> Result<_, StoreError> {
                let found = destinations::get_for(tx, &scope, id)?;
                Ok(found.apply(command.clone(), &act(tick)).unwrap())
            }
        });
        let next = next.await.unwrap();
        assert_ne!(next, destination, "{told}");
        let scope = world.scope(Permission::DestinationsRead);
        assert_eq!(world.get(next.id, scope).await.unwrap(), next, "{told}");
        destination = next;
    }
}

/// Somebody else holds the destination for as long as it takes: a step that is tried waits for nobody, and is then taken
/// behind who was first.
#[tokio::test]
async fn a_step_that_finds_its_destination_held_is_taken_after_who_holds_it() {
    let world = World::new().await;
    let stored = world.save(world.draft("Labs", 1)).await.unwrap();
    let (id, scope) = (stored.id, world.scope(Permission::DestinationsWrite));
    let (held, wait) = std::sync::mpsc::channel();
    let holder = world.store.clone();
    let holds = tokio::spawn(async move {
        let hold = move |tx: &mut Changing<'_>| -> Result<_, StoreError> {
            let found = destinations::get_to_change(tx, &scope, id)?;
            held.send(()).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(100));
            destinations::update(tx, &renamed(found, "First"))
        };
        holder.change(hold).await
    });
    tokio::task::spawn_blocking(move || wait.recv().unwrap()).await.unwrap();
    let second = destinations::step(&world.store, move |tx: &mut Reading<'_>| -> Result<_, StoreError> {
        let found = destinations::get_for(tx, &scope, id)?;
        Ok(renamed(found, "Second"))
    });
    let second = second.await.unwrap();
    holds.await.unwrap().unwrap();
    assert_eq!((second.name.as_str(), second.version), ("Second", 3));
}

#[tokio::test]
async fn a_write_that_comes_second_is_stale_and_changes_nothing() {
    let world = World::new().await;
    let stored = world.save(world.draft("Labs", 1)).await.unwrap();
    let (first, second) = (renamed(stored.clone(), "First"), renamed(stored.clone(), "Second"));
    world.store.change(move |tx| destinations::update(tx, &first)).await.unwrap();
    let events = world.count("audit_events");
    let lost = world.store.change(move |tx| destinations::update(tx, &second)).await;
    assert_eq!(lost, Err(StoreError::Stale));
    assert_eq!(world.count("audit_events"), events);
    let now = world.get(stored.id, world.scope(Permission::DestinationsRead)).await.unwrap();
    assert_eq!((now.name.as_str(), now.version), ("First", 2));
    let late = stored.delete(false, &act(60)).unwrap();
    assert_eq!(world.store.change(move |tx| destinations::delete(tx, &late)).await, Err(StoreError::Stale));
}

#[tokio::test]
async fn a_step_and_its_audit_event_are_written_together_or_not_at_all() {
    let world = World::new().await;
    let stored = world.save(world.draft("Labs", 1)).await.unwrap();
    let mut first = renamed(stored.clone(), "First");
    let event = first.event.as_mut().unwrap();
    event.id = world.draft("x", 0).event.id;
    let reused = event.id;
    let saved = first.clone();
    world.store.change(move |tx| destinations::update(tx, &saved)).await.unwrap();
    let mut second = renamed(first.destination, "Second");
    second.event.as_mut().unwrap().id = reused;
    let failed = world.store.change(move |tx| destinations::update(tx, &second)).await;
    assert_eq!(failed, Err(StoreError::Duplicate(Unique::AuditEventId)));
    let now = world.get(stored.id, world.scope(Permission::DestinationsRead)).await.unwrap();
    assert_eq!(now.name.as_str(), "First");
}

#[tokio::test]
async fn a_deleted_destination_is_gone_and_its_trail_stays() {
    let world = World::new().await;
    let stored = world.save(world.draft("Labs", 1)).await.unwrap();
    let deleted = stored.delete(false, &act(2)).unwrap();
    let events = world.count("audit_events");
    world.store.change(move |tx| destinations::delete(tx, &deleted)).await.unwrap();
    let found = world.get(stored.id, world.scope(Permission::DestinationsRead)).await;
    assert_eq!(found, Err(StoreError::NotFound));
    assert_eq!(world.count("audit_events"), events + 1);
}

#[tokio::test]
async fn each_broken_promise_is_named() {
    let world = World::new().await;
    let stored = world.save(world.draft("Labs", 1)).await.unwrap();
    let mut twin = world.draft("Twin", 2);
    twin.destination.id = stored.id;
    assert_eq!(world.save(twin).await, Err(StoreError::Duplicate(Unique::DestinationId)));
    let key = ExternalId::parse("same").unwrap();
    let (mut one, mut two) = (world.draft("One", 3), world.draft("Two", 4));
    one.destination.external_id = Some(key.clone());
    two.destination.external_id = Some(key.clone());
    let first = world.save(one).await.unwrap();
    assert_eq!(world.save(two).await, Err(StoreError::Duplicate(Unique::DestinationExternalId)));
    let (scope, environment) = (world.scope(Permission::DestinationsWrite), world.environments[1]);
    let found =
        world.store.read(move |tx| destinations::find_by_external_id(tx, &scope, environment, &key)).await;
    assert_eq!(found, Ok(Some(first)));
}

#[tokio::test]
async fn who_sees_and_changes_what_is_the_contracts_table() {
    let world = World::new().await;
    let stored = world.save(world.draft("Labs", 1)).await.unwrap();
    let viewer = world.person(Some(EnvironmentRole::Viewer), false).await;
    let stranger = world.person(None, false).await;
    let staff = world.person(None, true).await;
    let ask =
        async |user, permission| world.get(stored.id, Scope { user, permission }).await.map(|found| found.id);
    assert_eq!(ask(viewer, Permission::DestinationsRead).await, Ok(stored.id));
    assert_eq!(ask(viewer, Permission::DestinationsWrite).await, Err(StoreError::Forbidden));
    assert_eq!(ask(stranger, Permission::DestinationsRead).await, Err(StoreError::NotFound));
    assert_eq!(ask(UserId(fresh()), Permission::DestinationsRead).await, Err(StoreError::NotFound));
    assert_eq!(ask(staff, Permission::DestinationsDelete).await, Ok(stored.id));
}

#[tokio::test]
async fn a_value_that_does_not_parse_is_corrupt_by_name() {
    let world = World::new().await;
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    for (column, value) in [
        ("status", "'odd'"),
        ("name", "''"),
        ("type", "'odd'"),
        ("endpoint", "'nowhere'"),
        ("endpoint", "null"),
        ("verification_method", "'PUT'"),
        ("created_at", "'2026-99-99T00:00:00.000Z'"),
        ("credential_strategy", "'odd'"),
        ("external_id", "'a b'"),
    ] {
        let mut created = world.draft("Labs", 1);
        created.destination.credential = Some(credential.reference());
        let stored = world.save(created).await.unwrap();
        let damage = format!("update destinations set {column} = {value} where id = '{}'", stored.id);
        // PostgreSQL has types, and does not even take some of these.
        if let Err(refused) = world.raw().try_execute(&damage) {
            assert!(is_postgres(), "{refused}");
            continue;
        }
        let found = world.get(stored.id, world.scope(Permission::DestinationsRead)).await;
        let corrupt = StoreError::Corrupt { table: "destinations", column, id: stored.id.to_string() };
        assert_eq!(found, Err(corrupt), "{column} = {value}");
    }
}
