//! What a caller has left, on every answer: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers),
//! and `X-RateLimit-Limit` for older clients.

use std::io::Write;

use actix_web::{
    HttpMessage,
    dev::ServiceResponse,
    http::header::{HeaderName, HeaderValue},
    web::{Bytes, Data},
};

use crate::{
    limits::{Quota, RateLimit},
    state::State,
};

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static LEFT: HeaderName = HeaderName::from_static("ratelimit");
static LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");

/// What is the same on every answer.
pub struct Policy {
    policy: HeaderValue,
    limit: HeaderValue,
}

impl Policy {
    /// Of this limit.
    pub fn new(RateLimit { requests, window }: RateLimit) -> Option<Self> {
        let policy = format!("\"default\";q={requests};w={}", window.as_secs());
        Some(Self {
            policy: HeaderValue::from_str(&policy).ok()?,
            limit: HeaderValue::from_str(&requests.to_string()).ok()?,
        })
    }
}

/// Adds the headers, unless there is no limit.
pub fn announce<B>(response: &mut ServiceResponse<B>) {
    let request = response.request().clone();
    let Some(state) = request.app_data::<Data<State>>() else { return };
    let Some(policy) = state.limits.policy() else { return };
    let quota = request.extensions().get::<Quota>().copied();
    let Some(Quota { remaining, resets_in, .. }) = quota.or_else(|| state.limits.full()) else { return };
    let mut text = Vec::with_capacity(32);
    // Writing to memory does not fail.
    if write!(text, "\"default\";r={remaining};t={resets_in}").is_err() {
        return;
    }
    let headers = response.headers_mut();
    headers.insert(POLICY.clone(), policy.policy.clone());
    headers.insert(LIMIT.clone(), policy.limit.clone());
    if let Ok(left) = HeaderValue::from_maybe_shared(Bytes::from(text)) {
        headers.insert(LEFT.clone(), left);
    }
}
