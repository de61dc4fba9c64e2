//! API keys: of the caller itself, and of the service accounts that it manages. What both share is in `operations`.

use actix_web::{HttpResponse, delete, get, patch, post, web::Data};
use domain::ids::{ApiKeyId, OrganizationId, UserId};

use crate::{
    extract::{
        body::Body,
        caller::{Caller, ServiceAccountsManage, SignedIn},
        id::{Id, SecondId, ThirdId},
        once::Once,
        page::ListQuery,
        precondition::{Expected, Known},
    },
    failure::Failure,
    operations::api_keys::{self, Holder},
    state::State,
    wire::{
        api_key::{ApiKeyCreate, ApiKeyEnvelope, ApiKeyPage, ApiKeyPatch, NewApiKeyEnvelope},
        envelope::MessageEnvelope,
        parameters::PageQuery,
        problem::Problem,
    },
};

/// List the API keys of the caller
///
/// The oldest first.
#[utoipa::path(tag = "api keys", security(("bearer" = ["signed-in"])), params(PageQuery),
    responses((status = 200, body = ApiKeyPage, description = "A page of API keys.")))]
#[get("/me/apikeys")]
pub async fn list_own_api_keys(
    caller: Caller<SignedIn>,
    query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    api_keys::list(&state, Holder::Caller(caller.user), query).await
}

/// Create an API key of the caller
///
/// Give the public keys, or the URL where you publish them, or let the server make a pair: then the private half is
/// shown this once, and stored nowhere.
#[utoipa::path(tag = "api keys", security(("bearer" = ["signed-in"])),
    request_body = ApiKeyCreate,
    responses(
        (status = 201, body = NewApiKeyEnvelope, description = "The API key."),
        (status = 409, body = Problem, description = "`duplicate-id`: the `id` is taken."),
    ))]
#[post("/me/apikeys")]
pub async fn create_own_api_key(
    caller: Caller<SignedIn>,
    once: Once,
    body: Body<ApiKeyCreate>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let act = caller.act(crate::clock::now());
    api_keys::create(&state, Holder::Caller(caller.user), body, act, once).await
}

/// Get an API key of the caller
///
/// Its public keys, and when it was last used.
#[utoipa::path(tag = "api keys", security(("bearer" = ["signed-in"])),
    responses((status = 200, body = ApiKeyEnvelope, description = "The API key.")))]
#[get("/me/apikeys/{apiKeyId}")]
pub async fn get_own_api_key(
    caller: Caller<SignedIn>,
    id: Id<ApiKeyId>,
    known: Known,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    api_keys::get(&state, Holder::Caller(caller.user), id.0, &known).await
}

/// Change an API key of the caller
///
/// JSON Merge Patch: its name and its public keys can change. To replace a key, send a set that has both the old and
/// the new one, let the pipelines change over, then send the new one alone.
#[utoipa::path(tag = "api keys", security(("bearer" = ["signed-in"])),
    request_body(content((ApiKeyPatch = "application/json"), (ApiKeyPatch = "application/merge-patch+json"))),
    responses(
        (status = 200, body = ApiKeyEnvelope, description = "The API key as it is now."),
        (status = 409, body = Problem, description = "`concurrent-update`."),
    ))]
#[patch("/me/apikeys/{apiKeyId}")]
pub async fn update_own_api_key(
    caller: Caller<SignedIn>,
    id: Id<ApiKeyId>,
    expected: Expected,
    body: Body<ApiKeyPatch>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let act = caller.act(crate::clock::now());
    api_keys::update(&state, Holder::Caller(caller.user), id.0, expected, body, act).await
}

/// Revoke an API key of the caller
///
/// Nobody gets a token with it any more, and those that were got with it are refused within five seconds.
#[utoipa::path(tag = "api keys", security(("bearer" = ["signed-in"])),
    responses(
        (status = 200, body = MessageEnvelope, description = "It is revoked."),
        (status = 409, body = Problem, description = "`concurrent-update`."),
    ))]
#[delete("/me/apikeys/{apiKeyId}")]
pub async fn delete_own_api_key(
    caller: Caller<SignedIn>,
    id: Id<ApiKeyId>,
    expected: Expected,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let act = caller.act(crate::clock::now());
    api_keys::delete(&state, Holder::Caller(caller.user), id.0, expected, act).await
}

/// List the API keys of a service account
///
/// The oldest first. For admins and owners of its organization.
#[utoipa::path(tag = "api keys", security(("bearer" = ["service-accounts:manage"])), params(PageQuery),
    responses((status = 200, body = ApiKeyPage, description = "A page of API keys.")))]
#[get("/organizations/{organizationId}/serviceaccounts/{serviceAccountId}/apikeys")]
pub async fn list_service_account_api_keys(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    account: SecondId<UserId>,
    query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    api_keys::list(&state, Holder::Account(caller.scope(), organization.0, account.0), query).await
}

/// Create an API key of a service account
///
/// Give the public keys, or the URL where you publish them, or let the server make a pair: then the private half is
/// shown this once, and stored nowhere. For admins and owners of its organization.
#[utoipa::path(tag = "api keys", security(("bearer" = ["service-accounts:manage"])),
    request_body = ApiKeyCreate,
    responses(
        (status = 201, body = NewApiKeyEnvelope, description = "The API key."),
        (status = 409, body = Problem, description = "`duplicate-id`: the `id` is taken."),
    ))]
#[post("/organizations/{organizationId}/serviceaccounts/{serviceAccountId}/apikeys")]
pub async fn create_service_account_api_key(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    account: SecondId<UserId>,
    once: Once,
    body: Body<ApiKeyCreate>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let act = caller.act(crate::clock::now());
    api_keys::create(&state, Holder::Account(caller.scope(), organization.0, account.0), body, act, once)
        .await
}

/// Get an API key of a service account
///
/// Its public keys, and when it was last used. For admins and owners of its organization.
#[utoipa::path(tag = "api keys", security(("bearer" = ["service-accounts:manage"])),
    responses((status = 200, body = ApiKeyEnvelope, description = "The API key.")))]
#[get("/organizations/{organizationId}/serviceaccounts/{serviceAccountId}/apikeys/{apiKeyId}")]
pub async fn get_service_account_api_key(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    account: SecondId<UserId>,
    id: ThirdId<ApiKeyId>,
    known: Known,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    api_keys::get(&state, Holder::Account(caller.scope(), organization.0, account.0), id.0, &known).await
}

/// Change an API key of a service account
///
/// JSON Merge Patch: its name and its public keys can change. To replace a key, send a set that has both the old and
/// the new one, let the pipelines change over, then send the new one alone. For admins and owners of its organization.
#[utoipa::path(tag = "api keys", security(("bearer" = ["service-accounts:manage"])),
    request_body(content((ApiKeyPatch = "application/json"), (ApiKeyPatch = "application/merge-patch+json"))),
    responses(
        (status = 200, body = ApiKeyEnvelope, description = "The API key as it is now."),
        (status = 409, body = Problem, description = "`concurrent-update`."),
    ))]
#[patch("/organizations/{organizationId}/serviceaccounts/{serviceAccountId}/apikeys/{apiKeyId}")]
pub async fn update_service_account_api_key(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    account: SecondId<UserId>,
    id: ThirdId<ApiKeyId>,
    expected: Expected,
    body: Body<ApiKeyPatch>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let act = caller.act(crate::clock::now());
    api_keys::update(
        &state,
        Holder::Account(caller.scope(), organization.0, account.0),
        id.0,
        expected,
        body,
        act,
    )
    .await
}

/// Revoke an API key of a service account
///
/// Nobody gets a token with it any more, and those that were got with it are refused within five seconds. For admins and owners of its organization.
#[utoipa::path(tag = "api keys", security(("bearer" = ["service-accounts:manage"])),
    responses(
        (status = 200, body = MessageEnvelope, description = "It is revoked."),
        (status = 409, body = Problem, description = "`concurrent-update`."),
    ))]
#[delete("/organizations/{organizationId}/serviceaccounts/{serviceAccountId}/apikeys/{apiKeyId}")]
pub async fn delete_service_account_api_key(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    account: SecondId<UserId>,
    id: ThirdId<ApiKeyId>,
    expected: Expected,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let act = caller.act(crate::clock::now());
    api_keys::delete(&state, Holder::Account(caller.scope(), organization.0, account.0), id.0, expected, act)
        .await
}
