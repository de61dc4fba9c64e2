//! The catalogue: types of destination, data models, samples. The same for every caller.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use domain::{catalog, message, time::Timestamp};
use outbound::message::Stamp;
use uuid::Uuid;

use crate::{
    extract::{
        caller::{Caller, SignedIn},
        precondition::Known,
    },
    failure::Failure,
    problem::ProblemCode,
    reply,
    state::State,
    wire::{
        catalog::{
            DataModelsEnvelope, DataModelsPayload, DestinationTypeView, DestinationTypesEnvelope,
            DestinationTypesPayload, SampleEnvelope, SampleMessage, SamplePayload,
        },
        envelope::meta,
    },
};

/// List the types of destination
///
/// The standard endpoint, then each product of each cloud provider, with a JSON Schema that is enough to draw a form.
#[utoipa::path(tag = "catalogue", security(("bearer" = ["signed-in"])),
    responses((status = 200, body = DestinationTypesEnvelope, description = "Every type.")))]
#[get("/destination-types")]
pub async fn list_destination_types(_caller: Caller<SignedIn>) -> HttpResponse {
    let products = catalog::products().map(DestinationTypeView::from);
    let destination_types = std::iter::once(DestinationTypeView::standard()).chain(products).collect();
    reply::ok(&DestinationTypesEnvelope {
        meta: meta(),
        payload: DestinationTypesPayload { destination_types },
    })
}

/// List the data models
///
/// Those of Redox, and the FHIR events.
#[utoipa::path(tag = "catalogue", security(("bearer" = ["signed-in"])),
    responses((status = 200, body = DataModelsEnvelope, description = "Every data model.")))]
#[get("/data-models")]
pub async fn list_data_models(_caller: Caller<SignedIn>) -> HttpResponse {
    let data_models = message::data_models().map(Into::into).collect();
    reply::ok(&DataModelsEnvelope { meta: meta(), payload: DataModelsPayload { data_models } })
}

/// Get the sample message of an event
///
/// As a verify would send it, but for ids and time, which are fixed here.
#[utoipa::path(tag = "catalogue", security(("bearer" = ["signed-in"])),
    responses((status = 200, body = SampleEnvelope, description = "The message.")))]
#[get("/data-models/{name}/samples/{eventType}")]
pub async fn get_sample(
    _caller: Caller<SignedIn>,
    request: HttpRequest,
    known: Known,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let segment = |name| request.match_info().get(name).unwrap_or_default();
    let found = message::find(segment("name"));
    let found = found.and_then(|model| Some((model, model.event(segment("eventType"))?)));
    let (model, event) = found.ok_or_else(|| Failure::of(ProblemCode::NotFound))?;
    let at = Timestamp::from_millis(1_767_225_600_000).ok_or_else(|| Failure::internal("no such time"))?;
    let stamp = Stamp {
        at: at.utc(),
        message_id: Uuid::nil(),
        destination_id: Uuid::nil(),
        destination_name: "Your destination",
        destination_endpoint: Some(&state.public_url),
    };
    let payload = SamplePayload { sample: SampleMessage(outbound::message::render(model, event, &stamp)) };
    reply::hashed(&known, &SampleEnvelope { meta: meta(), payload })
}
