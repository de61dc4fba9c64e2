//! `Idempotency-Key` on every POST of the platform API: the key is claimed before the request is handled, and the
//! answer of one that was handled before is played again.

use actix_web::{
    Error, HttpMessage, ResponseError,
    body::{self, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web::{Bytes, Data},
};
use aws_lc_rs::digest::{Context, SHA256};
use domain::ids::UserId;
use futures_util::stream;
use persistence::{StoreError, idempotency};

use super::problems::Scene;
use crate::{
    authentication::authenticate, clock, extract::once::Claimed, failure::Failure, problem::ProblemCode,
    reply::Answer, routes::BASE, state::State,
};

const HEADER: &str = "idempotency-key";
/// Characters of a key, at most.
const MAX_KEY: usize = 255;
/// Beyond the longest attempt: so long a request may be under way before another may take over.
const LEASE_MARGIN_MILLIS: i64 = 30_000;

/// Whether a request asks to be done once.
pub fn concerns(request: &ServiceRequest) -> bool {
    request.method() == Method::POST
        && request.headers().contains_key(HEADER)
        && request.path().starts_with(BASE)
}

/// Claims, handles, keeps; or plays again.
pub async fn play_once<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = request.app_data::<Data<State>>().cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    // Whoever is nobody gets the answer that says so.
    let Ok(bearer) = authenticate(request.request(), &state).await else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let claimed = match claim(&mut request, &state, bearer.user).await {
        Ok(Found::Fresh(claimed, content)) => {
            let content = stream::once(async move { Ok(content) });
            request.set_payload(Payload::Stream { payload: Box::pin(content) });
            claimed
        }
        Ok(Found::Answered(answer)) => {
            let mut response = answer.into_response();
            let name = header::HeaderName::from_static("idempotent-replayed");
            response.headers_mut().insert(name, header::HeaderValue::from_static("true"));
            return Ok(request.into_response(response));
        }
        Err(failure) => return Ok(request.into_response(failure.error_response())),
    };
    request.extensions_mut().insert(claimed.clone());
    let scene = Scene::of(&request);
    let outcome = next.call(request).await;
    settle(&state, &claimed, &scene, outcome).await
}

fn key(request: &ServiceRequest) -> Result<String, Failure> {
    let mut keys = request.headers().get_all(HEADER);
    let text = keys.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if keys.next().is_some() || text.is_empty() || text.len() > MAX_KEY || !is_visible {
        let detail = "Idempotency-Key: one, of 1 to 255 visible ASCII characters.";
        return Err(Failure::new(ProblemCode::MalformedRequest, detail));
    }
    Ok(text.to_owned())
}

/// SHA-256 in hex over parts, each with its length, so that no two lists of parts read the same.
fn digest(parts: &[&[u8]]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What there is under the key of a request.
enum Found {
    /// Nothing was: it is this one's to be handled, with its body.
    Fresh(Claimed, Bytes),
    /// The same request was answered.
    Answered(Answer),
}

async fn claim(request: &mut ServiceRequest, state: &Data<State>, user: UserId) -> Result<Found, Failure> {
    let key = key(request)?;
    let content = request.extract::<Bytes>().await.map_err(|_| Failure::of(ProblemCode::PayloadTooLarge))?;
    let digest = digest(&[user.to_string().as_bytes(), key.as_bytes()]);
    let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let claimed = Claimed::new(digest, self::digest(&[target.as_bytes(), &content]));
    let now = clock::now();
    let cap = i64::try_from(state.verify_timeout.as_millis()).unwrap_or(i64::MAX);
    let until = now.plus_millis(cap.saturating_add(LEASE_MARGIN_MILLIS));
    let Claimed { digest, request, .. } = claimed.clone();
    let found = state
        .store
        .change(move |tx| idempotency::claim(tx, &digest, &request, now, until))
        .await
        .map_err(|error: StoreError| Failure::from(error))?;
    match found {
        idempotency::Claim::Taken => Ok(Found::Fresh(claimed, content)),
        idempotency::Claim::Answered(sealed) => {
            let place = idempotency::place(&claimed.digest);
            let text = state.sealer.open(&sealed, &place).map_err(Failure::internal)?;
            Answer::from_text(text.expose()).map(Found::Answered).map_err(Failure::internal)
        }
        idempotency::Claim::UnderWay => Err(Failure::of(ProblemCode::IdempotencyInProgress)),
        idempotency::Claim::OtherRequest => Err(Failure::of(ProblemCode::IdempotencyKeyReused)),
    }
}

/// Keeps an answer that no handler has kept, and gives the key back where there is nothing worth keeping.
async fn settle<B: MessageBody + 'static>(
    state: &Data<State>,
    claimed: &Claimed,
    scene: &Scene,
    outcome: Result<ServiceResponse<B>, Error>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if claimed.is_answered() {
        return outcome.map(ServiceResponse::map_into_boxed_body);
    }
    let response = match outcome {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => {
            release(state, claimed).await;
            return Err(error);
        }
    };
    let status = response.status();
    let passes = status.is_server_error() || matches!(status.as_u16(), 401 | 408 | 413 | 429);
    if passes {
        release(state, claimed).await;
        return Ok(response);
    }
    let failure = response.response().extensions().get::<Failure>().cloned();
    let (request, response) = response.into_parts();
    let answer = match failure {
        Some(failure) => Answer::problem(status, scene.document(&failure)),
        None => {
            let (head, content) = response.into_parts();
            let content = body::to_bytes(content).await.unwrap_or_default();
            Answer::of(&head, &content)
        }
    };
    keep(state, claimed, &answer).await;
    Ok(ServiceResponse::new(request, answer.into_response()))
}

/// What cannot be kept is answered all the same: the change, if there was one, is done.
async fn keep(state: &Data<State>, claimed: &Claimed, answer: &Answer) {
    let kept = async {
        let sealed = claimed.seal(&state.sealer, answer)?;
        let claimed = claimed.clone();
        state.store.change(move |tx| claimed.keep_sealed(tx, &sealed)).await
    };
    if let Err(failure) = kept.await {
        tracing::warn!(cause = %failure, "an answer could not be kept for its idempotency key");
    }
}

async fn release(state: &Data<State>, claimed: &Claimed) {
    let Claimed { digest, request, .. } = claimed.clone();
    let released: Result<(), StoreError> =
        state.store.change(move |tx| idempotency::release(tx, &digest, &request)).await;
    if let Err(error) = released {
        tracing::warn!(error = %error, "an idempotency key could not be given back; it ends by itself");
    }
}
