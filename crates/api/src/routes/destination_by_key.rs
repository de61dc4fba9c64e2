//! Destinations by the caller's own key: the same call again and again, from a pipeline.

use actix_web::{HttpResponse, put, web::Data};
use domain::{
    destination::{Command, Destination, Rejection, naming::ExternalId},
    fault::Faults,
    ids::{DestinationId, EnvironmentId},
};
use persistence::{Changing, Reading, Scope, StoreError, destinations, environments};

use super::destinations::envelope;
use crate::{
    clock,
    extract::{
        body::Body,
        caller::{Caller, DestinationsWrite},
        id::{ByExternalId, Id},
        precondition::Expected,
    },
    failure::Failure,
    problem::ProblemCode,
    reply,
    routes::BASE,
    state::State,
    wire::{destination::DestinationEnvelope, destination_body::DestinationCreate, problem::Problem},
};

/// Create or change a destination by your own key
///
/// Creates it (201) if the environment has none of this `externalId`; else changes it (200) as PATCH would: members
/// that are left out keep what is stored. The same call again changes nothing.
#[utoipa::path(tag = "destinations", security(("bearer" = ["destinations:write"])),
    request_body = DestinationCreate,
    responses(
        (status = 200, body = DestinationEnvelope, description = "It was there; this is what it is now."),
        (status = 201, body = DestinationEnvelope, description = "It was created."),
        (status = 409, body = Problem, description = "`destination-type-locked`, `duplicate-id` or `concurrent-update`."),
    ))]
#[put("/environments/{environmentId}/destinations/{externalId}")]
pub async fn put_destination(
    caller: Caller<DestinationsWrite>,
    environment: Id<EnvironmentId>,
    key: ByExternalId,
    expected: Expected,
    body: Body<DestinationCreate>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let Body { value: DestinationCreate(mut members), mut faults } = body;
    let (scope, environment, key) = (caller.scope(), environment.0, key.0);
    // Secrets are sealed for one destination, so which one it is must be known before the change begins.
    let stored = find(&state, scope, environment, key.clone()).await?;
    let mut found = Faults::default();
    members.claim(&key, &mut found);
    let chosen = if stored.is_none() { members.take_id(&mut found) } else { None };
    let id = stored.or(chosen).unwrap_or_else(|| DestinationId(clock::new_id()));
    let place = members.take_place();
    let change = members.into_change(&state, id, &mut found)?;
    faults.extend(found);
    let act = caller.act(clock::now());
    let destination = state
        .store
        .change(move |tx| match find_to_change(tx, &scope, environment, &key)? {
            Some(destination) if destination.id == id => {
                expected.check(destination.version)?;
                let mut found = place.check(id, destination.environment);
                let change =
                    change.look_up(tx, destination.environment.id, destination.credential, &mut found)?;
                faults.extend(found);
                let applied = faults.settle(destination.apply(Command::Save(Box::new(change)), &act))?;
                destinations::update(tx, &applied)?;
                Ok(applied.destination)
            }
            None if stored.is_none() => {
                expected.check_absent()?;
                let environment = environments::get_for(tx, &scope, environment)?.reference();
                let mut found = place.check(id, environment);
                let change = change.look_up(tx, environment.id, None, &mut found)?;
                faults.extend(found);
                let created = Destination::create(id, environment, change, &act).map_err(Rejection::Invalid);
                let created = faults.settle(created)?;
                destinations::create(tx, &created)?;
                Ok(created.destination)
            }
            // It came or went between the two looks.
            Some(_) | None => Err(Failure::of(ProblemCode::ConcurrentUpdate)),
        })
        .await?;
    if stored.is_some() {
        return Ok(reply::versioned(&envelope(&destination), destination.version));
    }
    let location = format!("{BASE}/destinations/{}", destination.id);
    Ok(reply::created(&envelope(&destination), destination.version, location))
}

/// The destination that the key names, kept for this change.
fn find_to_change(
    tx: &mut Changing<'_>,
    scope: &Scope,
    environment: EnvironmentId,
    key: &ExternalId,
) -> Result<Option<Destination>, Failure> {
    let Some(found) = destinations::find_by_external_id(tx, scope, environment, key)? else {
        return Ok(None);
    };
    // Until it was kept, somebody else may have given it another key, or deleted it.
    match destinations::get_to_change(tx, scope, found.id) {
        Ok(kept) if kept.external_id == found.external_id => Ok(Some(kept)),
        Ok(_) | Err(StoreError::NotFound) => Err(StoreError::Stale.into()),
        Err(other) => Err(other.into()),
    }
}

/// The id of the destination that has this key, if there is one.
async fn find(
    state: &State,
    scope: Scope,
    environment: EnvironmentId,
    key: ExternalId,
) -> Result<Option<DestinationId>, Failure> {
    let look = move |tx: &mut Reading<'_>| destinations::find_by_external_id(tx, &scope, environment, &key);
    let found = state.store.read_one(look).await.map_err(Failure::from)?;
    Ok(found.map(|destination| destination.id))
}
