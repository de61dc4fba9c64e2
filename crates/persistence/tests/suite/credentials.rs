//! One credential, and lists of them: each comes back as it was stored, foreigners see nothing, a lost race changes
//! nothing, and none that is in use goes.

use domain::{
    access::{EnvironmentRole, Permission},
    credential::{CredentialChange, find_strategy},
    destination::{
        change::Patch,
        naming::{ExternalId, Name},
    },
    form::{Edit, FieldValue},
    ids::CredentialId,
    refusal::Refusal,
};
use persistence::{
    PageRequest, Scope, StoreError, Unique,
    credentials::{self, Filter, Sort},
};
use testkit::database::is_postgres;

use crate::fixture::{World, act, fresh, sealed};

fn renamed(name: &str) -> CredentialChange {
    CredentialChange { name: Some(Name::parse(name).unwrap()), ..CredentialChange::default() }
}

fn with_key(mark: &str) -> CredentialChange {
    CredentialChange {
        secrets: vec![("privateKey", Patch::Value(sealed(mark)))],
        ..CredentialChange::default()
    }
}

#[tokio::test]
async fn a_credential_comes_back_as_it_was_stored() {
    let world = World::new().await;
    let mut created = world.credential("Partner key", 1);
    created.credential.external_id = Some(ExternalId::parse("partner.key-1").unwrap());
    let stored = world.save_credential(created).await.unwrap();
    let scope = world.scope(Permission::CredentialsRead);
    assert_eq!(world.get_credential(stored.id, scope).await.unwrap(), stored);
    let (environment, key) = (world.environments[1], stored.external_id.clone().unwrap());
    let by_key = move |tx: &mut persistence::Reading<'_>| {
        credentials::find_by_external_id(tx, &scope, environment, &key)
    };
    assert_eq!(world.store.read(by_key).await, Ok(Some(stored)));
}

#[tokio::test]
async fn a_change_comes_back_with_its_secret_replaced_added_and_taken_away() {
    let world = World::new().await;
    let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let mut change = with_key("other key");
    change.fields = vec![
        ("subject".to_owned(), Some(Edit::Set(FieldValue::Text("labs".to_owned())))),
        ("lifetime".to_owned(), None),
    ];
    let changed = stored.clone().change(change, &act(2)).unwrap();
    let expected = changed.credential.clone();
    world.store.change(move |tx| credentials::update(tx, &changed)).await.unwrap();
    let scope = world.scope(Permission::CredentialsRead);
    assert_eq!(world.get_credential(stored.id, scope).await.unwrap(), expected);
    assert_eq!((expected.version, expected.revision, expected.secrets[0].1.version), (2, 2, 2));
    let mut bare = expected.clone().change(renamed("Bare"), &act(3)).unwrap();
    bare.credential.secrets.clear();
    world.store.change(move |tx| credentials::update(tx, &bare)).await.unwrap();
    assert_eq!(world.count("credential_secrets"), 0);
}

#[tokio::test]
async fn an_equal_secret_keeps_the_envelope_that_is_stored() {
    let world = World::new().await;
    let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let byte = if is_postgres() { r"'\x77'" } else { "x'77'" };
    world.raw().execute(&format!("update credential_secrets set envelope = {byte}"));
    let changed = stored.clone().change(renamed("Renamed"), &act(2)).unwrap();
    world.store.change(move |tx| credentials::update(tx, &changed)).await.unwrap();
    let now = world.get_credential(stored.id, world.scope(Permission::CredentialsRead)).await.unwrap();
    assert_eq!((now.name.as_str(), now.secrets[0].1.sealed.envelope.as_slice()), ("Renamed", &[0x77][..]));
}

#[tokio::test]
async fn a_write_that_comes_second_is_stale_and_changes_nothing() {
    let world = World::new().await;
    let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let first = stored.clone().change(with_key("first"), &act(2)).unwrap();
    let second = stored.clone().change(with_key("second"), &act(3)).unwrap();
    let expected = first.credential.clone();
    world.store.change(move |tx| credentials::update(tx, &first)).await.unwrap();
    let events = world.count("audit_events");
    let lost = world.store.change(move |tx| credentials::update(tx, &second)).await;
    assert_eq!(lost, Err(StoreError::Stale));
    let late = stored.delete(&[], &act(4)).unwrap();
    assert_eq!(world.store.change(move |tx| credentials::delete(tx, &late)).await, Err(StoreError::Stale));
    assert_eq!(world.count("audit_events"), events);
    let scope = world.scope(Permission::CredentialsRead);
    assert_eq!(world.get_credential(stored.id, scope).await.unwrap(), expected);
}

#[tokio::test]
async fn a_deleted_credential_is_gone_with_its_secrets_and_its_trail_stays() {
    let world = World::new().await;
    let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let (deleted, events) = (stored.delete(&[], &act(2)).unwrap(), world.count("audit_events"));
    world.store.change(move |tx| credentials::delete(tx, &deleted)).await.unwrap();
    assert_eq!((world.count("credentials"), world.count("credential_secrets")), (0, 0));
    assert_eq!(world.count("audit_events"), events + 1);
}

#[tokio::test]
async fn one_that_a_destination_uses_is_not_deleted_even_if_nobody_asked() {
    let world = World::new().await;
    let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let mut user = world.draft("Labs", 2);
    user.destination.credential = Some(stored.reference());
    world.save(user).await.unwrap();
    let deleted = stored.delete(&[], &act(3)).unwrap();
    let refused = world.store.change(move |tx| credentials::delete(tx, &deleted)).await;
    assert_eq!(refused, Err(StoreError::Refused(Refusal::CredentialInUse)));
    assert_eq!(world.count("credentials"), 1);
}

#[tokio::test]
async fn each_broken_promise_is_named() {
    let world = World::new().await;
    let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let mut twin = world.credential("Twin", 2);
    twin.credential.id = stored.id;
    let broken = world.save_credential(twin).await;
    assert_eq!(broken, Err(StoreError::Duplicate(Unique::CredentialId)));
    let (mut one, mut two) = (world.credential("One", 3), world.credential("Two", 4));
    one.credential.external_id = Some(ExternalId::parse("same").unwrap());
    two.credential.external_id = one.credential.external_id.clone();
    world.save_credential(one).await.unwrap();
    let broken = world.save_credential(two).await;
    assert_eq!(broken, Err(StoreError::Duplicate(Unique::CredentialExternalId)));
}

#[tokio::test]
async fn who_sees_and_changes_what_is_the_contracts_table() {
    let world = World::new().await;
    let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let viewer = world.person(Some(EnvironmentRole::Viewer), false).await;
    let stranger = world.person(None, false).await;
    let staff = world.person(None, true).await;
    let ask = async |user, permission| {
        world.get_credential(stored.id, Scope { user, permission }).await.map(|found| found.id)
    };
    assert_eq!(ask(viewer, Permission::CredentialsRead).await, Ok(stored.id));
    assert_eq!(ask(viewer, Permission::CredentialsWrite).await, Err(StoreError::Forbidden));
    assert_eq!(ask(stranger, Permission::CredentialsRead).await, Err(StoreError::NotFound));
    assert_eq!(ask(staff, Permission::CredentialsWrite).await, Ok(stored.id));
    let (scope, environment) =
        (Scope { user: stranger, permission: Permission::CredentialsRead }, world.environments[1]);
    let request = PageRequest { after: None, limit: 1 };
    let list = world.store.read(move |tx| {
        credentials::page(tx, &scope, environment, &Filter::default(), Sort::default(), &request)
    });
    assert_eq!(list.await, Err(StoreError::NotFound));
}

#[tokio::test]
async fn a_credential_is_known_in_its_own_environment_only() {
    let world = World::new().await;
    let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let (id, nobody) = (stored.id, CredentialId(fresh()));
    let [development, staging, _] = world.environments;
    let ask = async |environment, id| {
        world.store.change(move |tx| credentials::credential_ref(tx, environment, id)).await
    };
    assert_eq!(ask(staging, id).await, Ok(Some(stored.reference())));
    assert_eq!(ask(development, id).await, Ok(None));
    assert_eq!(ask(staging, nobody).await, Ok(None));
}

#[tokio::test]
async fn pages_hold_every_row_once_with_its_own_secrets_in_each_order() {
    let world = World::new().await;
    let mut stored = Vec::new();
    for number in 0..11 {
        let name = ["beta", "Alpha", "GAMMA"][number % 3];
        stored.push(world.credential(name, i64::try_from(number / 4).unwrap()));
        let mark = format!("key of {number}");
        stored[number].credential.secrets[0].1.sealed = sealed(&mark);
        world.save_credential(stored[number].clone()).await.unwrap();
    }
    for (sort, reverse) in [(Sort::CreatedAt, false), (Sort::Name, false), (Sort::NameDescending, true)] {
        let mut expected: Vec<_> = stored.iter().map(|created| created.credential.clone()).collect();
        expected.sort_by_key(|credential| {
            let by_name = sort != Sort::CreatedAt;
            let key = if by_name { credential.name.key() } else { credential.created_at.to_string() };
            (key, credential.id)
        });
        if reverse {
            expected.reverse();
        }
        assert_eq!(walk(&world, &Filter::default(), sort).await, expected, "{sort:?}");
    }
}

async fn walk(world: &World, filter: &Filter, sort: Sort) -> Vec<domain::credential::Credential> {
    let (scope, environment) = (world.scope(Permission::CredentialsRead), world.environments[1]);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let (request, filter) = (PageRequest { after, limit: 4 }, filter.clone());
        let page = world
            .store
            .read(move |tx| credentials::page(tx, &scope, environment, &filter, sort, &request))
            .await
            .unwrap();
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn each_filter_keeps_what_it_names() {
    let world = World::new().await;
    let labs = world.save_credential(world.credential("100% LABS", 1)).await.unwrap();
    let other = world.save_credential(world.credential("Other labs", 2)).await.unwrap();
    let jwt = Filter { strategy: find_strategy("JWT_Bearer"), ..Filter::default() };
    let basic = Filter { strategy: find_strategy("Basic"), ..Filter::default() };
    let by_name = Filter { name: Some(" 100% labs".to_owned()), ..Filter::default() };
    let by_text = Filter { q: Some("0%".to_owned()), ..Filter::default() };
    let both = vec![labs.clone(), other];
    for (filter, expected) in
        [(jwt, both), (basic, vec![]), (by_name, vec![labs.clone()]), (by_text, vec![labs])]
    {
        assert_eq!(walk(&world, &filter, Sort::CreatedAt).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_value_that_does_not_parse_is_corrupt_by_name() {
    let world = World::new().await;
    for (table, column, value) in [
        ("credentials", "strategy", "'odd'"),
        ("credentials", "name", "''"),
        ("credentials", "fields", "'[]'"),
        ("credentials", "fields", "'{\"odd\": 1}'"),
        ("credentials", "fields", "'{\"lifetime\": -1}'"),
        ("credentials", "created_at", "'2026-99-99T00:00:00.000Z'"),
        ("credential_secrets", "name", "'issuer'"),
        ("credential_secrets", "updated_at", "'soon'"),
    ] {
        let stored = world.save_credential(world.credential("Key", 1)).await.unwrap();
        let key = if table == "credentials" { "id" } else { "credential_id" };
        let damage = format!("update {table} set {column} = {value} where {key} = '{}'", stored.id);
        // PostgreSQL has types, and does not even take some of these.
        if let Err(refused) = world.raw().try_execute(&damage) {
            assert!(is_postgres(), "{refused}");
            continue;
        }
        let found = world.get_credential(stored.id, world.scope(Permission::CredentialsRead)).await;
        let secret = if column == "name" { "issuer" } else { "privateKey" };
        let id = if key == "id" { stored.id.to_string() } else { format!("{}/{secret}", stored.id) };
        assert_eq!(found, Err(StoreError::Corrupt { table, column, id }), "{column} = {value}");
    }
}
