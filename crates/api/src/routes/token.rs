//! The token endpoint and its metadata, outside the platform API: OAuth 2.0 has its own forms of request and answer
//! (RFC 6749, RFC 7523, RFC 8414).

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, PRAGMA},
    },
    web::{Bytes, Data},
};
use serde_json::json;

use crate::{
    authentication::{
        assertion::{self, Refused},
        key_set,
    },
    failure::Failure,
    reply::Whole,
    state::State,
    tokens::Bearer,
};

/// Where tokens are given out.
pub const PATH: &str = "/v2/auth/token";

const GRANT: &str = "client_credentials";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Life of a token, in seconds.
const LIFE: i64 = 300;
/// Bytes of a request, at most.
const MAX_FORM: usize = 64 * 1_024;

/// An answer of RFC 6749, section 5.2.
struct OAuthError(&'static str, &'static str);

impl OAuthError {
    fn answer(&self) -> HttpResponse {
        let Self(code, description) = self;
        let status =
            if *code == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        let mut response = HttpResponse::build(status)
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((PRAGMA, "no-cache"))
            .json(json!({"error": code, "error_description": description}));
        response.extensions_mut().insert(Whole);
        response
    }
}

const REFUSED: OAuthError = OAuthError(
    "invalid_client",
    "The client or its assertion is not known, not valid, or was used before. The assertion is a JWT signed by the \
     private half of one of the client's keys, named by `kid`; `iss` and `sub` are the client id, `aud` this URL, \
     `exp` at most five minutes ahead, `jti` new.",
);

/// `POST /v2/auth/token`: an access token for an assertion.
pub async fn give_token(
    request: HttpRequest,
    body: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let form = match Form::parse(&request, &body) {
        Ok(form) => form,
        Err(error) => return Ok(error.answer()),
    };
    let address = request.peer_addr().map(|address| address.ip());
    state.limits.may_try(address)?;
    let api_key = match assertion::redeem(&state, &form.assertion, form.client_id.as_deref()).await {
        Ok(api_key) => api_key,
        Err(Refused::Store(error)) => return Err(error.into()),
        Err(refused) => {
            state.limits.note_failure(address);
            tracing::info!(cause = %refused, "an assertion was refused");
            return Ok(REFUSED.answer());
        }
    };
    let bearer = Bearer { user: api_key.user, key: Some(api_key.id) };
    let (token, _) = state.tokens.issue(bearer, LIFE).map_err(Failure::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(json!({"access_token": token.expose(), "token_type": "Bearer", "expires_in": LIFE})))
}

struct Form {
    assertion: String,
    client_id: Option<String>,
}

impl Form {
    fn parse(request: &HttpRequest, body: &[u8]) -> Result<Self, OAuthError> {
        let invalid = |description| OAuthError("invalid_request", description);
        if !request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(invalid("Send a form: `Content-Type: application/x-www-form-urlencoded`."));
        }
        if body.len() > MAX_FORM {
            return Err(invalid("The form is too long."));
        }
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
        let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(invalid("A parameter is there twice."));
        }
        let text =
            |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        match text("grant_type") {
            None => return Err(invalid("`grant_type` is missing: it is `client_credentials`.")),
            Some(GRANT) => {}
            Some(_) => {
                let description = "The grant is `client_credentials`.";
                return Err(OAuthError("unsupported_grant_type", description));
            }
        }
        if text("client_assertion_type") != Some(ASSERTION_TYPE) {
            let description = "`client_assertion_type` is \
                `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`: clients sign, there are no passwords.";
            return Err(invalid(description));
        }
        let assertion = text("client_assertion").ok_or(invalid("`client_assertion` is missing."))?;
        Ok(Self { assertion: assertion.to_owned(), client_id: text("client_id").map(str::to_owned) })
    }
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414).
pub async fn get_metadata(state: Data<State>) -> HttpResponse {
    let issuer = &state.public_url;
    let algorithms = key_set::ALGORITHMS.map(|algorithm| format!("{algorithm:?}"));
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}{PATH}"),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": [],
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "service_documentation": format!("{issuer}/docs/"),
    }))
}
