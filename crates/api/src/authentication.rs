//! Who calls: the bearer token of a request, checked by this server's keys or the identity provider's, and whether
//! its user and key are still there.

pub mod assertion;
pub mod callers;
pub mod identity_provider;
pub mod key_documents;
pub mod key_set;
pub mod signing_keys;

use actix_web::{HttpRequest, http::header, web::Data};

use crate::{
    failure::Failure,
    problem::ProblemCode,
    state::State,
    tokens::{Bearer, TokenDigest, TokenError},
};

/// Whom the request's token speaks for. Why one is refused goes to the log; the caller learns only that it was.
pub async fn authenticate(request: &HttpRequest, state: &Data<State>) -> Result<Bearer, Failure> {
    let token = token(request)?;
    let (digest, known) = state.tokens.recall(token).map_err(refused)?;
    let bearer = match known {
        Some(bearer) => bearer,
        None => {
            let address = request.peer_addr().map(|address| address.ip());
            state.limits.may_try(address)?;
            let checked = check(token, digest, state).await;
            if checked.as_ref().is_err_and(|failure| failure.code() == ProblemCode::Unauthenticated) {
                state.limits.note_failure(address);
            }
            checked?
        }
    };
    if !state.callers.is_valid(bearer, &state.store).await? {
        return Err(refused("its user was removed, or its key revoked"));
    }
    Ok(bearer)
}

fn refused(cause: impl std::fmt::Display) -> Failure {
    Failure::of(ProblemCode::Unauthenticated).because(cause)
}

/// The one bearer token in the headers.
fn token(request: &HttpRequest) -> Result<&str, Failure> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let value = match (headers.next(), headers.next()) {
        (Some(value), None) => value,
        (None, _) => return Err(refused("no Authorization header")),
        (Some(_), Some(_)) => return Err(refused("more than one Authorization header")),
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| refused("not a bearer token"))
}

async fn check(token: &str, digest: TokenDigest, state: &Data<State>) -> Result<Bearer, Failure> {
    if let Some(provider) = &state.identity_provider
        && provider.issued(token)
    {
        let (bearer, ends) = provider.check(token, &state.store, &state.outbound).await?;
        state.tokens.remember(digest, bearer, ends);
        return Ok(bearer);
    }
    match state.tokens.check(token) {
        Err(TokenError::UnknownKey) => {
            // Another node may have begun to sign with a new key.
            state.signing_keys.refresh(&state.store, &state.sealer, &state.tokens).await;
            state.tokens.check(token).map_err(refused)
        }
        checked => checked.map_err(refused),
    }
}
