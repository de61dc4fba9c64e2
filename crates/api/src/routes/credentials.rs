//! Auth credentials: strategies, list, create, get, update, delete, test.

use actix_web::{HttpResponse, delete, get, patch, post, web::Data};
use domain::{
    credential::{Credential, parse_strategy},
    fault::{FaultCode, Faults},
    ids::{CredentialId, EnvironmentId},
};
use persistence::{
    Changing,
    credentials::{self, Filter},
};
use serde_json::json;

use crate::{
    clock,
    extract::{
        body::Body,
        caller::{Caller, CredentialsRead, CredentialsWrite, SignedIn},
        id::Id,
        once::Once,
        page::ListQuery,
        precondition::{Expected, Known, etag},
    },
    failure::Failure,
    operations::{try_credential, write_credential},
    reply::{self, Answer},
    routes::{BASE, destinations::parse_sort},
    state::State,
    wire::{
        credential::{
            CredentialEnvelope, CredentialPage, CredentialPayload, CredentialTestEnvelope,
            CredentialTestPayload, CredentialsPayload, StrategiesEnvelope, StrategiesPayload, StrategiesView,
            checks,
        },
        credential_body::{CredentialCreate, CredentialMembers, CredentialPatch},
        envelope::{MessageEnvelope, MessagePayload, meta},
        parameters::CredentialsQuery,
        problem::Problem,
    },
};

/// Destinations that a refused delete names at most.
const NAMED_USERS: u16 = 10;

/// List the auth strategies
///
/// Each with its fields in the order of a form, and the JSON Schema that values are checked by.
#[utoipa::path(tag = "credentials", security(("bearer" = ["signed-in"])),
    responses((status = 200, body = StrategiesEnvelope, description = "Every strategy, by its key.")))]
#[get("/authcredentials/strategies")]
pub async fn list_strategies(_caller: Caller<SignedIn>) -> HttpResponse {
    let payload = StrategiesPayload { strategies: StrategiesView::all() };
    reply::ok(&StrategiesEnvelope { meta: meta(), payload })
}

/// List the auth credentials of an environment
///
/// In pages, by keyset. Secrets show as booleans and versions.
#[utoipa::path(tag = "credentials", security(("bearer" = ["credentials:read"])), params(CredentialsQuery),
    responses((status = 200, body = CredentialPage, description = "A page of credentials.")))]
#[get("/environments/{environmentId}/authcredentials")]
pub async fn list_credentials(
    caller: Caller<CredentialsRead>,
    environment: Id<EnvironmentId>,
    mut query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let filter = Filter {
        strategy: query.parse("authStrategy", "The key of a strategy.", |key| parse_strategy(key).ok()),
        name: query.text("name"),
        q: query.text("q"),
    };
    let sort =
        query.parse("sort", "createdAt, updatedAt or name, with - before it for descending.", parse_sort);
    let page = query.page(&state.cursors)?;
    let (scope, request) = (caller.scope(), page.request.clone());
    let found = state
        .store
        .read(move |tx| {
            credentials::page(tx, &scope, environment.0, &filter, sort.unwrap_or_default(), &request)
        })
        .await
        .map_err(Failure::from)?;
    let credentials = found.items.iter().map(Into::into).collect();
    let meta = page.meta(&state.cursors, found.next.as_ref());
    Ok(reply::ok(&CredentialPage { meta, payload: CredentialsPayload { credentials } }))
}

/// Create an auth credential
///
/// The strategy's fields stand beside the common members. Secrets are stored sealed and never shown again.
#[utoipa::path(tag = "credentials", security(("bearer" = ["credentials:write"])),
    request_body = CredentialCreate,
    responses(
        (status = 201, body = CredentialEnvelope, description = "The credential."),
        (status = 404, body = Problem, description = "`not-found`: the environment is none that you may know of."),
        (status = 409, body = Problem, description = "`duplicate-id`: the `id` or `externalId` is taken."),
    ))]
#[post("/authcredentials")]
pub async fn create_credential(
    caller: Caller<CredentialsWrite>,
    once: Once,
    body: Body<CredentialCreate>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let Body { value: CredentialCreate(members), mut faults } = body;
    let mut found = Faults::default();
    let members = CredentialMembers::parse(members, &mut found);
    let environment = members.change.environment;
    if environment.is_none() {
        found.add("#/environmentId", FaultCode::Required, "The environment that the credential is for.");
    }
    faults.extend(found);
    let keep = move |tx: &mut Changing<'_>, state: &State, credential: &Credential| {
        let answer = created(credential)?;
        once.keep(tx, state, &answer)?;
        Ok(answer)
    };
    let answer = write_credential::create(state, &caller, environment, members, faults, keep).await?;
    Ok(answer.into_response())
}

/// 201 with the credential.
pub fn created(credential: &Credential) -> Result<Answer, Failure> {
    let location = format!("{BASE}/authcredentials/{}", credential.id);
    Answer::created(&envelope(credential), credential.version, location)
}

/// The credential in its envelope.
pub fn envelope(credential: &Credential) -> CredentialEnvelope {
    CredentialEnvelope { meta: meta(), payload: CredentialPayload { credential: credential.into() } }
}

/// Get an auth credential
///
/// Its plain fields, and which secrets are stored.
#[utoipa::path(tag = "credentials", security(("bearer" = ["credentials:read"])),
    responses((status = 200, body = CredentialEnvelope, description = "The credential.")))]
#[get("/authcredentials/{credentialId}")]
pub async fn get_credential(
    caller: Caller<CredentialsRead>,
    id: Id<CredentialId>,
    known: Known,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let credential = load(&state, caller.scope(), id.0).await?;
    Ok(reply::unless_known(&known, etag(credential.version), || envelope(&credential)))
}

/// Change an auth credential
///
/// JSON Merge Patch (RFC 7396). Strategy and environment stay. A changed field takes the verified destinations that
/// use the credential back to `configured`.
#[utoipa::path(tag = "credentials", security(("bearer" = ["credentials:write"])),
    request_body(content(
        (CredentialPatch = "application/json"),
        (CredentialPatch = "application/merge-patch+json"),
    )),
    responses(
        (status = 200, body = CredentialEnvelope, description = "The credential as it is now."),
        (status = 409, body = Problem, description = "`duplicate-id` or `concurrent-update`."),
    ))]
#[patch("/authcredentials/{credentialId}")]
pub async fn update_credential(
    caller: Caller<CredentialsWrite>,
    id: Id<CredentialId>,
    expected: Expected,
    body: Body<CredentialPatch>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let Body { value: CredentialPatch(mut members), mut faults } = body;
    let stored = load(&state, caller.scope(), id.0).await?;
    let mut found = Faults::default();
    if members.remove("id").is_some() {
        found.add("#/id", FaultCode::UnknownField, "An id does not change.");
    }
    let members = CredentialMembers::parse(members, &mut found);
    faults.extend(found);
    let credential = write_credential::change(&state, &caller, &stored, members, faults, expected).await?;
    Ok(reply::versioned(&envelope(&credential), credential.version))
}

/// Delete an auth credential
///
/// Refused while a destination uses it; the problem names up to ten of them in `destinations`.
#[utoipa::path(tag = "credentials", security(("bearer" = ["credentials:write"])),
    responses(
        (status = 200, body = MessageEnvelope, description = "It is gone."),
        (status = 409, body = Problem, description = "`credential-in-use` or `concurrent-update`."),
    ))]
#[delete("/authcredentials/{credentialId}")]
pub async fn delete_credential(
    caller: Caller<CredentialsWrite>,
    id: Id<CredentialId>,
    expected: Expected,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let deleted = state
        .store
        .change(move |tx| {
            let credential = credentials::get_for(tx, &scope, id.0)?;
            expected.check(credential.version)?;
            credentials::keep(tx, id.0)?;
            let users = credentials::users_of(tx, id.0, NAMED_USERS)?;
            let deleted = credential.delete(&users, &act).map_err(|refusal| {
                let named: Vec<_> = users
                    .iter()
                    .map(|(id, name)| json!({"id": id.to_string(), "name": name.as_str()}))
                    .collect();
                Failure::from(refusal).with("destinations", json!(named))
            })?;
            credentials::delete(tx, &deleted)?;
            Ok::<_, Failure>(deleted.id)
        })
        .await?;
    let message = format!("Auth credential {deleted} was deleted.");
    Ok(reply::ok(&MessageEnvelope { meta: meta(), payload: MessagePayload { message } }))
}

/// Test an auth credential
///
/// Does it yield a token, or a valid signature, now? Nothing is sent to a destination.
#[utoipa::path(tag = "credentials", security(("bearer" = ["credentials:write"])),
    responses(
        (status = 200, body = CredentialTestEnvelope, description = "It does."),
        (status = 422, body = Problem, description = "`verification-failed`, with the steps as member `checks`."),
    ))]
#[post("/authcredentials/{credentialId}/test")]
pub async fn test_credential(
    caller: Caller<CredentialsWrite>,
    id: Id<CredentialId>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let credential = load(&state, caller.scope(), id.0).await?;
    let found = try_credential::run(&state, &credential).await?;
    let payload = CredentialTestPayload { checks: checks(&found) };
    Ok(reply::ok(&CredentialTestEnvelope { meta: meta(), payload }))
}

/// The credential, if the caller may do with it what the scope is for.
pub async fn load(state: &State, scope: persistence::Scope, id: CredentialId) -> Result<Credential, Failure> {
    state.store.read(move |tx| credentials::get_for(tx, &scope, id)).await.map_err(Failure::from)
}
