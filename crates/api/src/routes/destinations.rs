//! Destinations: list, create, get, update, delete.

use actix_web::{HttpResponse, delete, get, patch, post, web::Data};
use domain::{
    audit::Act,
    destination::{
        Applied, Command, Created, Destination, Rejection, Status, change::Change, draft::DestinationType,
        naming::ExternalId,
    },
    environment::EnvironmentRef,
    fault::Faults,
    ids::{DestinationId, EnvironmentId},
};
use persistence::{
    Changing, Reading,
    destinations::{self, Filter, Sort},
    environments,
};

use crate::{
    clock,
    extract::{
        body::{Body, BodyFaults},
        caller::{Caller, DestinationsDelete, DestinationsRead, DestinationsWrite},
        id::Id,
        once::Once,
        page::ListQuery,
        precondition::{Expected, Known, etag},
    },
    failure::Failure,
    reply::{self, Answer},
    routes::BASE,
    state::State,
    wire::{
        destination::{
            DestinationEnvelope, DestinationPage, DestinationPayload, WrittenDestination,
            WrittenDestinations, WrittenEnvelope, WrittenPage,
        },
        destination_body::{DestinationCreate, DestinationPatch, StatedPlace},
        envelope::{MessageEnvelope, MessagePayload, meta},
        parameters::DestinationsQuery,
        problem::Problem,
    },
};

/// List the destinations of an environment
///
/// In pages, by keyset: a page costs the same wherever it stands. Filters narrow the list; all of them have to hold.
#[utoipa::path(tag = "destinations", security(("bearer" = ["destinations:read"])), params(DestinationsQuery),
    responses((status = 200, body = DestinationPage, description = "A page of destinations.")))]
#[get("/environments/{environmentId}/destinations")]
pub async fn list_destinations(
    caller: Caller<DestinationsRead>,
    environment: Id<EnvironmentId>,
    mut query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let filter = Filter {
        status: query.parse("status", "in_progress, configured or verified.", Status::from_name),
        destination_type: query.parse("type", "standard or cloud.", DestinationType::from_name),
        type_id: query.text("typeId"),
        product_id: query.text("productId"),
        credential: query.id("authCredential"),
        external_id: query.parse(
            "externalId",
            "1 to 64 of A-Z, a-z, 0-9, dot, underscore, hyphen.",
            |text| ExternalId::parse(text).ok(),
        ),
        name: query.text("name"),
        q: query.text("q"),
    };
    let sort =
        query.parse("sort", "createdAt, updatedAt or name, with - before it for descending.", parse_sort);
    let page = query.page(&state.cursors)?;
    let (scope, shown) = (caller.scope(), state.clone());
    // Written where it is read: a page has some 45 KB.
    let body = move |tx: &mut Reading<'_>| {
        let sort = sort.unwrap_or_default();
        let found = destinations::page(tx, &scope, environment.0, &filter, sort, &page.request)?;
        let destinations = shown.shown.write(tx, &found.items)?;
        let meta = page.meta(&shown.cursors, found.next.as_ref());
        reply::page_body(&WrittenPage { meta, payload: WrittenDestinations { destinations } })
    };
    state.store.read_one(body).await.map(reply::page)
}

/// The order that `sort` names.
pub fn parse_sort(text: &str) -> Option<Sort> {
    match text {
        "createdAt" => Some(Sort::CreatedAt),
        "-createdAt" => Some(Sort::CreatedAtDescending),
        "name" => Some(Sort::Name),
        "-name" => Some(Sort::NameDescending),
        "updatedAt" => Some(Sort::UpdatedAt),
        "-updatedAt" => Some(Sort::UpdatedAtDescending),
        _ => None,
    }
}

/// Create a destination
///
/// Only the name is needed: progress can be saved at any step, and the rest added by PATCH. With an endpoint (or a
/// complete cloud configuration) it is `configured` at once, and its type fixed.
#[utoipa::path(tag = "destinations", security(("bearer" = ["destinations:write"])),
    request_body = DestinationCreate,
    responses(
        (status = 201, body = DestinationEnvelope, description = "The destination."),
        (status = 409, body = Problem, description = "`duplicate-id`: the `id` or `externalId` is taken."),
    ))]
#[post("/environments/{environmentId}/destinations")]
pub async fn create_destination(
    caller: Caller<DestinationsWrite>,
    environment: Id<EnvironmentId>,
    once: Once,
    body: Body<DestinationCreate>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let Body { value: DestinationCreate(mut members), mut faults } = body;
    let mut found = Faults::default();
    let id = members.take_id(&mut found).unwrap_or_else(|| DestinationId(clock::new_id()));
    let place = members.take_place();
    let change = members.into_change(&state, id, &mut found)?;
    faults.extend(found);
    let scope = caller.scope();
    let beginning = Beginning { id, place, faults, act: caller.act(clock::now()) };
    if change.attaches() || once.is_claimed() {
        let sealing = state.clone();
        let job = move |tx: &mut Changing<'_>| {
            let environment = environments::get_for(tx, &scope, environment.0)?.reference();
            let mut found = Faults::default();
            let change = change.look_up(tx, environment.id, None, &mut found)?;
            let created = beginning.create(environment, change, found)?;
            destinations::create(tx, &created)?;
            let answer = created_answer(&created.destination)?;
            once.keep(tx, &sealing, &answer)?;
            Ok::<_, Failure>(answer)
        };
        return state.store.change(job).await.map(Answer::into_response);
    }
    let change = change.without_credential();
    let plan = move |tx: &mut Reading<'_>| {
        let environment = environments::get_for(tx, &scope, environment.0)?.reference();
        beginning.create(environment, change.clone(), Faults::default())
    };
    let destination = destinations::step(&state.store, plan).await?;
    created_answer(&destination).map(Answer::into_response)
}

fn created_answer(destination: &Destination) -> Result<Answer, Failure> {
    let location = format!("{BASE}/destinations/{}", destination.id);
    Answer::created(&envelope(destination), destination.version, location)
}

/// What a new destination has to agree with.
struct Beginning {
    id: DestinationId,
    place: StatedPlace,
    faults: BodyFaults,
    act: Act,
}

impl Beginning {
    /// The destination, unless it is not meant to be there, or something is at fault.
    fn create(&self, environment: EnvironmentRef, change: Change, found: Faults) -> Result<Created, Failure> {
        let mut faults = self.faults.clone();
        faults.extend(self.place.check(self.id, environment));
        faults.extend(found);
        let created = Destination::create(self.id, environment, change, &self.act);
        faults.settle(created.map_err(Rejection::Invalid))
    }
}

/// Get a destination
///
/// With `If-None-Match`, an unchanged destination is answered with 304 and no body.
#[utoipa::path(tag = "destinations", security(("bearer" = ["destinations:read"])),
    responses((status = 200, body = DestinationEnvelope, description = "The destination.")))]
#[get("/destinations/{destinationId}")]
pub async fn get_destination(
    caller: Caller<DestinationsRead>,
    id: Id<DestinationId>,
    known: Known,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let (scope, shown) = (caller.scope(), state.clone());
    let (version, destination) = state.store.read_one(move |tx| shown.shown.one(tx, &scope, id.0)).await?;
    let envelope = || WrittenEnvelope { meta: meta(), payload: WrittenDestination { destination } };
    Ok(reply::unless_known(&known, etag(version), envelope))
}

/// Change a destination
///
/// JSON Merge Patch (RFC 7396): absent keeps, `null` clears. A change to endpoint, settings, credential, token or
/// method of a verified destination takes it back to `configured`; a rename does not, nor does an equal value.
#[utoipa::path(tag = "destinations", security(("bearer" = ["destinations:write"])),
    request_body(content(
        (DestinationPatch = "application/json"),
        (DestinationPatch = "application/merge-patch+json"),
    )),
    responses(
        (status = 200, body = DestinationEnvelope, description = "The destination as it is now."),
        (status = 409, body = Problem, description = "`destination-type-locked`, `duplicate-id` or `concurrent-update`."),
    ))]
#[patch("/destinations/{destinationId}")]
pub async fn update_destination(
    caller: Caller<DestinationsWrite>,
    id: Id<DestinationId>,
    expected: Expected,
    body: Body<DestinationPatch>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let Body { value: DestinationPatch(mut members), mut faults } = body;
    let mut found = Faults::default();
    let place = members.take_place();
    let change = members.into_change(&state, id.0, &mut found)?;
    faults.extend(found);
    let scope = caller.scope();
    let edit = Edit { expected, place, faults, act: caller.act(clock::now()) };
    let destination = if change.attaches() {
        let job = move |tx: &mut Changing<'_>| {
            let destination = destinations::get_to_change(tx, &scope, id.0)?;
            let mut found = Faults::default();
            let (environment, attached) = (destination.environment.id, destination.credential);
            let change = change.look_up(tx, environment, attached, &mut found)?;
            let applied = edit.apply(destination, change, found)?;
            destinations::update(tx, &applied)?;
            Ok::<_, Failure>(applied.destination)
        };
        state.store.change(job).await?
    } else {
        let change = change.without_credential();
        let plan = move |tx: &mut Reading<'_>| {
            let destination = destinations::get_for(tx, &scope, id.0)?;
            edit.apply(destination, change.clone(), Faults::default())
        };
        destinations::step(&state.store, plan).await?
    };
    Ok(reply::versioned(&envelope(&destination), destination.version))
}

/// What a change to a destination has to agree with.
struct Edit {
    expected: Expected,
    place: StatedPlace,
    faults: BodyFaults,
    act: Act,
}

impl Edit {
    /// The step, unless the destination is not the one that was meant, or something is at fault.
    fn apply(&self, destination: Destination, change: Change, found: Faults) -> Result<Applied, Failure> {
        self.expected.check(destination.version)?;
        let mut faults = self.faults.clone();
        faults.extend(self.place.check(destination.id, destination.environment));
        faults.extend(found);
        faults.settle(destination.apply(Command::Save(Box::new(change)), &self.act))
    }
}

/// Delete a destination
///
/// It cannot be brought back. In production only platform staff may.
#[utoipa::path(tag = "destinations", security(("bearer" = ["destinations:delete"])),
    responses(
        (status = 200, body = MessageEnvelope, description = "It is gone."),
        (status = 403, body = Problem, description = "`forbidden` or `production-delete-forbidden`."),
        (status = 409, body = Problem, description = "`concurrent-update`."),
    ))]
#[delete("/destinations/{destinationId}")]
pub async fn delete_destination(
    caller: Caller<DestinationsDelete>,
    id: Id<DestinationId>,
    expected: Expected,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let deleted = state
        .store
        .change(move |tx| {
            let destination = destinations::get_to_change(tx, &scope, id.0)?;
            expected.check(destination.version)?;
            let standing = persistence::roles::standing(tx, scope.user, destination.environment.id)?;
            let deleted = destination.delete(standing.is_staff, &act)?;
            destinations::delete(tx, &deleted)?;
            Ok::<_, Failure>(deleted.id)
        })
        .await?;
    let message = format!("Destination {deleted} was deleted.");
    Ok(reply::ok(&MessageEnvelope { meta: meta(), payload: MessagePayload { message } }))
}

/// The destination in its envelope.
pub fn envelope(destination: &Destination) -> DestinationEnvelope {
    DestinationEnvelope { meta: meta(), payload: DestinationPayload { destination: destination.into() } }
}
