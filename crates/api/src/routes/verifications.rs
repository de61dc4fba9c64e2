//! Verifying a destination, and the history of its attempts.

use actix_web::{HttpResponse, get, post, web::Data};
use domain::ids::{DestinationId, VerificationId};
use persistence::verifications;

use crate::{
    extract::{
        body::Body,
        caller::{Caller, DestinationsRead, DestinationsWrite},
        id::Id,
        once::Once,
        page::ListQuery,
        precondition::{Expected, Known, etag},
    },
    failure::Failure,
    operations::{send_dataset, verify},
    reply,
    state::State,
    wire::{
        dataset::{DatasetEnvelope, DatasetRequest},
        envelope::meta,
        parameters::PageQuery,
        problem::Problem,
        verification::{
            VerificationEnvelope, VerificationPage, VerificationPayload, VerificationsPayload,
            VerifyEnvelope, VerifyRequest,
        },
    },
};

/// An attempt never changes once it is recorded.
const ONLY_VERSION: i64 = 1;

/// Verify a destination
///
/// Sends a challenge, or with `dataModel` a sample message, and marks the destination verified if it is answered
/// well. `endpoint`, `verificationToken` and `verificationMethod` are stored first, as PATCH would. One attempt at a
/// time for each destination, ten seconds at most (by default), no redirect is followed.
#[utoipa::path(tag = "verifications", security(("bearer" = ["destinations:write"])),
    request_body = VerifyRequest,
    responses(
        (status = 200, body = VerifyEnvelope, description = "It works; or verification was skipped, as asked."),
        (status = 409, body = Problem, description = "`destination-not-configured`, `destination-auth-missing`, `verification-skip-not-allowed`, `verification-in-progress`, `destination-type-locked` or `concurrent-update`."),
        (status = 422, body = Problem, description = "`verification-failed`, with the attempt as member `verification`; or `validation-failed`."),
    ))]
#[post("/destinations/{destinationId}/verify")]
pub async fn verify_destination(
    caller: Caller<DestinationsWrite>,
    id: Id<DestinationId>,
    expected: Expected,
    once: Once,
    body: Body<VerifyRequest>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let answer = verify::run(state.into_inner(), caller, id.0, expected, once, body).await?;
    Ok(answer.into_response())
}

/// Send a sample data set
///
/// Sends the sample messages of the set to a verified destination, one after the other, and ends with the first that
/// is not answered well. `hl7v2-adt` are the patient administration events, as FHIR.
#[utoipa::path(tag = "verifications", security(("bearer" = ["destinations:write"])),
    request_body = DatasetRequest,
    responses(
        (status = 200, body = DatasetEnvelope, description = "Every message was taken."),
        (status = 409, body = Problem, description = "`destination-not-configured`: it is not verified."),
        (status = 422, body = Problem, description = "`verification-failed`, with the steps as member `checks`; or `validation-failed`."),
    ))]
#[post("/destinations/{destinationId}/sendSampleDataset")]
pub async fn send_sample_dataset(
    caller: Caller<DestinationsWrite>,
    id: Id<DestinationId>,
    body: Body<DatasetRequest>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let payload = send_dataset::run(&state, &caller, id.0, body).await?;
    Ok(reply::ok(&DatasetEnvelope { meta: meta(), payload }))
}

/// List the attempts to verify a destination
///
/// The latest first.
#[utoipa::path(tag = "verifications", security(("bearer" = ["destinations:read"])), params(PageQuery),
    responses((status = 200, body = VerificationPage, description = "A page of attempts.")))]
#[get("/destinations/{destinationId}/verifications")]
pub async fn list_verifications(
    caller: Caller<DestinationsRead>,
    id: Id<DestinationId>,
    query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let page = query.page(&state.cursors)?;
    let (scope, request) = (caller.scope(), page.request.clone());
    let found = state
        .store
        .read(move |tx| verifications::page(tx, &scope, id.0, &request))
        .await
        .map_err(Failure::from)?;
    let verifications = found.items.iter().map(Into::into).collect();
    let meta = page.meta(&state.cursors, found.next.as_ref());
    Ok(reply::ok(&VerificationPage { meta, payload: VerificationsPayload { verifications } }))
}

/// Get an attempt to verify a destination
///
/// With what was checked, what was sent and what came back; never a secret.
#[utoipa::path(tag = "verifications", security(("bearer" = ["destinations:read"])),
    responses((status = 200, body = VerificationEnvelope, description = "The attempt.")))]
#[get("/verifications/{verificationId}")]
pub async fn get_verification(
    caller: Caller<DestinationsRead>,
    id: Id<VerificationId>,
    known: Known,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let scope = caller.scope();
    let found =
        state.store.read(move |tx| verifications::get_for(tx, &scope, id.0)).await.map_err(Failure::from)?;
    Ok(reply::unless_known(&known, etag(ONLY_VERSION), || VerificationEnvelope {
        meta: meta(),
        payload: VerificationPayload { verification: (&found).into() },
    }))
}
