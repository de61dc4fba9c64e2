//! The state machine under test: any sequence of commands keeps the invariants, and a table of every state and
//! command, printed.

use std::fmt::Write;

use proptest::prelude::*;
use uuid::Uuid;

use super::{
    Applied, Command, Created, Destination, Fingerprint, Rejection, State,
    change::{Change, CloudPatch, Patch},
    draft::DestinationType,
    naming::{ExternalId, Name},
};
use crate::{
    audit::Act,
    credential::{CredentialRef, find_strategy},
    endpoint::Endpoint,
    environment::{EnvironmentFlag, EnvironmentRef},
    ids::{AuditEventId, CredentialId, DestinationId, EnvironmentId, OrganizationId, VerificationId},
    refusal::Refusal,
    secret::SealedText,
    time::Timestamp,
    verification::{Mode, Outcome, Verification, VerificationMethod},
};

fn act(tick: i64) -> Act {
    Act {
        event_id: AuditEventId(Uuid::from_u128(9)),
        actor: None,
        request_id: None,
        now: Timestamp::from_millis(1_790_000_000_000 + tick).unwrap(),
    }
}

fn environment(flag: EnvironmentFlag) -> EnvironmentRef {
    EnvironmentRef { id: EnvironmentId(Uuid::from_u128(1)), organization: OrganizationId(1), flag }
}

fn named(name: &str) -> Change {
    Change { name: Some(Name::parse(name).unwrap()), ..Change::default() }
}

fn endpoint(url: &str) -> Change {
    Change { endpoint: Patch::Value(Endpoint::parse(url).unwrap()), ..Change::default() }
}

fn token(mark: &str) -> Change {
    Change { token: Patch::Value(sealed(mark)), ..Change::default() }
}

fn sealed(mark: &str) -> SealedText {
    SealedText { envelope: mark.as_bytes().to_vec(), fingerprint: mark.to_owned() }
}

fn credential(strategy: &str) -> Change {
    let strategy = find_strategy(strategy).unwrap();
    let id = if strategy.key == "Basic" { 5 } else { 6 };
    let credential = CredentialRef { id: CredentialId(Uuid::from_u128(id)), strategy };
    Change { credential: Patch::Value(credential), ..Change::default() }
}

fn bucket(name: Patch<String>) -> Change {
    let cloud = CloudPatch {
        type_id: Patch::Value("aws".to_owned()),
        product_id: Patch::Value("s3".to_owned()),
        settings: Patch::Value(vec![
            ("bucketName".to_owned(), name),
            ("region".to_owned(), Patch::Value("us-east-1".to_owned())),
        ]),
    };
    Change { cloud: Patch::Value(cloud), ..Change::default() }
}

fn verification(outcome: Outcome) -> Box<Verification> {
    Box::new(Verification {
        id: VerificationId(Uuid::from_u128(7)),
        destination: DestinationId(Uuid::from_u128(2)),
        outcome,
        mode: Mode::Challenge,
        data_model: None,
        event_type: None,
        checks: Vec::new(),
        request: None,
        response: None,
        started_at: act(0).now,
        duration_ms: 1,
    })
}

fn create(flag: EnvironmentFlag, change: Change) -> Destination {
    let Created { destination, .. } =
        Destination::create(DestinationId(Uuid::from_u128(2)), environment(flag), change, &act(0)).unwrap();
    destination
}

fn save(destination: Destination, change: Change) -> Result<Applied, Rejection> {
    destination.apply(Command::Save(Box::new(change)), &act(1))
}

/// A command of the property test; `Record` takes the fingerprint of now or of an older configuration.
#[derive(Debug, Clone)]
enum Move {
    Save(Box<Change>),
    Record { passed: bool, current: bool },
    Skip,
    CredentialChanged,
    RotateSigningSecret(&'static str),
}

fn patches<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = Patch<T>> {
    prop_oneof![
        6 => Just(Patch::Absent),
        1 => Just(Patch::Null),
        3 => prop::sample::select(values).prop_map(Patch::Value),
    ]
}

fn moves() -> impl Strategy<Value = Move> {
    let urls = ["https://a.example.org/in", "https://b.example.org/", "http://c.example.org/"];
    let endpoints = urls.map(|url| Endpoint::parse(url).unwrap()).to_vec();
    let clouds = [bucket(Patch::Value("labs".into())), bucket(Patch::Null), bucket(Patch::Value("x".into()))]
        .map(|change| change.cloud.value().cloned().unwrap())
        .to_vec();
    let tokens = ["aa", "bb"].map(|mark| token(mark).token.value().cloned().unwrap()).to_vec();
    let credentials =
        ["AwsSigv4", "Basic"].map(|key| credential(key).credential.value().copied().unwrap()).to_vec();
    let save = (
        prop::option::of(prop::sample::select(vec![
            Name::parse("one").unwrap(),
            Name::parse("two").unwrap(),
        ])),
        patches(vec![DestinationType::Standard, DestinationType::Cloud]),
        patches(endpoints),
        patches(clouds),
        patches(credentials),
        patches(tokens),
        patches(vec![VerificationMethod::Get, VerificationMethod::Post]),
        patches(vec![ExternalId::parse("labs-1").unwrap()]),
    )
        .prop_map(|(name, destination_type, endpoint, cloud, credential, token, method, external_id)| {
            let change =
                Change { external_id, name, destination_type, endpoint, cloud, credential, token, method };
            Move::Save(Box::new(change))
        });
    prop_oneof![
        6 => save,
        3 => (any::<bool>(), any::<bool>()).prop_map(|(passed, current)| Move::Record { passed, current }),
        1 => Just(Move::Skip),
        1 => Just(Move::CredentialChanged),
        1 => prop::sample::select(vec!["cc", "dd"]).prop_map(Move::RotateSigningSecret),
    ]
}

fn play(destination: Destination, step: &Move, tick: i64) -> Result<Applied, Rejection> {
    let command = match step {
        Move::Save(change) => Command::Save(change.clone()),
        Move::Record { passed, current } => {
            let outcome = if *passed { Outcome::Passed } else { Outcome::Failed };
            let fingerprint = if *current { destination.fingerprint() } else { Fingerprint("r0".to_owned()) };
            Command::Record(verification(outcome), fingerprint)
        }
        Move::Skip => Command::Skip(verification(Outcome::Skipped)),
        Move::CredentialChanged => Command::CredentialChanged,
        Move::RotateSigningSecret(mark) => Command::RotateSigningSecret(sealed(mark)),
    };
    destination.apply(command, &act(tick))
}

fn check_invariants(before: &Destination, step: &Move, after: &Applied) -> Result<(), TestCaseError> {
    let next = &after.destination;
    prop_assert_eq!(&after.before, before);
    prop_assert_eq!(next.version, before.version + i64::from(after.event.is_some()));
    prop_assert_eq!(after.event.is_none(), next == before, "an event exactly when something changed");
    prop_assert!(next.revision >= before.revision);
    prop_assert_eq!(
        (next.id, next.environment, next.created_at),
        (before.id, before.environment, before.created_at)
    );
    prop_assert_eq!(next.next_step().is_none(), matches!(next.state, State::Verified(..)));
    if before.is_type_locked() {
        prop_assert_eq!(next.destination_type(), before.destination_type());
        prop_assert!(next.is_type_locked());
    }
    if let State::Verified(configuration, proof) = &next.state {
        prop_assert_eq!(&proof.fingerprint, &next.fingerprint());
        if !matches!(before.state, State::Verified(..)) {
            prop_assert!(next.has_auth_for(configuration) || !matches!(step, Move::Skip));
            let proving = matches!(step, Move::Skip | Move::Record { passed: true, current: true });
            prop_assert!(proving, "only a pass or a skip verifies");
        }
        prop_assert!(!proof.skipped || next.environment.flag == EnvironmentFlag::Production);
    }
    if let Move::Record { passed: false, .. } = step {
        prop_assert_eq!(&next.state, &before.state, "a failed attempt leaves the state as it is");
    }
    if let Move::RotateSigningSecret(_) = step {
        prop_assert_eq!(
            (&next.state, next.revision),
            (&before.state, before.revision),
            "signing proves nothing"
        );
    }
    if let Move::CredentialChanged = step {
        prop_assert!(next.credential.is_none() || !matches!(next.state, State::Verified(..)));
        let stale = next.credential.is_some() && next.is_type_locked();
        prop_assert_eq!(next.revision > before.revision, stale, "no attempt begun before fits any more");
    }
    if let (Some(configuration), Some(credential)) = (next.configuration(), next.credential) {
        let accepted = configuration.product().map(|product| product.description.strategies);
        prop_assert!(accepted.is_none_or(|keys| keys.contains(&credential.strategy.key)));
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_sequence_of_commands_keeps_the_invariants(
        flag in prop::sample::select(EnvironmentFlag::ALL.to_vec()),
        steps in prop::collection::vec(moves(), 1..40),
    ) {
        let mut destination = create(flag, named("first"));
        let mut replayed = destination.clone();
        for (tick, step) in (1..).zip(&steps) {
            let again = play(replayed.clone(), step, tick);
            match play(destination.clone(), step, tick) {
                Ok(applied) => {
                    check_invariants(&destination, step, &applied)?;
                    if let Move::Save(change) = step {
                        let twice = save(applied.destination.clone(), Change::clone(change)).unwrap();
                        prop_assert!(twice.event.is_none(), "the same edit again changes nothing");
                    }
                    replayed = again.unwrap().destination;
                    destination = applied.destination;
                    prop_assert_eq!(&replayed, &destination, "the same commands give the same state");
                }
                Err(Rejection::Refused(refusal)) => {
                    prop_assert!(
                        matches!(
                            (refusal, step),
                            (Refusal::TypeLocked, Move::Save(_))
                                | (Refusal::SkipNotAllowed | Refusal::NotConfigured | Refusal::AuthMissing, Move::Skip)
                        ),
                        "{refusal:?} for {step:?}"
                    );
                }
                Err(Rejection::Invalid(faults)) => prop_assert!(!faults.is_empty()),
            }
        }
    }
}

/// One destination in each state.
fn states() -> [(&'static str, Destination); 6] {
    let started = create(EnvironmentFlag::Production, named("labs"));
    let done = save(started, endpoint("https://a.example.org/")).unwrap().destination;
    let configured = save(done, token("aa")).unwrap().destination;
    let fingerprint = configured.fingerprint();
    let passed = Command::Record(verification(Outcome::Passed), fingerprint);
    let verified = configured.clone().apply(passed, &act(3)).unwrap().destination;
    let cloud = create(EnvironmentFlag::Staging, named("c"));
    let cloud = save(cloud, bucket(Patch::Value("labs".into()))).unwrap().destination;
    let attached = save(cloud.clone(), credential("AwsSigv4")).unwrap().destination;
    let passed = Command::Record(verification(Outcome::Passed), attached.fingerprint());
    let proved = attached.clone().apply(passed, &act(3)).unwrap().destination;
    [
        ("in progress", create(EnvironmentFlag::Development, named("labs"))),
        ("configured", configured),
        ("verified", verified),
        ("cloud", cloud),
        ("cloud with credential", attached),
        ("cloud verified", proved),
    ]
}

/// One edit of each kind.
fn edits() -> Vec<(&'static str, Change)> {
    let typed = |destination_type| Change { destination_type, ..Change::default() };
    vec![
        ("rename", named("other")),
        ("same endpoint", endpoint("https://a.example.org/")),
        ("other endpoint", endpoint("https://b.example.org/")),
        ("plain http", endpoint("http://a.example.org/")),
        ("no endpoint", Change { endpoint: Patch::Null, ..Change::default() }),
        ("same token", token("aa")),
        ("other token", token("bb")),
        ("no token", Change { token: Patch::Null, ..Change::default() }),
        ("method", Change { method: Patch::Value(VerificationMethod::Get), ..Change::default() }),
        ("type standard", typed(Patch::Value(DestinationType::Standard))),
        ("type cloud", typed(Patch::Value(DestinationType::Cloud))),
        ("type null", typed(Patch::Null)),
        ("bucket", bucket(Patch::Value("labs".into()))),
        ("other bucket", bucket(Patch::Value("other".into()))),
        ("bucket cleared", bucket(Patch::Null)),
        ("bad bucket", bucket(Patch::Value("!".into()))),
        ("fitting credential", credential("AwsSigv4")),
        ("other credential", credential("Basic")),
        ("no credential", Change { credential: Patch::Null, ..Change::default() }),
    ]
}

fn in_words(result: Result<Applied, Rejection>) -> String {
    match result {
        Ok(Applied { destination, event, .. }) => {
            let step = destination.next_step().map_or("done", |step| step.name());
            let mark = if event.is_none() { "unchanged" } else { "changed" };
            format!("{mark}: {}, {step}", destination.state.status().name())
        }
        Err(Rejection::Refused(refusal)) => refusal.slug().to_owned(),
        Err(Rejection::Invalid(faults)) => {
            let faults = faults.into_vec();
            let words = faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.slug()));
            words.collect::<Vec<_>>().join(", ")
        }
    }
}

#[test]
fn every_state_and_command_does_what_the_contract_says() {
    let mut table = String::new();
    for (state, destination) in states() {
        for (name, change) in edits() {
            writeln!(table, "{state} + {name} = {}", in_words(save(destination.clone(), change))).unwrap();
        }
        for (name, command) in [
            ("credential changed", Command::CredentialChanged),
            ("signing secret", Command::RotateSigningSecret(sealed("cc"))),
        ] {
            let applied = destination.clone().apply(command, &act(9)).unwrap();
            let action = applied.event.as_ref().map_or("no event", |event| event.action.name());
            writeln!(table, "{state} + {name} = {action}, {}", in_words(Ok(applied.clone()))).unwrap();
        }
        let may = destination.may_verify().map_or_else(|refusal| refusal.slug(), |_| "yes");
        let skip = destination.clone().apply(Command::Skip(verification(Outcome::Skipped)), &act(9));
        let delete =
            |staff| destination.delete(staff, &act(9)).map_or_else(|refusal| refusal.slug(), |_| "yes");
        writeln!(table, "{state}: verify {may}; skip {}", in_words(skip)).unwrap();
        writeln!(table, "{state}: delete {}; by staff {}", delete(false), delete(true)).unwrap();
    }
    insta::assert_snapshot!(table);
}
