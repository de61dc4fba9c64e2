//! What a caller has left, on every answer: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers),
//! and `X-RateLimit-Limit` for older clients.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

use crate::{limits::Quota, state::State};

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static LEFT: HeaderName = HeaderName::from_static("ratelimit");
static LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");

/// Adds the headers.
pub async fn announce<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let quota = response.request().extensions().get::<Quota>().copied();
    let quota = quota.or_else(|| response.request().app_data::<Data<State>>()?.limits.full());
    if let Some(quota) = quota {
        let (requests, seconds) = (quota.limit.requests, quota.limit.window.as_secs());
        let texts = [
            (&POLICY, format!("\"default\";q={requests};w={seconds}")),
            (&LEFT, format!("\"default\";r={};t={}", quota.remaining, quota.resets_in)),
            (&LIMIT, requests.to_string()),
        ];
        for (name, text) in texts {
            if let Ok(value) = HeaderValue::from_str(&text) {
                response.headers_mut().insert(name.clone(), value);
            }
        }
    }
    Ok(response)
}
