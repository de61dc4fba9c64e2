//! Attempts and leases: kept whole, shown newest first, one at a time.

use domain::{
    access::Permission,
    ids::{DestinationId, VerificationId},
    refusal::Refusal,
    verification::{Answer, SentRequest},
};
use persistence::{
    PageRequest, Scope, StoreError,
    leases::{self, Lease},
    verifications,
};

use crate::{
    destinations::attempt,
    fixture::{World, at, fresh},
};

async fn acquire(
    world: &World,
    destination: DestinationId,
    id: VerificationId,
    from: i64,
    until: i64,
) -> Result<(), StoreError> {
    world
        .store
        .change(move |tx| {
            leases::acquire(tx, &Lease { destination, attempt: id, from: at(from), until: at(until) })
        })
        .await
}

#[tokio::test]
async fn an_attempt_comes_back_as_it_was_stored_to_those_who_may_see_it() {
    let world = World::new().await;
    let destination = world.save(world.draft("Labs", 1)).await.unwrap().id;
    let mut full = attempt(destination, 2);
    full.data_model = Some("PatientAdmin".to_owned());
    full.event_type = Some("Arrival".to_owned());
    full.request =
        Some(SentRequest { method: "POST".to_owned(), url: "https://labs.example.org/in".to_owned() });
    full.response = Some(Answer { status: 503, body: "\"busy\"\n".to_owned() });
    let stored = full.clone();
    world.store.change(move |tx| verifications::insert(tx, &stored)).await.unwrap();
    let id = full.id;
    let scope = world.scope(Permission::DestinationsRead);
    assert_eq!(world.store.read(move |tx| verifications::get_for(tx, &scope, id)).await, Ok(full));
    let stranger = Scope { user: world.person(None, false).await, permission: Permission::DestinationsRead };
    let hidden = world.store.read(move |tx| verifications::get_for(tx, &stranger, id)).await;
    assert_eq!(hidden, Err(StoreError::NotFound));
    let request = PageRequest { after: None, limit: 1 };
    let hidden = world.store.read(move |tx| verifications::page(tx, &stranger, destination, &request)).await;
    assert_eq!(hidden, Err(StoreError::NotFound));
}

#[tokio::test]
async fn the_history_is_newest_first_page_by_page() {
    let world = World::new().await;
    let destination = world.save(world.draft("Labs", 1)).await.unwrap().id;
    let mut stored: Vec<_> = (0..7).map(|number| attempt(destination, number / 3)).collect();
    for verification in stored.clone() {
        world.store.change(move |tx| verifications::insert(tx, &verification)).await.unwrap();
    }
    stored.sort_by_key(|verification| std::cmp::Reverse((verification.started_at, verification.id)));
    let scope = world.scope(Permission::DestinationsRead);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let request = PageRequest { after, limit: 2 };
        let page =
            world.store.read(move |tx| verifications::page(tx, &scope, destination, &request)).await.unwrap();
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, stored);
}

#[tokio::test]
async fn only_one_attempt_at_a_time_holds_the_lease() {
    let world = World::new().await;
    let destination = world.save(world.draft("Labs", 1)).await.unwrap().id;
    let (first, second) = (VerificationId(fresh()), VerificationId(fresh()));
    acquire(&world, destination, first, 0, 100).await.unwrap();
    let busy = Err(StoreError::Refused(Refusal::VerificationInProgress));
    assert_eq!(acquire(&world, destination, second, 99, 199).await, busy);
    let release = async |id| world.store.change(move |tx| leases::release(tx, destination, id)).await;
    assert_eq!(release(second).await, Ok(false));
    assert_eq!(release(first).await, Ok(true));
    assert_eq!(acquire(&world, destination, second, 99, 199).await, Ok(()));
}

#[tokio::test]
async fn a_lease_that_has_ended_passes_to_the_next_attempt() {
    let world = World::new().await;
    let destination = world.save(world.draft("Labs", 1)).await.unwrap().id;
    let (first, second) = (VerificationId(fresh()), VerificationId(fresh()));
    acquire(&world, destination, first, 0, 100).await.unwrap();
    acquire(&world, destination, second, 100, 200).await.unwrap();
    let released = world.store.change(move |tx| leases::release(tx, destination, first)).await;
    assert_eq!(released, Ok::<_, StoreError>(false));
}

#[tokio::test]
async fn a_lease_of_a_destination_that_is_gone_is_not_found() {
    let world = World::new().await;
    let nowhere = acquire(&world, DestinationId(fresh()), VerificationId(fresh()), 0, 100).await;
    assert_eq!(nowhere, Err(StoreError::NotFound));
}
