//! Users, roles, organizations: what a bootstrap makes, and what a role changes at once.

use domain::{
    access::{EnvironmentRole, OrganizationRole, Permission},
    environment::EnvironmentFlag,
    ids::{EnvironmentId, OrganizationId, UserId},
};
use persistence::{Options, PageRequest, Scope, Store, StoreError, Unique, environments, principals, roles};

use crate::fixture::{World, act, fresh, user};

#[tokio::test]
async fn a_bootstrap_makes_three_environments_and_an_owner_who_is_engineer_in_each() {
    let world = World::new().await;
    let (owner, organization) = (world.owner, world.organization);
    let request = || PageRequest { after: None, limit: 2 };
    let first =
        world.store.read(move |tx| environments::page(tx, owner, organization, &request())).await.unwrap();
    let next = PageRequest { after: first.next, limit: 2 };
    let second =
        world.store.read(move |tx| environments::page(tx, owner, organization, &next)).await.unwrap();
    let found: Vec<_> = first.items.iter().chain(&second.items).map(|environment| environment.flag).collect();
    assert_eq!(found, EnvironmentFlag::ALL);
    assert_eq!(second.next, None);
    let roles = world
        .store
        .read(move |tx| roles::environment_roles_of(tx, owner, &PageRequest { after: None, limit: 10 }))
        .await
        .unwrap();
    assert_eq!(roles.items, world.environments.map(|id| (id, EnvironmentRole::Engineer)));
    let roles = world
        .store
        .read(move |tx| roles::organization_roles_of(tx, owner, &PageRequest { after: None, limit: 10 }))
        .await
        .unwrap();
    assert_eq!(roles.items, [(organization, OrganizationRole::Owner)]);
    assert_eq!(world.store.read(principals::is_empty).await, Ok(false));
    assert_eq!(world.count("audit_events"), 2);
}

#[tokio::test]
async fn a_new_database_is_empty() {
    let store = Store::open("sqlite://:memory:", Options::default()).unwrap();
    store.migrate().await.unwrap();
    assert_eq!(store.read(principals::is_empty).await, Ok(true));
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_role_works_at_once_and_so_does_its_end() {
    let world = World::new().await;
    let person = world.person(None, false).await;
    let environment = world.environments[1];
    for (role, expected) in [
        (Some(EnvironmentRole::Viewer), Err(StoreError::Forbidden)),
        (Some(EnvironmentRole::Engineer), Ok(EnvironmentFlag::Staging)),
        (None, Err(StoreError::NotFound)),
    ] {
        world
            .store
            .change(move |tx| roles::set_role(tx, person, environment, role, &act(1)))
            .await
            .map_err(|error: StoreError| error)
            .unwrap();
        let scope = Scope { user: person, permission: Permission::DestinationsWrite };
        let found = world.store.read(move |tx| environments::get_for(tx, &scope, environment)).await;
        assert_eq!(found.map(|environment| environment.flag), expected);
        let standing = world.store.read(move |tx| roles::standing(tx, person, environment)).await;
        assert_eq!(standing.map(|standing| standing.role), Ok::<_, StoreError>(role));
    }
}

#[tokio::test]
async fn a_role_for_nobody_or_nowhere_is_not_found_and_the_same_role_twice_writes_nothing() {
    let world = World::new().await;
    let (owner, environment) = (world.owner, world.environments[0]);
    let set = async |user, environment| {
        let role = Some(EnvironmentRole::Engineer);
        world.store.change(move |tx| roles::set_role(tx, user, environment, role, &act(1))).await
    };
    assert_eq!(set(UserId(fresh()), environment).await, Err(StoreError::NotFound));
    assert_eq!(set(owner, EnvironmentId(fresh())).await, Err(StoreError::NotFound));
    let events = world.count("audit_events");
    assert_eq!(set(owner, environment).await, Ok(()));
    assert_eq!(world.count("audit_events"), events);
}

#[tokio::test]
async fn users_are_found_by_id_and_an_id_is_given_once() {
    let world = World::new().await;
    let person = user("Grace", true);
    for expected in [Ok(()), Err(StoreError::Duplicate(Unique::UserId))] {
        let person = person.clone();
        let made = world.store.change(move |tx| principals::create_user(tx, &person, &act(1))).await;
        assert_eq!(made, expected);
    }
    let id = person.id;
    assert_eq!(world.store.read(move |tx| principals::find_user(tx, id)).await, Ok(Some(person)));
    let nobody = UserId(fresh());
    assert_eq!(world.store.read(move |tx| principals::find_user(tx, nobody)).await, Ok(None));
}

#[tokio::test]
async fn organizations_are_seen_by_those_who_are_anything_in_them() {
    let world = World::new().await;
    let viewer = world.person(Some(EnvironmentRole::Viewer), false).await;
    let stranger = world.person(None, false).await;
    let staff = world.person(None, true).await;
    for (user, organizations, environment_count) in [
        (world.owner, 1, Ok(3)),
        (viewer, 1, Ok(1)),
        (staff, 1, Ok(3)),
        (stranger, 0, Err(StoreError::NotFound)),
    ] {
        let request = PageRequest { after: None, limit: 10 };
        let found = world.store.read(move |tx| environments::organizations(tx, user, &request)).await;
        assert_eq!(found.map(|page| page.items.len()), Ok::<_, StoreError>(organizations));
        let (request, organization) = (PageRequest { after: None, limit: 10 }, world.organization);
        let found = world.store.read(move |tx| environments::page(tx, user, organization, &request)).await;
        assert_eq!(found.map(|page| page.items.len()), environment_count);
    }
    let (owner, request) = (world.owner, PageRequest { after: None, limit: 10 });
    let nowhere =
        world.store.read(move |tx| environments::page(tx, owner, OrganizationId(999), &request)).await;
    assert_eq!(nowhere, Err(StoreError::NotFound));
}
