//! What is mounted where. The API description is made from this, so what is not mounted is not described.

pub mod api_keys;
pub mod audit;
pub mod catalog;
pub mod credential_by_key;
pub mod credentials;
pub mod destination_by_key;
pub mod destinations;
pub mod organizations;
pub mod pages;
pub mod roles;
pub mod service_accounts;
pub mod signing_secrets;
pub mod token;
pub mod verifications;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header::{ALLOW, HeaderValue},
    web::Data,
};
use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::{failure::Failure, problem::ProblemCode, state::State};

/// Base of all paths of the platform API.
pub const BASE: &str = "/platform/v1";

/// Mounts every operation that the API description lists.
pub fn mount(config: &mut ServiceConfig<'_>) {
    let platform = scope(BASE)
        .service(destinations::list_destinations)
        .service(destinations::create_destination)
        .service(destination_by_key::put_destination)
        .service(destinations::get_destination)
        .service(destinations::update_destination)
        .service(destinations::delete_destination)
        .service(verifications::verify_destination)
        .service(verifications::list_verifications)
        .service(verifications::get_verification)
        .service(signing_secrets::change_webhook_signing_secret)
        .service(verifications::send_sample_dataset)
        .service(credentials::list_strategies)
        .service(credentials::list_credentials)
        .service(credentials::create_credential)
        .service(credentials::get_credential)
        .service(credentials::update_credential)
        .service(credentials::delete_credential)
        .service(credentials::test_credential)
        .service(credential_by_key::put_credential)
        .service(catalog::list_destination_types)
        .service(catalog::list_data_models)
        .service(catalog::get_sample)
        .service(organizations::get_me)
        .service(organizations::list_organizations)
        .service(organizations::list_environments)
        .service(organizations::create_environment)
        .service(audit::list_audit_events)
        .service(roles::list_organization_roles)
        .service(roles::set_organization_role)
        .service(roles::list_environment_roles)
        .service(roles::set_environment_role)
        .service(service_accounts::list_service_accounts)
        .service(service_accounts::create_service_account)
        .service(service_accounts::get_service_account)
        .service(service_accounts::update_service_account)
        .service(service_accounts::delete_service_account)
        .service(api_keys::list_own_api_keys)
        .service(api_keys::create_own_api_key)
        .service(api_keys::get_own_api_key)
        .service(api_keys::update_own_api_key)
        .service(api_keys::delete_own_api_key)
        .service(api_keys::list_service_account_api_keys)
        .service(api_keys::create_service_account_api_key)
        .service(api_keys::get_service_account_api_key)
        .service(api_keys::update_service_account_api_key)
        .service(api_keys::delete_service_account_api_key);
    config.service(platform);
}

/// What no route answers: 405 with `Allow` if the path is known with other methods, else 404.
pub async fn unmatched(request: HttpRequest, state: Data<State>) -> HttpResponse {
    let allowed = state.document.methods_of(request.path());
    if allowed.is_empty() {
        return Failure::of(ProblemCode::NotFound).error_response();
    }
    let mut response = Failure::of(ProblemCode::MethodNotAllowed).error_response();
    if let Ok(allowed) = HeaderValue::from_str(&allowed.join(", ")) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
