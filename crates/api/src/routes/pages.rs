//! What is not part of the platform API itself: its description, its pages for people, the pages of problems.

use actix_web::{
    HttpResponse, ResponseError,
    http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue},
    web,
};
use serde_json::json;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::token;
use crate::{failure::Failure, problem::ProblemCode, state::State};

/// Mounts `/openapi.json`, `/docs`, `/problems/{code}`, and what others check this server's own tokens by.
pub fn mount(config: &mut web::ServiceConfig) {
    let page = |path, route| web::resource(path).route(route).default_service(web::to(refuse_method));
    config
        .service(page("/openapi.json", web::get().to(get_openapi)))
        .service(page("/problems/{code}", web::get().to(get_problem_page)))
        .service(page("/.well-known/jwks.json", web::get().to(get_jwks)))
        .service(page("/.well-known/openid-configuration", web::get().to(get_openid_configuration)))
        .service(page("/.well-known/oauth-authorization-server", web::get().to(token::get_metadata)))
        .service(
            web::resource(token::PATH)
                .route(web::post().to(token::give_token))
                .default_service(web::to(refuse_all_but_post)),
        )
        .service(page("/docs", web::get().to(to_docs)))
        .service(
            SwaggerUi::new("/docs/{_:.*}").config(Config::from("/openapi.json").persist_authorization(true)),
        );
}

async fn refuse_method() -> HttpResponse {
    let mut response = Failure::of(ProblemCode::MethodNotAllowed).error_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
    response
}

async fn refuse_all_but_post() -> HttpResponse {
    let mut response = Failure::of(ProblemCode::MethodNotAllowed).error_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

async fn get_openapi(state: web::Data<State>) -> HttpResponse {
    match web::block(move || state.document.text()).await {
        Ok(Ok(text)) => HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(text),
        Ok(Err(_)) | Err(_) => Failure::of(ProblemCode::Internal).error_response(),
    }
}

async fn get_jwks(state: web::Data<State>) -> HttpResponse {
    let mut keys = state.identity.jwks().to_vec();
    keys.extend(state.tokens.published());
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({"keys": keys}))
}

/// What an OIDC client needs to check tokens of this server (OpenID Connect Discovery 1.0, section 3).
async fn get_openid_configuration(state: web::Data<State>) -> HttpResponse {
    let issuer = &state.public_url;
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("location", "/docs/")).finish()
}

async fn get_problem_page(code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let code = ProblemCode::from_slug(&code).ok_or_else(|| Failure::of(ProblemCode::NotFound))?;
    let (meaning, cause, remedy) = code.page();
    let (slug, title, status) = (code.slug(), code.title(), code.status().as_u16());
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{slug}</title>\n\
         <style>body{{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}</style>\n\
         <h1>{title}</h1>\n<p><code>{slug}</code>, HTTP status {status}</p>\n\
         <h2>What it means</h2>\n<p>{meaning}</p>\n<h2>Usual cause</h2>\n<p>{cause}</p>\n\
         <h2>What to do</h2>\n<p>{remedy}</p>\n</html>\n"
    );
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/html; charset=utf-8")).body(page))
}
