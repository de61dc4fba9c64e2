//! Lists: every row once, in order, whatever the page size and however many rows tie.

use domain::{
    access::{EnvironmentRole, Permission},
    destination::Status,
    ids::DestinationId,
};
use persistence::{
    PageRequest, Scope, StoreError,
    destinations::{self, Filter, Sort},
};

use crate::fixture::World;

async fn walk(world: &World, filter: &Filter, sort: Sort, limit: u16) -> Vec<DestinationId> {
    let (scope, environment) = (world.scope(Permission::DestinationsRead), world.environments[1]);
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let (request, filter) = (PageRequest { after, limit }, filter.clone());
        let page = world
            .store
            .read(move |tx| destinations::page(tx, &scope, environment, &filter, sort, &request))
            .await
            .unwrap();
        assert!(page.items.len() <= usize::from(limit));
        ids.extend(page.items.iter().map(|destination| destination.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn pages_hold_every_row_once_in_order_over_ties() {
    let world = World::new().await;
    let mut stored = Vec::new();
    for number in 0..23 {
        let name = ["beta", "Alpha", "GAMMA"][number % 3];
        let millis = i64::try_from(number / 7).unwrap();
        stored.push(world.save(world.draft(name, millis)).await.unwrap());
    }
    for (ascending, descending) in [
        (Sort::CreatedAt, Sort::CreatedAtDescending),
        (Sort::Name, Sort::NameDescending),
        (Sort::UpdatedAt, Sort::UpdatedAtDescending),
    ] {
        let mut expected = stored.clone();
        expected.sort_by_key(|destination| {
            let key = match ascending {
                Sort::Name | Sort::NameDescending => destination.name.key(),
                Sort::CreatedAt | Sort::CreatedAtDescending => destination.created_at.to_string(),
                Sort::UpdatedAt | Sort::UpdatedAtDescending => destination.updated_at.to_string(),
            };
            (key, destination.id)
        });
        let mut ids: Vec<_> = expected.iter().map(|destination| destination.id).collect();
        for limit in [1, 4, 23, 200] {
            assert_eq!(
                walk(&world, &Filter::default(), ascending, limit).await,
                ids,
                "{ascending:?} by {limit}"
            );
        }
        ids.reverse();
        assert_eq!(walk(&world, &Filter::default(), descending, 5).await, ids, "{descending:?}");
    }
}

#[tokio::test]
async fn each_filter_keeps_what_it_names() {
    let world = World::new().await;
    let credential = world.save_credential(world.credential("Key", 1)).await.unwrap();
    let mut with_credential = world.draft("100% LABS_a", 1);
    with_credential.destination.credential = Some(credential.reference());
    let labs = world.save(with_credential).await.unwrap().id;
    let other = world.save(world.draft("1000 labsxa", 2)).await.unwrap().id;
    let filters = [
        (Filter { name: Some("100% labs_A ".to_owned()), ..Filter::default() }, vec![labs]),
        (Filter { q: Some("LABS".to_owned()), ..Filter::default() }, vec![labs, other]),
        (Filter { q: Some("0%".to_owned()), ..Filter::default() }, vec![labs]),
        (Filter { q: Some("s_a".to_owned()), ..Filter::default() }, vec![labs]),
        (Filter { q: Some("\\".to_owned()), ..Filter::default() }, vec![]),
        (Filter { credential: Some(credential.id), ..Filter::default() }, vec![labs]),
        (Filter { status: Some(Status::Configured), ..Filter::default() }, vec![labs, other]),
        (Filter { status: Some(Status::Verified), ..Filter::default() }, vec![]),
        (Filter { type_id: Some("aws".to_owned()), ..Filter::default() }, vec![]),
        (Filter { product_id: Some("s3".to_owned()), ..Filter::default() }, vec![]),
    ];
    for (filter, expected) in filters {
        assert_eq!(walk(&world, &filter, Sort::CreatedAt, 50).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_list_is_for_those_with_a_role() {
    let world = World::new().await;
    let viewer = world.person(Some(EnvironmentRole::Viewer), false).await;
    let stranger = world.person(None, false).await;
    let environment = world.environments[1];
    let ask = async |user, permission| {
        let (scope, request) = (Scope { user, permission }, PageRequest { after: None, limit: 1 });
        let list = world
            .store
            .read(move |tx| {
                destinations::page(tx, &scope, environment, &Filter::default(), Sort::default(), &request)
            })
            .await;
        list.map(|page| page.items.len())
    };
    assert_eq!(ask(viewer, Permission::DestinationsRead).await, Ok(0));
    assert_eq!(ask(stranger, Permission::DestinationsRead).await, Err(StoreError::NotFound));
}
