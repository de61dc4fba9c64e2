//! Auth credentials by the caller's own key: the same call again and again, from a pipeline.

use actix_web::{HttpResponse, put, web::Data};
use domain::{
    credential::Credential,
    fault::{FaultCode, Faults},
    ids::EnvironmentId,
};
use persistence::{Changing, credentials};

use super::credentials::{created, envelope};
use crate::{
    extract::{
        body::Body,
        caller::{Caller, CredentialsWrite},
        id::{ByExternalId, Id},
        precondition::Expected,
    },
    failure::Failure,
    operations::write_credential,
    reply,
    state::State,
    wire::{
        credential::CredentialEnvelope,
        credential_body::{CredentialCreate, CredentialMembers},
        problem::Problem,
    },
};

/// Create or change an auth credential by your own key
///
/// Creates it (201) if the environment has none of this `externalId`; else changes it (200) as PATCH would: members
/// that are left out keep what is stored. The same call again changes nothing.
#[utoipa::path(tag = "credentials", security(("bearer" = ["credentials:write"])),
    request_body = CredentialCreate,
    responses(
        (status = 200, body = CredentialEnvelope, description = "It was there; this is what it is now."),
        (status = 201, body = CredentialEnvelope, description = "It was created."),
        (status = 409, body = Problem, description = "`duplicate-id` or `concurrent-update`."),
    ))]
#[put("/environments/{environmentId}/authcredentials/{externalId}")]
pub async fn put_credential(
    caller: Caller<CredentialsWrite>,
    environment: Id<EnvironmentId>,
    key: ByExternalId,
    expected: Expected,
    body: Body<CredentialCreate>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let Body { value: CredentialCreate(members), mut faults } = body;
    let (scope, sought) = (caller.scope(), key.0.clone());
    let stored = state
        .store
        .read(move |tx| credentials::find_by_external_id(tx, &scope, environment.0, &sought))
        .await
        .map_err(Failure::from)?;
    let mut found = Faults::default();
    let mut members = CredentialMembers::parse(members, &mut found);
    members.claim(&key.0, &mut found);
    let Some(stored) = stored else {
        expected.check_absent()?;
        faults.extend(found);
        let keep = |_: &mut Changing<'_>, _: &State, credential: &Credential| created(credential);
        let answer =
            write_credential::create(state, &caller, Some(environment.0), members, faults, keep).await?;
        return Ok(answer.into_response());
    };
    if members.id.is_some_and(|id| id != stored.id) {
        found.add("#/id", FaultCode::Mismatch, "This is another credential than the path names.");
    }
    faults.extend(found);
    let credential = write_credential::change(&state, &caller, &stored, members, faults, expected).await?;
    Ok(reply::versioned(&envelope(&credential), credential.version))
}
