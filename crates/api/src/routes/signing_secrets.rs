//! The webhook signing secret of a destination: made by the server, shown once.

use actix_web::{HttpResponse, post, web::Data};
use domain::{destination::Command, ids::DestinationId};
use persistence::destinations;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock,
    extract::{
        caller::{Caller, DestinationsWrite},
        id::Id,
        once::Once,
        precondition::Expected,
    },
    failure::Failure,
    reply::Answer,
    state::State,
    wire::{
        envelope::{Meta, envelopes, meta},
        problem::Problem,
    },
};

envelopes! {
    /// The new secret, for this once.
    SigningSecretEnvelope / SigningSecretPayload [Meta] { secret: ShownSecret }
}

/// `whsec_` and base64 of 32 random bytes, as Standard Webhooks has it.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
pub struct ShownSecret(String);

impl std::fmt::Debug for ShownSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// Change the webhook signing secret
///
/// Makes a new secret, effective at once, and shows it this once. From then on every message to the destination bears
/// the Standard Webhooks headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. The destination keeps its
/// state.
#[utoipa::path(tag = "destinations", security(("bearer" = ["destinations:write"])),
    responses(
        (status = 200, body = SigningSecretEnvelope, description = "The secret. It is not shown again."),
        (status = 409, body = Problem, description = "`concurrent-update`."),
    ))]
#[post("/destinations/{destinationId}/changeWebhookSigningSecret")]
pub async fn change_webhook_signing_secret(
    caller: Caller<DestinationsWrite>,
    id: Id<DestinationId>,
    expected: Expected,
    once: Once,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let secret = outbound::webhook_signature::generate().map_err(Failure::internal)?;
    let place = destinations::signing_place(id.0);
    let sealed = state.sealer.seal(&secret, &place).map_err(Failure::internal)?;
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let payload = SigningSecretPayload { secret: ShownSecret(secret.expose().to_owned()) };
    let answer = Answer::ok(&SigningSecretEnvelope { meta: meta(), payload })?;
    let shared = state.clone();
    state
        .store
        .change(move |tx| {
            let destination = destinations::get_to_change(tx, &scope, id.0)?;
            expected.check(destination.version)?;
            let command = Command::RotateSigningSecret(sealed);
            let applied = destination.apply(command, &act).map_err(Failure::from)?;
            destinations::update(tx, &applied)?;
            once.keep(tx, &shared, &answer)?;
            Ok::<_, Failure>(answer)
        })
        .await
        .map(Answer::into_response)
}
