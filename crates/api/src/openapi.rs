//! The API description (OpenAPI 3.1): made from the mounted routes, then completed with what holds for every
//! operation. Needs neither a socket nor a database.

mod cloud;
mod completion;
mod credentials;
mod examples;

use actix_web::App;
use serde_json::Value;
use utoipa::{
    OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_actix_web::AppExt;

use crate::{routes, wire::problem::Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waypost",
        description = "Platform API for data destinations: set up where a data platform delivers messages, attach \
            what it authenticates with, prove by a real message that it works, and keep production safe.\n\n\
            Send `Authorization: Bearer <access token>`. Success is `{\"meta\", \"payload\"}`; every error is \
            `application/problem+json` (RFC 9457) with a stable `code`, and lists every fault of the input at once. \
            Unknown members and parameters are refused. Every answer bears `X-Request-Id`.\n\n\
            What one may not know of is answered as if it did not exist (404).",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Waypost", url = "https://github.com/waypost/waypost"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "destinations", description = "Where messages go: type, configuration, credential, state."),
        (name = "verifications", description = "Proof by a real message, and the history of attempts."),
        (name = "credentials", description = "How Waypost authenticates itself to destinations. Secrets go in and never come out."),
        (name = "catalogue", description = "What a wizard needs to draw its forms."),
        (name = "organizations", description = "The caller, its organizations and their environments."),
    ),
    components(schemas(Problem)),
)]
struct Description;

/// The whole document.
pub fn document() -> Value {
    let mut document = described();
    examples::fill(&mut document);
    document
}

/// The document without the examples of bodies.
pub fn described() -> Value {
    let app = App::new().into_utoipa_app().openapi(Description::openapi()).configure(routes::mount);
    let (_, mut document) = app.split_for_parts();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "An access token of this server. The scopes name the permission an operation needs.",
        ))
        .build();
    if let Some(components) = &mut document.components {
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
    let mut document = serde_json::to_value(document).unwrap_or_default();
    cloud::write_schemas(&mut document);
    credentials::write_schemas(&mut document);
    completion::complete(&mut document);
    document
}

/// As it is served and committed: indented, with a line feed at its end.
pub fn to_json(document: &Value) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(document).map(|text| text + "\n")
}

/// The same as YAML.
pub fn to_yaml(document: &Value) -> Result<String, yaml_serde::Error> {
    yaml_serde::to_string(document)
}
