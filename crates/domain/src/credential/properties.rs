//! Credentials under test: each strategy's rules, what a change changes, and the forms' own promises.

use proptest::prelude::*;
use uuid::Uuid;

use super::{
    Changed, Created, Credential, CredentialChange, KEYS, Material, MissingField, Strategy, find_strategy,
};
use crate::{
    audit::{Act, Action},
    destination::{
        change::Patch,
        naming::{ExternalId, Name},
    },
    environment::{EnvironmentFlag, EnvironmentRef},
    fault::Faults,
    form::{Edit, Field, FieldValue, properties::any_value},
    ids::{AuditEventId, CredentialId, DestinationId, EnvironmentId, OrganizationId},
    refusal::Refusal,
    secret::{SealedText, SecretText},
    time::Timestamp,
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

fn sealed(mark: &str) -> Patch<SealedText> {
    Patch::Value(SealedText { envelope: mark.as_bytes().to_vec(), fingerprint: mark.to_owned() })
}

fn text(name: &str, value: &str) -> (String, Option<Edit>) {
    (name.to_owned(), Some(Edit::Set(FieldValue::Text(value.to_owned()))))
}

/// A change that gives every required field its example.
fn required(strategy: &Strategy) -> CredentialChange {
    let needed = || strategy.fields.iter().filter(|field| field.required);
    let value = |field: &Field| (field.name.to_owned(), Some(Edit::Set(field.example.into())));
    CredentialChange {
        name: Some(Name::parse("Labs").unwrap()),
        fields: needed().filter(|field| !field.secret).map(value).collect(),
        secrets: needed().filter(|field| field.secret).map(|field| (field.name, sealed("aa"))).collect(),
        ..CredentialChange::default()
    }
}

/// The least that makes a whole credential of this strategy.
fn whole(key: &str) -> CredentialChange {
    let mut change = required(find_strategy(key).unwrap());
    if key == "OAuth_2.0_2-legged" {
        change.fields.push(text("clientId", "labs"));
        change.secrets.push(("clientSecret", sealed("aa")));
    }
    change
}

fn create_in(flag: EnvironmentFlag, key: &str, change: CredentialChange) -> Result<Created, Faults> {
    let strategy = find_strategy(key).unwrap();
    Credential::create(CredentialId(Uuid::from_u128(5)), environment(flag), strategy, change, &act(0))
}

fn create(key: &str, change: CredentialChange) -> Result<Credential, Faults> {
    create_in(EnvironmentFlag::Staging, key, change).map(|created| created.credential)
}

/// The faults of `change` on top of what the strategy needs at least, as `pointer code`.
fn faults_of(key: &str, change: CredentialChange) -> Vec<String> {
    let mut all = whole(key);
    all.fields.extend(change.fields);
    all.secrets.extend(change.secrets);
    words(create(key, all).map(|_| ()))
}

fn words(result: Result<(), Faults>) -> Vec<String> {
    let faults = result.err().map(Faults::into_vec).unwrap_or_default();
    faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.slug())).collect()
}

fn fields(values: &[(&str, &str)]) -> CredentialChange {
    let fields = values.iter().map(|(name, value)| text(name, value)).collect();
    CredentialChange { fields, ..CredentialChange::default() }
}

fn opened(credential: &Credential) -> Vec<(&'static str, SecretText)> {
    credential.secrets.iter().map(|(name, _)| (*name, SecretText::from("plain".to_owned()))).collect()
}

#[test]
fn the_required_fields_make_a_credential_and_its_material() {
    for key in KEYS {
        let credential = create(key, whole(key)).unwrap();
        let strategy = credential.strategy;
        Material::build(strategy, &credential.fields, opened(&credential)).unwrap();
        let names: Vec<_> = strategy.fields.iter().filter(|field| field.required).collect();
        let bare = CredentialChange { name: Some(Name::parse("x").unwrap()), ..CredentialChange::default() };
        let missing = words(create(key, bare).map(|_| ()));
        for field in names {
            assert!(missing.contains(&format!("#/{} required", field.name)), "{key} {missing:?}");
        }
        let error = Material::build(strategy, &Default::default(), Vec::new()).unwrap_err();
        assert_eq!(error.strategy, key);
    }
}

#[test]
fn a_material_shows_no_secret_in_debug_output() {
    for key in KEYS {
        let credential = create(key, whole(key)).unwrap();
        let material = Material::build(credential.strategy, &credential.fields, opened(&credential)).unwrap();
        assert!(!format!("{material:?}").contains("plain"), "{key}");
    }
}

#[test]
fn defaults_are_used_where_nothing_is_given() {
    let credential = create("OAuth_2.0_2-legged", whole("OAuth_2.0_2-legged")).unwrap();
    let material = Material::build(credential.strategy, &credential.fields, opened(&credential)).unwrap();
    let Material::OAuthTwoLegged(oauth) = material else { panic!("another strategy's material") };
    assert_eq!(
        (oauth.grant_type_name.as_str(), oauth.access_token_name.as_str()),
        ("grant_type", "access_token")
    );
    assert_eq!((oauth.no_basic, oauth.default_expiration_seconds), (false, 300));
    assert_eq!(credential.fields.iter().count(), 3, "defaults are not stored");
    let smart = create("SMART_Backend", whole("SMART_Backend")).unwrap();
    let material = Material::build(smart.strategy, &smart.fields, opened(&smart)).unwrap();
    let Material::SmartBackend(smart) = material else { panic!("another strategy's material") };
    assert_eq!((smart.audience.as_str(), smart.algorithm.name()), (smart.url.as_str(), "RS384"));
}

#[test]
fn a_stored_credential_that_lacks_a_secret_has_no_material() {
    let credential = create("Basic", whole("Basic")).unwrap();
    let error = Material::build(credential.strategy, &credential.fields, Vec::new()).unwrap_err();
    assert_eq!(error, MissingField { strategy: "Basic", field: "password" });
    assert_eq!(error.to_string(), "the stored credential has no usable password for Basic");
}

#[test]
fn fields_that_belong_together_are_asked_for_together() {
    const OAUTH: &str = "OAuth_2.0_2-legged";
    let cases: [(&[(&str, &str)], &str); 7] = [
        (&[("username", "labs")], "#/password required"),
        (&[("customFieldName", "tenant")], "#/customFieldValue required"),
        (&[("customFieldValue", "labs")], "#/customFieldName required"),
        (&[("clientIdName", "grant_type")], "#/clientIdName conflicting-fields"),
        (&[("customFieldName", "scope"), ("customFieldValue", "x")], "#/customFieldName conflicting-fields"),
        (&[("contentType", "text/plain")], "#/contentType invalid-value"),
        (&[("noBasic", "yes")], "#/noBasic invalid-value"),
    ];
    for (given, fault) in cases {
        assert_eq!(faults_of(OAUTH, fields(given)), [fault], "{given:?}");
    }
    let without_client = required(find_strategy(OAUTH).unwrap());
    assert_eq!(words(create(OAUTH, without_client.clone()).map(|_| ())), ["#/clientId required"]);
    let mut by_user = without_client;
    by_user.fields.push(text("username", "labs"));
    by_user.secrets.push(("password", sealed("aa")));
    assert_eq!(words(create(OAUTH, by_user).map(|_| ())), [""; 0]);
    let password =
        CredentialChange { secrets: vec![("password", sealed("a"))], ..CredentialChange::default() };
    assert_eq!(faults_of(OAUTH, password), ["#/username required"]);
    let delegates = Edit::Set(FieldValue::Texts(vec!["relay".to_owned()]));
    let delegates = vec![("delegates".to_owned(), Some(delegates))];
    let delegates = CredentialChange { fields: delegates, ..CredentialChange::default() };
    assert_eq!(faults_of("GoogleWIF", delegates), ["#/service_account_impersonation_url required"]);
}

#[test]
fn a_header_that_is_not_the_credentials_to_set_is_refused() {
    for name in [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "Connection",
        "Proxy-Authorization",
        "X-Forwarded-For",
        "Metadata-Flavor",
        "Metadata",
        "X-aws-ec2-metadata-token",
        "verification-token",
        "webhook-signature",
        "User-Agent",
        "Content-Type",
    ] {
        assert_eq!(
            faults_of("ApiKey", fields(&[("headerName", name)])),
            ["#/headerName invalid-value"],
            "{name}"
        );
    }
    for name in ["X-Api-Key", "Authorization", "Ocp-Apim-Subscription-Key", "apikey", "Cookie"] {
        assert_eq!(faults_of("ApiKey", fields(&[("headerName", name)])), [""; 0], "{name}");
    }
    assert_eq!(faults_of("ApiKey", fields(&[("headerName", "X Key:")])), ["#/headerName invalid-format"]);
    assert_eq!(faults_of("Basic", fields(&[("username", "a:b")])), ["#/username invalid-format"]);
}

#[test]
fn claims_with_fields_of_their_own_are_refused() {
    let members = ["exp", "sub", "tenant"].map(|name| text(name, "x")).to_vec();
    let claims = vec![("claims".to_owned(), Some(Edit::Merge(members)))];
    let change = CredentialChange { fields: claims, ..CredentialChange::default() };
    let expected = ["#/claims/sub conflicting-fields", "#/claims/exp conflicting-fields"];
    assert_eq!(faults_of("JWT_Bearer", change), expected);
}

#[test]
fn every_fault_is_told_at_once() {
    let change = CredentialChange {
        organization: Some(OrganizationId(2)),
        environment: Some(EnvironmentId(Uuid::from_u128(2))),
        strategy: Some("Basic".to_owned()),
        fields: vec![text("url", "http://auth.example.org/token"), text("colour", "red"), text("keyId", "")],
        secrets: vec![("clientSecret", sealed("aa"))],
        ..CredentialChange::default()
    };
    assert_eq!(
        words(create("SMART_Backend", change).map(|_| ())),
        [
            "#/organization mismatch",
            "#/environmentId mismatch",
            "#/authStrategy mismatch",
            "#/name required",
            "#/colour unknown-field",
            "#/keyId too-short",
            "#/url https-required",
            "#/clientSecret unknown-field",
            "#/clientId required",
            "#/privateKey required",
        ]
    );
}

#[test]
fn plain_http_is_for_development_here_too() {
    let change = || {
        let mut change = whole("SMART_Backend");
        change.fields.retain(|(name, _)| name != "url");
        change.fields.push(text("url", "http://auth.example.org/token"));
        change
    };
    assert!(create_in(EnvironmentFlag::Development, "SMART_Backend", change()).is_ok());
    assert!(create_in(EnvironmentFlag::Production, "SMART_Backend", change()).is_err());
}

#[test]
fn a_change_counts_and_an_equal_value_changes_nothing() {
    let stored = create("Basic", whole("Basic")).unwrap();
    let same = stored.clone().change(whole("Basic"), &act(1)).unwrap();
    assert_eq!(
        (same.credential, same.event.is_none(), same.takes_back_destinations),
        (stored.clone(), true, false)
    );
    let renamed = CredentialChange {
        name: Some(Name::parse("Other").unwrap()),
        external_id: Patch::Value(ExternalId::parse("labs").unwrap()),
        ..CredentialChange::default()
    };
    let renamed = stored.clone().change(renamed, &act(1)).unwrap();
    assert_eq!((renamed.credential.version, renamed.credential.revision), (2, 1));
    assert!(!renamed.takes_back_destinations);
    let secret =
        CredentialChange { secrets: vec![("password", sealed("bb"))], ..CredentialChange::default() };
    let Changed { credential, seen_version, event, takes_back_destinations } =
        stored.clone().change(secret, &act(1)).unwrap();
    assert_eq!((credential.version, credential.revision, seen_version), (2, 2, 1));
    assert!(takes_back_destinations);
    let event = event.unwrap();
    assert_eq!(event.action, Action::CredentialUpdated);
    let [change] = event.changes.as_slice() else { panic!("{:?}", event.changes) };
    assert_eq!((change.field.as_ref(), change.after.as_deref()), ("password", Some("version 2")));
    assert_eq!(credential.secret("password").unwrap().version, 2);
    let cleared =
        CredentialChange { secrets: vec![("password", Patch::Null)], ..CredentialChange::default() };
    assert_eq!(words(stored.change(cleared, &act(1)).map(|_| ())), ["#/password required"]);
}

#[test]
fn strategy_and_environment_stay() {
    let stored = create("Basic", whole("Basic")).unwrap();
    let same = CredentialChange {
        strategy: Some("Basic".to_owned()),
        environment: Some(stored.environment.id),
        organization: Some(stored.environment.organization),
        ..CredentialChange::default()
    };
    assert!(stored.clone().change(same, &act(1)).unwrap().event.is_none());
    let moved = CredentialChange {
        strategy: Some("ApiKey".to_owned()),
        environment: Some(EnvironmentId(Uuid::from_u128(2))),
        ..CredentialChange::default()
    };
    let faults = words(stored.change(moved, &act(1)).map(|_| ()));
    assert_eq!(faults, ["#/environmentId mismatch", "#/authStrategy mismatch"]);
}

#[test]
fn a_credential_in_use_is_not_deleted() {
    let stored = create("Basic", whole("Basic")).unwrap();
    let user = (DestinationId(Uuid::from_u128(2)), Name::parse("Labs").unwrap());
    assert_eq!(stored.delete(&[user], &act(1)).map(|_| ()), Err(Refusal::CredentialInUse));
    let deleted = stored.delete(&[], &act(1)).unwrap();
    assert_eq!((deleted.id, deleted.event.action), (stored.id, Action::CredentialDeleted));
}

#[test]
fn an_object_is_merged_and_a_number_is_told_from_its_digits() {
    let claims = |members: Vec<(&str, Option<FieldValue>)>| {
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value.map(Edit::Set)));
        let claims = vec![("claims".to_owned(), Some(Edit::Merge(members.collect())))];
        CredentialChange { fields: claims, ..CredentialChange::default() }
    };
    let stored = create("JWT_Bearer", whole("JWT_Bearer")).unwrap();
    let one = FieldValue::Integer(1);
    let first = claims(vec![("a", Some(one.clone())), ("b", Some(one.clone()))]);
    let stored = stored.change(first, &act(1)).unwrap().credential;
    let second = claims(vec![("b", None), ("c", None), ("d", Some(one.clone()))]);
    let stored = stored.change(second, &act(2)).unwrap().credential;
    let expected = vec![("a".to_owned(), one.clone()), ("d".to_owned(), one)];
    assert_eq!(stored.fields.get("claims"), Some(&FieldValue::Object(expected)));
    let changed = stored.change(claims(vec![("a", Some(FieldValue::Text("1".into())))]), &act(3)).unwrap();
    assert!(changed.event.is_some() && changed.takes_back_destinations);
}

proptest! {
    #[test]
    fn any_change_counts_once_and_the_same_change_again_changes_nothing(
        key in prop::sample::select(KEYS.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(any_value())), 0..4),
        mark in prop::option::of("[ab]{2}"),
    ) {
        let stored = create(key, whole(key)).unwrap();
        let form = stored.strategy.fields;
        let fields = edits.into_iter().map(|(at, value)| (form[at.index(form.len())].name.to_owned(), value.map(Edit::Set)));
        let secrets = mark.iter().flat_map(|mark| form.iter().filter(|field| field.secret).map(|field| (field.name, sealed(mark))));
        let change = CredentialChange { fields: fields.collect(), secrets: secrets.collect(), ..CredentialChange::default() };
        let Ok(changed) = stored.clone().change(change.clone(), &act(1)) else { return Ok(()) };
        let next = &changed.credential;
        prop_assert_eq!(changed.event.is_none(), *next == stored);
        prop_assert_eq!(next.version, stored.version + i64::from(changed.event.is_some()));
        prop_assert_eq!(next.revision, stored.revision + i64::from(changed.takes_back_destinations));
        prop_assert!(Material::build(next.strategy, &next.fields, opened(next)).is_ok(), "whole after every change");
        let again = next.clone().change(change, &act(2)).unwrap();
        prop_assert_eq!((&again.credential, again.event), (next, None));
    }
}
